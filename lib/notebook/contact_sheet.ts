/**
 * Many small pictures on one sheet, with headings, captions and a legend.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { htmlText } from "../text/escape.ts";
import { colourAt, type ColourMapName } from "./colour_map.ts";
import type { Picture } from "./mime_bundle.ts";
import { type Raster, resized } from "./raster.ts";
import { FONT_FAMILY, RESOLUTION, svgToPng, textWidth } from "./svg.ts";

/** One picture of a sheet and the words under it, which may go on as far as the next caption in the row. */
export interface Tile {
  readonly picture: Raster;
  readonly caption?: string;
}

/** How a sheet is laid out. Lengths are in CSS pixels. */
export interface SheetOptions {
  /** What the sheet shows, for who cannot see it. */
  readonly description: string;
  /** One a column. */
  readonly headings?: readonly string[];
  readonly legend?: readonly LegendEntry[];
  /** Side of a picture. Default: as large as {@link SHEET_WIDTH} lets it be, at most {@link LARGEST_TILE}. */
  readonly tileSide?: number;
}

/** Width that a sheet fills at most when the side of its pictures is not given, in CSS pixels. */
export const SHEET_WIDTH = 640;

/** Side of a picture at most, in CSS pixels. */
export const LARGEST_TILE = 160;

/** PNG bytes above which a sheet is reduced to 256 colours, chosen for it and dithered. */
const LOSSLESS_LIMIT = 300_000;

/** Little effort: effort 6 made the file of a sheet of 1280 × 2236 pixels 20 % smaller, in 2.0 s in place of 0.9 s. */
const REDUCED = { palette: true, colours: 256, dither: 0.5, effort: 2 } as const;

const GAP = 8, HEADING = 24, CAPTION = 20;

/** Lengths of a sheet in CSS pixels. */
type Layout = ReturnType<typeof layoutOf>;

/**
 * Draws rows of pictures on a white sheet, at twice the shown size.
 *
 * @param rows a row may be shorter than others
 * @throws {RangeError} where there is no tile
 */
export async function contactSheet(rows: readonly (readonly Tile[])[], options: SheetOptions): Promise<Picture> {
  const columns = columnsOf(rows);
  if (columns === 0) throw new RangeError(`Cannot draw "${options.description}": expected pictures, found none`);
  const layout = layoutOf(rows, columns, options);
  const side = layout.side * RESOLUTION;
  const pictures = await Promise.all(rows.flatMap((row, y) =>
    row.map(async ({ picture }, x) => ({
      input: Buffer.from((await resized(picture, side)).rgb),
      raw: { width: side, height: side, channels: 3 as const },
      left: RESOLUTION * columnLeft(layout, x),
      top: RESOLUTION * (layout.top + y * layout.rowHeight),
    }))
  ));
  const words = svgToPng(wordsSvg(rows, layout, options), options.description, null);
  const size = { width: RESOLUTION * layout.width, height: RESOLUTION * layout.height };
  const sheet = await sharp({ create: { ...size, channels: 3, background: "#ffffff" } })
    .composite([...pictures, { input: Buffer.from(words.png), left: 0, top: 0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  const png = await encoded(sheet, size);
  return { png, width: layout.width, height: layout.height, description: options.description };
}

function columnsOf(rows: readonly (readonly Tile[])[]): number {
  return Math.max(0, ...rows.map((row) => row.length));
}

function layoutOf(rows: readonly (readonly Tile[])[], columns: number, options: SheetOptions) {
  const fitting = Math.floor((SHEET_WIDTH - (columns + 1) * GAP) / columns);
  const side = options.tileSide ?? Math.min(LARGEST_TILE, fitting);
  const captions = rows.some((row) => row.some((tile) => tile.caption));
  const top = options.headings?.length ? HEADING : GAP;
  const rowHeight = side + (captions ? CAPTION : 0) + GAP;
  const width = columns * (side + GAP) + GAP;
  const legendTop = top + rows.length * rowHeight;
  const height = legendTop + LINE * legendLines(options.legend ?? [], width - 2 * GAP).length;
  return { side, top, rowHeight, width, legendTop, height };
}

/** All words and the legend as one transparent drawing of the sheet's size. */
function wordsSvg(rows: readonly (readonly Tile[])[], layout: Layout, { headings = [], legend = [] }: SheetOptions) {
  const parts = headings.map((heading, column) =>
    sheetText(heading, { x: columnLeft(layout, column) + layout.side / 2, baseline: HEADING - 8, heading: true })
  );
  rows.forEach((row, y) =>
    row.forEach(({ caption }, column) => {
      if (!caption) return;
      const next = row.findIndex((tile, other) => other > column && tile.caption);
      const x = columnLeft(layout, column);
      const room = columnLeft(layout, next < 0 ? columnsOf(rows) : next) - GAP - x;
      const baseline = layout.top + y * layout.rowHeight + layout.side + 15;
      parts.push(sheetText(fittedText(caption, room), { x, baseline }));
    })
  );
  parts.push(legendSvg(legend, { left: GAP, top: layout.legendTop, width: layout.width - 2 * GAP }));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${layout.width}" height="${layout.height}" ` +
    `font-family="${FONT_FAMILY}" font-size="${SHEET_FONT_SIZE}">${parts.join("")}</svg>`;
}

function columnLeft(layout: Layout, column: number): number {
  return GAP + column * (layout.side + GAP);
}

async function encoded(rgb: Uint8Array, size: { width: number; height: number }): Promise<Uint8Array> {
  const sheet = sharp(rgb, { raw: { ...size, channels: 3 } });
  const lossless = await sheet.clone().png().toBuffer();
  if (lossless.length <= LOSSLESS_LIMIT) return new Uint8Array(lossless);
  return new Uint8Array(await sheet.png(REDUCED).toBuffer());
}

/** What an outline's colour means, or the scale of a colour map with the words at its two ends. */
export type LegendEntry =
  | { readonly label: string; readonly colour: string }
  | { readonly label: string; readonly colours: ColourMapName; readonly from: string; readonly to: string };

/** Lengths in CSS pixels: of a line, between entries, of a colour sample, of a scale. */
const LINE = 26, BETWEEN = 16, SWATCH = 18, BAR = 90;

/** Gaps in CSS pixels: after a colour sample, after a scale's label, on both sides of a scale. */
const AFTER_SWATCH = 6, AFTER_LABEL = 8, BESIDE_BAR = 5;

/** Colours from which a scale is blended. */
const STOPS = 17;

/** The legend as SVG elements, in as many lines as it needs. */
function legendSvg(
  legend: readonly LegendEntry[],
  { left, top, width }: { left: number; top: number; width: number },
): string {
  return legendLines(legend, width).flatMap((line, y) => {
    let x = left;
    return line.map((entry) => {
      const drawn = entrySvg(entry, x, top + (y + 0.5) * LINE);
      x += entryWidth(entry) + BETWEEN;
      return drawn;
    });
  }).join("");
}

/** The entries in lines that are at most `width` wide; an entry that is wider has a line of its own. */
function legendLines(legend: readonly LegendEntry[], width: number): LegendEntry[][] {
  const lines: LegendEntry[][] = [];
  let x = Infinity;
  for (const entry of legend) {
    if (x + entryWidth(entry) > width) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1)!.push(entry);
    x += entryWidth(entry) + BETWEEN;
  }
  return lines;
}

function entryWidth(entry: LegendEntry): number {
  const label = sheetTextWidth(entry.label);
  if ("colour" in entry) return SWATCH + AFTER_SWATCH + label;
  return label + AFTER_LABEL + sheetTextWidth(entry.from) + BAR + 2 * BESIDE_BAR + sheetTextWidth(entry.to);
}

function entrySvg(entry: LegendEntry, left: number, middle: number): string {
  const baseline = middle + 4;
  if ("colour" in entry) {
    return `<rect x="${left}" y="${middle - 3}" width="${SWATCH}" height="6" rx="1.5" fill="${entry.colour}" ` +
      `stroke="${INK}"/>` + sheetText(entry.label, { x: left + SWATCH + AFTER_SWATCH, baseline });
  }
  const from = left + sheetTextWidth(entry.label) + AFTER_LABEL;
  const bar = from + sheetTextWidth(entry.from) + BESIDE_BAR;
  const id = `scale-${Math.round(left)}-${Math.round(middle)}`;
  const stops = Array.from({ length: STOPS }, (_, i) => {
    const position = i / (STOPS - 1);
    return `<stop offset="${position}" stop-color="${colourAt(entry.colours, position)}"/>`;
  });
  return `<defs><linearGradient id="${id}">${stops.join("")}</linearGradient></defs>` +
    sheetText(entry.label, { x: left, baseline }) + sheetText(entry.from, { x: from, baseline }) +
    `<rect x="${bar}" y="${middle - 5}" width="${BAR}" height="10" fill="url(#${id})"/>` +
    sheetText(entry.to, { x: bar + BAR + BESIDE_BAR, baseline });
}

/** Size of all words on a sheet, CSS pixels. */
const SHEET_FONT_SIZE = 12;

/** Colour of headings and of lines round light colours, and of captions and legends. */
const INK = "#1F2933", QUIET = "#52606D";

/** A line of words as an SVG element. A heading is semi-bold and dark, with its middle at `x`. */
function sheetText(
  words: string,
  { x, baseline, heading = false }: { x: number; baseline: number; heading?: boolean },
): string {
  const look = heading
    ? `text-anchor="middle" font-weight="600" fill="${INK}"`
    : `text-anchor="start" font-weight="400" fill="${QUIET}"`;
  return `<text x="${x}" y="${baseline}" ${look}>${htmlText(words)}</text>`;
}

/** Width of a line of words on a sheet, CSS pixels. */
function sheetTextWidth(words: string): number {
  return textWidth(words, SHEET_FONT_SIZE);
}

/**
 * The words, cut with an ellipsis where they are wider than `width`, CSS pixels.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * assertEquals(fittedText("short", 100), "short");
 * assert(fittedText("much too long a caption", 40).endsWith("…"));
 * ```
 */
export function fittedText(words: string, width: number): string {
  if (sheetTextWidth(words) <= width) return words;
  let cut = words;
  while (cut && sheetTextWidth(`${cut}…`) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}
