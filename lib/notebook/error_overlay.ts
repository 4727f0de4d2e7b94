/**
 * Where a prediction is wrong, laid in colour over a picture.
 *
 * @module
 */
import { type Raster, sideOf } from "./raster.ts";

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

/** Brightness that the picture keeps under the colours, grey as it becomes there. */
const PICTURE_BRIGHTNESS = 0.75;

/** How opaque errors and right pixels of the lesion are. */
const OPACITY = { error: 0.85, found: 0.45 } as const;

/**
 * A picture in grey with missed lesion, false alarm and found lesion in colour.
 *
 * @param image `[side, side, 3]` RGB bytes
 * @param mask `[side, side]`, 0 or 1
 * @param probability `[side, side]`, in [0, 1]; a pixel is predicted as lesion from 0.5 on
 * @throws {RangeError} where the sizes differ
 */
export function errorOverlay(image: Uint8Array, mask: Uint8Array, probability: Float32Array): Raster {
  const side = sideOf(image, 3, "image");
  for (const [name, map] of [["mask", mask], ["probability", probability]] as const) {
    if (map.length !== side * side) {
      throw new RangeError(
        `Cannot draw the error: expected ${side} × ${side} values of the ${name} as the image has pixels, ` +
          `found ${map.length}`,
      );
    }
  }
  const [missed, falseAlarm, found] = [ERROR_COLOUR.missed, ERROR_COLOUR.falseAlarm, ERROR_COLOUR.found].map(bytesOf);
  const rgb = new Uint8Array(image.length);
  for (let pixel = 0; pixel < side * side; pixel++) {
    const at = 3 * pixel;
    const grey = PICTURE_BRIGHTNESS * (0.2126 * image[at] + 0.7152 * image[at + 1] + 0.0722 * image[at + 2]);
    const [truth, predicted] = [mask[pixel] === 1, probability[pixel] >= 0.5];
    const colour = truth ? (predicted ? found : missed) : falseAlarm;
    const opacity = truth && predicted ? OPACITY.found : truth || predicted ? OPACITY.error : 0;
    for (let i = 0; i < 3; i++) rgb[at + i] = (1 - opacity) * grey + opacity * colour[i];
  }
  return { side, rgb };
}

function bytesOf(colour: string): number[] {
  return [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
}
