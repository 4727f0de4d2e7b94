/**
 * What all plots have in common: colours, type, sizes and the frame of a specification.
 *
 * Colours are Okabe and Ito's, which stay apart for every common kind of colour blindness; lines also differ by dash where
 * methods are compared. Ordered quantities (ε, θ, order, epoch) take viridis without its pale end.
 *
 * @module
 */
import { type Method, METHODS } from "../../experiment/methods.ts";
import { colourAt } from "../colour_map.ts";
import { FONT_STACK } from "../svg.ts";
import { type Chart, VEGA_LITE_SCHEMA } from "../vega_lite.ts";

/** A plot's inner area in CSS pixels; with axes and legend it stays under {@link READABLE_WIDTH}. */
export const PLOT_SIZE = { width: 440, height: 260 } as const;

/** The widest that any plot gets, in CSS pixels: a notebook's column on a small screen. */
export const READABLE_WIDTH = 640;

/** Colour of plain marks, of the mark that matters, of references, and of what stands back. */
export const COLOUR = {
  plain: "#0072B2",
  emphasis: "#D55E00",
  reference: "#555555",
  background: "#B8BEC6",
  ink: "#1F2933",
  quiet: "#52606D",
} as const;

/** A method: its name, and what people call it where that is not what the library's table says. */
export interface NamedMethod {
  readonly method: string;
  readonly title?: string;
}

/** How a method looks in every plot. */
export interface MethodStyle {
  readonly colour: string;
  /** Lengths of dashes and gaps in pixels; `[1, 0]` is a full line. */
  readonly dash: readonly number[];
}

/** The methods in the order of the thesis' Table 2, then extra baselines. */
export const METHOD_STYLES: Readonly<Record<string, MethodStyle>> = {
  "dice": { colour: "#0072B2", dash: [1, 0] },
  "focal": { colour: "#E69F00", dash: [6, 3] },
  "polydice1": { colour: "#009E73", dash: [8, 2, 2, 2] },
  "polydice1-fixed": { colour: "#CC79A7", dash: [3, 3] },
  "adaptive": { colour: "#D55E00", dash: [1, 0] },
  "dice-ce": { colour: "#56B4E9", dash: [2, 2] },
  "tvmf": { colour: "#333333", dash: [10, 4] },
};

/** A method that the table does not know. */
const OTHER_METHOD: MethodStyle = { colour: COLOUR.reference, dash: [1, 0] };

/** What a method is called in a plot: its title, or the library's, or else its name. */
export function methodLabel({ method, title }: NamedMethod): string {
  return title ?? (METHODS as Readonly<Record<string, Method>>)[method]?.title ?? method;
}

/**
 * The distinct methods of some rows in the order of Table 2, unknown ones last in the order in which they come.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const rows = ["adaptive", "mine", "dice", "dice"].map((method) => ({ method }));
 * assertEquals(methodsInOrder(rows).map(({ method }) => method), ["dice", "adaptive", "mine"]);
 * ```
 */
export function methodsInOrder<Row extends NamedMethod>(rows: readonly Row[]): Row[] {
  const present = new Map(rows.toReversed().map((row) => [row.method, row]));
  const known = Object.keys(METHOD_STYLES).flatMap((method) => present.get(method) ?? []);
  const others = [...new Set(rows.map(({ method }) => method))].filter((method) => !(method in METHOD_STYLES));
  return [...known, ...others.map((method) => present.get(method)!)];
}

/** Scales that give each method of some rows, by its label, its colour and dash. */
export function methodScales(rows: readonly NamedMethod[]) {
  const methods = methodsInOrder(rows);
  const styles = methods.map(({ method }) => METHOD_STYLES[method] ?? OTHER_METHOD);
  const domain = methods.map(methodLabel);
  return {
    colour: { domain, range: styles.map((style) => style.colour) },
    dash: { domain, range: styles.map((style) => [...style.dash]) },
  };
}

/** Digits that a plotted number keeps: a tenth of a pixel needs four, tooltips show at most five. */
const PLOTTED_DIGITS = 6;

/**
 * Inline data of a Vega-Lite specification with only the fields that the plot uses, numbers rounded to six significant
 * digits, which makes a large plot's output several times smaller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(plotData([{ x: 1 / 3, note: "long" }], ["x"]), { values: [{ x: 0.333333 }] });
 * ```
 */
export function plotData<Row extends object, Field extends keyof Row & string>(
  rows: readonly Row[],
  fields: readonly Field[],
): { values: Pick<Row, Field>[] } {
  const plotted = (value: unknown) =>
    typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(PLOTTED_DIGITS)) : value;
  return {
    values: rows.map((row) =>
      Object.fromEntries(fields.map((field) => [field, plotted(row[field])])) as Pick<Row, Field>
    ),
  };
}

/** The axis of a plot with a line for each of several things: a thin rule behind each, and nothing else. */
export const LINE_AXIS = { type: "nominal", title: null, axis: { grid: true, domain: false, ticks: false } } as const;

/** Height in pixels of a plot with so many lines, each `step` high: with a single one it is still a plot. */
export function linesHeight(lines: number, step: number): number {
  return Math.max(130, lines * step);
}

/** A dashed line for what a plot is held against. */
export const REFERENCE_LINE = { type: "line" as const, color: "#000000", strokeDash: [4, 4], strokeWidth: 1.5 };

/** End of viridis that is used for lines and points: what follows is too pale on white. */
const VIRIDIS_END = 0.85;

/**
 * Colours for `count` steps of an ordered quantity, dark for the smallest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(new Set(orderedColours(9)).size, 9);
 * ```
 */
export function orderedColours(count: number): string[] {
  return Array.from({ length: count }, (_, i) => colourAt("viridis", VIRIDIS_END * i / Math.max(count - 1, 1)));
}

/** Title and caption of a plot; the caption's lines stand under the title in small type. */
export interface PlotText {
  readonly title: string;
  /** What n is, how many seeds, what to look at: one line each, at most some 90 letters. */
  readonly caption?: readonly string[];
}

/** A specification without what {@link framed} adds. */
export type ChartBody = Chart extends infer Kind
  ? Kind extends unknown ? Omit<Kind, "$schema" | "title" | "description" | "background" | "padding" | "config"> : never
  : never;

/** Frames a specification: schema, title and caption, description for who cannot see it, colours and type. */
export function framed(text: PlotText, body: ChartBody): Chart {
  const caption = text.caption ?? [];
  return {
    $schema: VEGA_LITE_SCHEMA,
    title: { text: text.title, ...(caption.length > 0 ? { subtitle: [...caption] } : {}) },
    description: [`Chart: ${text.title}`, ...caption].join(". "),
    background: "#ffffff",
    padding: 8,
    config: CONFIG,
    ...body,
  } as Chart;
}

const CONFIG = {
  font: FONT_STACK,
  view: { stroke: null, continuousWidth: PLOT_SIZE.width, continuousHeight: PLOT_SIZE.height },
  title: {
    anchor: "start",
    frame: "group",
    fontSize: 15,
    fontWeight: 600,
    color: COLOUR.ink,
    subtitleFontSize: 12,
    subtitleColor: COLOUR.quiet,
    subtitlePadding: 4,
    subtitleLineHeight: 16,
    lineHeight: 19,
    offset: 12,
    limit: 0,
  },
  axis: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 400,
    labelColor: COLOUR.quiet,
    titleColor: COLOUR.ink,
    titlePadding: 8,
    gridColor: "#E4E7EB",
    domainColor: "#9AA5B1",
    tickColor: "#9AA5B1",
    tickSize: 4,
    labelLimit: 0,
    titleLimit: 0,
  },
  axisX: { grid: false, labelFlush: false },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 400,
    labelColor: COLOUR.ink,
    titleColor: COLOUR.ink,
    symbolStrokeWidth: 2,
    symbolOpacity: 1,
    labelLimit: 0,
    titleLimit: 0,
    rowPadding: 3,
  },
  header: { labelFontSize: 12, labelFontWeight: 600, labelColor: COLOUR.ink, titleFontSize: 12 },
  line: { strokeWidth: 2, strokeCap: "round", strokeJoin: "round" },
  point: { size: 40, filled: true },
  text: { fontSize: 12, color: COLOUR.ink },
} as const;
