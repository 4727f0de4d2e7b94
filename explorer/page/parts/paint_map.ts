/**
 * Numbers as colours on a canvas.
 *
 * @module
 */
/// <reference lib="dom" />
import { colourIndex, type ColourMapName, colourTable } from "../../../lib/notebook/colour_map.ts";

/**
 * Paints a square of numbers, one pixel each.
 *
 * @param values `[side · side]`, rows from the top
 * @param maximum what the brightest colour stands for; 0 is the darkest
 */
export function paintMap(canvas: HTMLCanvasElement, values: Float32Array, map: ColourMapName, maximum: number): void {
  const side = Math.sqrt(values.length);
  const colours = colourTable(map);
  const picture = new ImageData(side, side);
  for (const [index, value] of values.entries()) {
    const from = 3 * colourIndex(value, maximum);
    picture.data.set(colours.subarray(from, from + 3), 4 * index);
    picture.data[4 * index + 3] = 255;
  }
  canvas.width = canvas.height = side;
  canvas.getContext("2d")!.putImageData(picture, 0, 0);
}
