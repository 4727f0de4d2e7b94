/**
 * Maps of values, such as a probability or an uncertainty, laid in colour over a picture.
 *
 * @module
 */
import { colourIndex, type ColourMapName, colourTable } from "./colour_map.ts";
import { type Raster, sideOf } from "./raster.ts";

/** Brightness that the picture keeps under the colours, grey as it becomes there. */
const PICTURE_BRIGHTNESS = 0.75;

/** How opaque the colour of the highest value is. */
const MOST_OPAQUE = 0.9;

/**
 * A picture in grey with values in colour over it. The higher a value, the more opaque its colour, so that the picture
 * shows where there is nothing to see in the map.
 *
 * ```text
 * opacity = 0.9 · √(value / maximum)
 * ```
 *
 * @param image `[side, side, 3]` RGB bytes
 * @param values `[side, side]`, each in [0, maximum]; higher ones count as the maximum
 */
export function valueOverlay(
  image: Uint8Array,
  values: ArrayLike<number>,
  { colours, maximum }: { colours: ColourMapName; maximum: number },
): Raster {
  const side = checkedSide(image, values);
  const table = colourTable(colours);
  const rgb = new Uint8Array(image.length);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const at = 3 * pixel;
    // Rec. 709 luma: the weights of red, green and blue in perceived brightness
    const grey = PICTURE_BRIGHTNESS * (0.2126 * image[at] + 0.7152 * image[at + 1] + 0.0722 * image[at + 2]);
    const colour = colourIndex(values[pixel], maximum);
    const opacity = MOST_OPAQUE * Math.sqrt(colour / 255);
    for (let i = 0; i < 3; i++) rgb[at + i] = (1 - opacity) * grey + opacity * table[3 * colour + i];
  }
  return { side, rgb };
}

/**
 * Values in colour alone.
 *
 * @param values `[side, side]`, each in [0, maximum]
 */
export function valueMap(
  values: ArrayLike<number>,
  { colours, maximum }: { colours: ColourMapName; maximum: number },
): Raster {
  const side = sideOf(values, 1, "map");
  const table = colourTable(colours);
  const rgb = new Uint8Array(3 * side * side);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const from = 3 * colourIndex(values[pixel], maximum);
    rgb.set(table.subarray(from, from + 3), 3 * pixel);
  }
  return { side, rgb };
}

function checkedSide(image: Uint8Array, values: ArrayLike<number>): number {
  const side = sideOf(image, 3, "image");
  if (values.length === side * side) return side;
  throw new RangeError(
    `Cannot lay a map over the image: expected ${side} × ${side} values as the image has pixels, found ${values.length}`,
  );
}
