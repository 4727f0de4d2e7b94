/**
 * Many small pictures on one sheet, with headings, captions and a legend.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { FONT_FAMILY } from "./font.ts";
import type { Picture } from "./mime_bundle.ts";
import { type Interpolation, type Raster, resized } from "./raster.ts";
import { type LegendEntry, legendHeight, legendSvg } from "./sheet_legend.ts";
import { fittedText, SHEET_FONT_SIZE, sheetText } from "./sheet_text.ts";
import { RESOLUTION, svgToPng } from "./svg_to_png.ts";

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
  readonly interpolation?: Interpolation;
}

/** Width that a sheet fills at most when the side of its pictures is not given, in CSS pixels. */
export const SHEET_WIDTH = 640;

/** Side of a picture at most, in CSS pixels. */
export const LARGEST_TILE = 160;

/** PNG bytes above which a sheet is reduced to 256 colours, chosen for it and dithered. */
const LOSSLESS_LIMIT = 300_000;

const GAP = 8, HEADING = 24, CAPTION = 20;

/** Lengths of a sheet in CSS pixels. */
interface Layout {
  readonly side: number;
  readonly top: number;
  readonly rowHeight: number;
  readonly width: number;
  readonly legendTop: number;
  readonly height: number;
}

/**
 * Draws rows of pictures on a white sheet, at twice the shown size.
 *
 * @param rows rows of tiles; a row may be shorter than others
 * @throws {RangeError} where there is no tile
 */
export async function contactSheet(rows: readonly (readonly Tile[])[], options: SheetOptions): Promise<Picture> {
  const columns = columnsOf(rows);
  if (columns === 0) throw new RangeError(`Cannot draw "${options.description}": expected pictures, found none`);
  const layout = layoutOf(rows, columns, options);
  const side = layout.side * RESOLUTION;
  const pictures = await Promise.all(rows.flatMap((row, y) =>
    row.map(async ({ picture }, x) => ({
      input: Buffer.from((await resized(picture, side, options.interpolation ?? "cubic")).rgb),
      raw: { width: side, height: side, channels: 3 as const },
      left: RESOLUTION * columnLeft(layout, x),
      top: RESOLUTION * (layout.top + y * layout.rowHeight),
    }))
  ));
  const words = svgToPng(wordsSvg(rows, layout, options), options.description, { background: null });
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

function layoutOf(rows: readonly (readonly Tile[])[], columns: number, options: SheetOptions): Layout {
  const fitting = Math.floor((SHEET_WIDTH - (columns + 1) * GAP) / columns);
  const side = options.tileSide ?? Math.min(LARGEST_TILE, fitting);
  const captions = rows.some((row) => row.some((tile) => tile.caption));
  const top = options.headings?.length ? HEADING : GAP;
  const rowHeight = side + (captions ? CAPTION : 0) + GAP;
  const width = columns * (side + GAP) + GAP;
  const legendTop = top + rows.length * rowHeight;
  const height = legendTop + legendHeight(options.legend ?? [], width - 2 * GAP);
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
  return new Uint8Array(await sheet.png({ palette: true, colours: 256, dither: 0.8 }).toBuffer());
}
