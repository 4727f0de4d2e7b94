/**
 * Vega-Lite charts as drawings: specification → Vega → SVG → PNG, without a browser.
 *
 * A chart goes to the notebook as one bundle of its specification (interactive in JupyterLab and VS Code) and its PNG (for
 * viewers that render none). JupyterLab 4 has Vega-Lite 5 on board, so specifications name the schema of version 5 and keep
 * to what it knows, while the PNG is drawn by the newer version that npm has.
 *
 * @module
 */
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { type MimeBundle, type Picture, pictureBundle } from "./mime_bundle.ts";
import { svgToPng, textWidth } from "./svg.ts";

/** A complete Vega-Lite specification with its data inside. */
export type Chart = TopLevelSpec;

/** The schema that every chart of this project names. */
export const VEGA_LITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json";

/** The media type under which JupyterLab 4 and VS Code draw a Vega-Lite 5 chart. */
export const VEGA_LITE_MEDIA_TYPE = "application/vnd.vegalite.v5+json";

measureTextByFont();

/**
 * The chart as an SVG document.
 *
 * @param warn receives each warning of Vega-Lite or Vega, such as a field that does not fit its scale
 * @throws {Error} where the specification cannot be compiled or evaluated
 */
export async function chartSvg(chart: Chart, warn: (message: string) => void = console.warn): Promise<string> {
  const logger = warningsTo(warn);
  const { spec } = compile(chart, { logger });
  const view = new vega.View(vega.parse(spec), { renderer: "none", logger });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** The chart as a PNG picture of double resolution. */
export async function chartPicture(chart: Chart, warn?: (message: string) => void): Promise<Picture> {
  return svgToPng(await chartSvg(chart, warn), chartDescription(chart));
}

/** The chart as one output: specification, picture and words. */
export async function chartBundle(chart: Chart): Promise<MimeBundle> {
  const picture = pictureBundle(await chartPicture(chart));
  return { data: { [VEGA_LITE_MEDIA_TYPE]: chart, ...picture.data }, metadata: picture.metadata };
}

/** The words for who cannot see the chart: its `description`, or else its title. */
export function chartDescription(chart: Chart): string {
  if (typeof chart.description === "string") return chart.description;
  const title = typeof chart.title === "object" && chart.title !== null && "text" in chart.title
    ? chart.title.text
    : chart.title;
  return `Chart: ${Array.isArray(title) ? title.join(" ") : title ?? "without a title"}`;
}

/** A logger that passes warnings on and turns errors into exceptions. */
function warningsTo(warn: (message: string) => void): vega.LoggerInterface {
  const logger: vega.LoggerInterface = {
    level: (() => logger) as vega.LoggerInterface["level"],
    error: (...parts: readonly unknown[]) => {
      throw parts[0] instanceof Error ? parts[0] : new Error(`Cannot draw the chart: ${parts.join(" ")}`);
    },
    warn: (...parts: readonly unknown[]) => (warn(parts.join(" ")), logger),
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

/**
 * Lets Vega measure text with the font that it is drawn with. Without a canvas, Vega guesses 0.8 em a letter, which is
 * half too wide and would shorten labels that fit. Replacing `textMetrics.width` is the way that Vega itself provides for.
 */
function measureTextByFont(): void {
  interface TextItem {
    fontSize?: number;
    fontWeight?: string | number;
    limit?: number;
  }
  // vega's type declarations leave this export out
  const { textMetrics } = vega as unknown as {
    textMetrics: { width: (item: TextItem, text: unknown) => number };
  };
  textMetrics.width = (item, text) => {
    const bold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
    const width = textWidth(String(text ?? "").trim(), item.fontSize ?? 11, bold ? "bold" : "regular");
    return item.limit ? Math.min(width, item.limit) : width;
  };
}
