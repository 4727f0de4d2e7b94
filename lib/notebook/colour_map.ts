/**
 * Colour maps for pictures: 256 colours from dark to bright along a perceptually even path, so that equal steps of the
 * value look equal, in print and for colour-blind readers as well.
 *
 * @module
 */
import { scheme } from "vega";

/** Maps whose brightness grows with the value: viridis for probabilities, magma for uncertainty. */
export type ColourMapName = "viridis" | "magma";

/** Number of colours in a map. */
export const COLOURS = 256;

const tables = new Map<ColourMapName, Uint8Array>();

/**
 * The colours of a map, `[256, 3]` RGB bytes, dark first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([...colourTable("viridis").subarray(0, 3)], [68, 1, 84]);
 * ```
 */
export function colourTable(name: ColourMapName): Uint8Array {
  let table = tables.get(name);
  if (!table) {
    const colourAt = scheme(name) as (position: number) => string;
    table = Uint8Array.from(Array.from({ length: COLOURS }, (_, i) => rgbOf(colourAt(i / (COLOURS - 1)))).flat());
    tables.set(name, table);
  }
  return table;
}

/**
 * Index of the colour that stands for `value` when the map spans [0, `maximum`]; values outside take the end's colour and
 * NaN takes the darkest.
 */
export function colourIndex(value: number, maximum: number): number {
  const position = maximum > 0 ? Math.min(Math.max(value / maximum, 0), 1) : 0;
  return Math.round(position * (COLOURS - 1)) || 0;
}

/** One colour of a map as `#rrggbb`, at a position in [0, 1]. */
export function colourAt(name: ColourMapName, position: number): string {
  const from = 3 * colourIndex(position, 1);
  const bytes = [...colourTable(name).subarray(from, from + 3)];
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The three bytes of `rgb(1, 2, 3)`. */
function rgbOf(colour: string): number[] {
  const bytes = colour.match(/\d+/g)?.map(Number) ?? [];
  if (bytes.length !== 3) throw new Error(`Cannot read a colour map: expected rgb(r, g, b), found "${colour}"`);
  return bytes;
}
