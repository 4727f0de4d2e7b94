/**
 * Words on a sheet of pictures.
 *
 * @module
 */
import { escapeXml, textWidth } from "./font.ts";

/** Size of all words on a sheet, CSS pixels. */
export const SHEET_FONT_SIZE = 12;

/** Colour of headings and of lines round light colours. */
export const INK = "#1F2933";

/** Colour of captions and legends. */
const QUIET = "#52606D";

/** Where and how a line of words stands. */
export interface TextPlace {
  readonly x: number;
  readonly baseline: number;
  /** Whether it is a heading: semi-bold, dark, with its middle at `x`. */
  readonly heading?: boolean;
}

/** A line of words as an SVG element. */
export function sheetText(words: string, { x, baseline, heading = false }: TextPlace): string {
  const look = heading
    ? `text-anchor="middle" font-weight="600" fill="${INK}"`
    : `text-anchor="start" font-weight="400" fill="${QUIET}"`;
  return `<text x="${x}" y="${baseline}" ${look}>${escapeXml(words)}</text>`;
}

/** Width of a line of words on a sheet, CSS pixels. */
export function sheetTextWidth(words: string): number {
  return textWidth(words, SHEET_FONT_SIZE);
}

/**
 * The words, cut with an ellipsis where they are wider than `width`.
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
