/**
 * What is laid in colour over a picture: outlines of masks; where a prediction is wrong; a map of values such as an
 * uncertainty.
 *
 * @module
 */
import { colourIndex, type ColourMapName, COLOURS, colourTable } from "./colour_map.ts";
import { bytesOf, type Raster, resizedMask, sideOf } from "./raster.ts";

/**
 * Colours of outlines. On red and brown tissue both stand out, and for every kind of colour blindness they differ from each
 * other in brightness or in blue.
 */
export const OUTLINE = {
  /** The true mask: cyan. */
  mask: "#35E0FF",
  /** The prediction: yellow. */
  prediction: "#FFD60A",
} as const;

/** Width of an outline as a share of the picture's side, and what stays of the brightness beside it. */
const OUTLINE_WIDTH = 0.011, CASING_BRIGHTNESS = 0.45;

/**
 * The picture with the outline of a mask: a coloured line just inside the edge and a dark casing just outside it.
 *
 * @param raster the picture; it is left as it is
 * @param mask `[n, n]`, 0 or 1, of any size; it is brought to the picture's with smooth edges
 * @param colour `#rrggbb`
 */
export async function outlined(raster: Raster, mask: Uint8Array, colour: string): Promise<Raster> {
  const { side } = raster;
  const inside = await resizedMask(mask, side);
  const width = Math.max(1, Math.round(side * OUTLINE_WIDTH));
  const casing = Math.max(1, Math.round(width / 2));
  const line = bytesOf(colour);
  const rgb = raster.rgb.slice();
  for (let pixel = 0; pixel < inside.length; pixel++) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    if (inside[pixel]) {
      if (meets(inside, side, x, y, width, 0)) rgb.set(line, 3 * pixel);
    } else if (meets(inside, side, x, y, casing, 1)) {
      for (let i = 3 * pixel; i < 3 * pixel + 3; i++) rgb[i] *= CASING_BRIGHTNESS;
    }
  }
  return { side, rgb };
}

/** Whether a pixel of `value` lies within `radius` of (x, y). Beyond the border there is none. */
function meets(mask: Uint8Array, side: number, x: number, y: number, radius: number, value: 0 | 1): boolean {
  for (let v = Math.max(0, y - radius); v <= Math.min(side - 1, y + radius); v++) {
    for (let u = Math.max(0, x - radius); u <= Math.min(side - 1, x + radius); u++) {
      if (mask[v * side + u] === value && (u - x) ** 2 + (v - y) ** 2 <= radius ** 2) return true;
    }
  }
  return false;
}

/**
 * Colours of the two kinds of error. They differ in brightness and in blue, so that they stay apart for every kind of
 * colour blindness.
 */
export const ERROR_COLOUR = {
  /** Lesion that the prediction misses. */
  missed: "#3FA9F5",
  /** Prediction where there is no lesion. */
  falseAlarm: "#FF7A1A",
  /** Lesion that is found. */
  found: "#FFFFFF",
} as const;

/** How opaque errors and right pixels of the lesion are, and the colour of a map's highest value. */
const OPACITY = { error: 0.85, found: 0.45, highest: 0.9 } as const;

/** Brightness that the picture keeps under the colours, grey as it becomes there. */
const PICTURE_BRIGHTNESS = 0.75;

/**
 * A picture in grey with missed lesion, false alarm and found lesion in colour.
 *
 * @param image `[side, side, 3]` RGB bytes
 * @param mask `[side, side]`, 0 or 1
 * @param probability `[side, side]`, in [0, 1]; a pixel above 0.5 is predicted as lesion, as in the metrics
 * @throws {RangeError} where the sizes differ
 */
export function errorOverlay(image: Uint8Array, mask: Uint8Array, probability: Float32Array): Raster {
  const [missed, falseAlarm, found] = [ERROR_COLOUR.missed, ERROR_COLOUR.falseAlarm, ERROR_COLOUR.found].map(bytesOf);
  return overlay(image, { mask, probability }, (pixel) => {
    const [truth, predicted] = [mask[pixel] === 1, probability[pixel] > 0.5];
    if (truth && predicted) return [found, OPACITY.found];
    return [truth ? missed : falseAlarm, truth || predicted ? OPACITY.error : 0];
  });
}

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
 * @throws {RangeError} where the sizes differ
 */
export function valueOverlay(
  image: Uint8Array,
  values: ArrayLike<number>,
  { colours, maximum }: { colours: ColourMapName; maximum: number },
): Raster {
  const table = colourTable(colours);
  return overlay(image, { map: values }, (pixel) => {
    const colour = colourIndex(values[pixel], maximum);
    return [table.subarray(3 * colour, 3 * colour + 3), OPACITY.highest * Math.sqrt(colour / (COLOURS - 1))];
  });
}

/** The picture in grey with a colour and its opacity over each pixel. */
function overlay(
  image: Uint8Array,
  maps: Readonly<Record<string, ArrayLike<number>>>,
  look: (pixel: number) => [colour: ArrayLike<number>, opacity: number],
): Raster {
  const side = sideOf(image, 3, "image");
  for (const [name, { length }] of Object.entries(maps)) {
    if (length === side * side) continue;
    throw new RangeError(
      `Cannot lay the ${name} over the image: expected ${side} × ${side} values as it has pixels, found ${length}`,
    );
  }
  const rgb = new Uint8Array(image.length);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const at = 3 * pixel;
    // Rec. 709 luma: the weights of red, green and blue in perceived brightness
    const grey = PICTURE_BRIGHTNESS * (0.2126 * image[at] + 0.7152 * image[at + 1] + 0.0722 * image[at + 2]);
    const [colour, opacity] = look(pixel);
    for (let i = 0; i < 3; i++) rgb[at + i] = (1 - opacity) * grey + opacity * colour[i];
  }
  return { side, rgb };
}
