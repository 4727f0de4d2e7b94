/**
 * Vector drawings: the one typeface of all plots and pictures, the width of its text, and PNG. The typeface comes with a
 * package (Source Sans 3, SIL Open Font License), never from the system, so that a plot looks the same on every machine
 * and has the Greek letters and signs of the thesis.
 *
 * @module
 */
import { Resvg } from "@resvg/resvg-js";
import { fromFileUrl } from "@std/path";
import { htmlText } from "../text/escape.ts";
import type { Picture } from "./mime_bundle.ts";

/** The family's name as the font files state it. */
export const FONT_FAMILY = "Source Sans 3";

/** What a browser uses for the same text: the pinned family where it is installed, else its own sans-serif. */
export const FONT_STACK = `${FONT_FAMILY}, Source Sans Pro, sans-serif`;

/** What resvg needs to draw text: regular and semi-bold, the two weights of all text, and no font of the system. */
const FONT_OPTIONS = {
  fontFiles: ["400Regular/SourceSans3_400Regular.ttf", "600SemiBold/SourceSans3_600SemiBold.ttf"]
    .map((file) => fromFileUrl(import.meta.resolve(`@expo-google-fonts/source-sans-3/${file}`))),
  loadSystemFonts: false,
  defaultFontFamily: FONT_FAMILY,
  sansSerifFamily: FONT_FAMILY,
} as const;

/** Size at which widths are measured, in pixels; other sizes are in proportion. */
const MEASURED_SIZE = 100;

const measured = new Map<string, number>();

/**
 * Width of a line of text in pixels: the sum of its letters' advance widths, kerning and inner spaces included, as resvg
 * draws it. Widths are kept, since a plot asks for the same tick labels again and again.
 *
 * @param size font size in pixels
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
 * assertEquals(textWidth("", 12), 0);
 * assertAlmostEquals(textWidth("θ = 0.5", 24), 2 * textWidth("θ = 0.5", 12));
 * assert(textWidth("iii", 12) < textWidth("mmm", 12));
 * ```
 */
export function textWidth(text: string, size: number, weight: "regular" | "bold" = "regular"): number {
  if (text === "") return 0;
  const key = `${weight} ${text}`;
  let width = measured.get(key);
  if (width === undefined) {
    width = inkWidth(`|${text}|`, weight) - inkWidth("||", weight); // bars keep the spaces at both ends
    measured.set(key, width);
  }
  return width * size / MEASURED_SIZE;
}

/** Width of what is drawn, from the left edge of the first letter to the right edge of the last, at {@link MEASURED_SIZE}. */
function inkWidth(text: string, weight: "regular" | "bold"): number {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg"><text xml:space="preserve" font-family="${FONT_FAMILY}" ` +
    `font-size="${MEASURED_SIZE}" font-weight="${weight === "bold" ? 600 : 400}">${htmlText(text)}</text></svg>`;
  return new Resvg(drawing, { font: FONT_OPTIONS }).getBBox()?.width ?? 0;
}

/** PNG pixels for each CSS pixel: sharp on screens of double density and in print. */
export const RESOLUTION = 2;

/**
 * Draws an SVG document as a PNG picture at {@link RESOLUTION} times its own size.
 *
 * @param svg a whole document with a width and a height in pixels
 * @param description what it shows, for who cannot see it
 * @param background a colour, or null to leave the ground transparent
 * @throws {Error} where the document cannot be read
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const picture = svgToPng('<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"/>', "an empty page");
 * assertEquals([picture.width, picture.height], [30, 20]);
 * ```
 */
export function svgToPng(
  svg: string,
  description: string,
  background: string | null = "#ffffff",
): Picture {
  let drawing: Resvg;
  try {
    drawing = new Resvg(svg, {
      fitTo: { mode: "zoom", value: RESOLUTION },
      font: FONT_OPTIONS,
      ...(background === null ? {} : { background }),
    });
  } catch (error) {
    throw new Error(`Cannot draw "${description}": ${error}`, { cause: error });
  }
  return { png: drawing.render().asPng(), width: drawing.width, height: drawing.height, description };
}
