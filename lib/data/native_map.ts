/**
 * Brings what a network says of a square back to the size of the image's file.
 *
 * @module
 */
import { type Fit, fittedBox } from "./resize_image.ts";

/**
 * A map of `size` × `size` values at the size of the image's file: the inverse of `fitImage()`. Bilinear between the
 * centres of pixels, as OpenCV and PyTorch (`align_corners=False`) do; beyond the outermost centres the value there.
 * Black bars of `"pad"` are cut off and never mixed in.
 *
 * @param map `[size, size]`
 * @param width of the file, its orientation applied, pixels
 * @param height of the file, pixels
 * @returns `[height, width]`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([...nativeMap(Float32Array.of(0, 1, 0, 1), 2, 4, 1)], [0, 0.25, 0.75, 1]);
 * ```
 */
export function nativeMap(
  map: Float32Array,
  size: number,
  width: number,
  height: number,
  fit: Fit = "stretch",
): Float32Array<ArrayBuffer> {
  const box = fittedBox(width, height, size, fit);
  const columns = neighbours(width, box.left, box.width), rows = neighbours(height, box.top, box.height);
  const native = new Float32Array(width * height);
  for (let y = 0, position = 0; y < height; y++) {
    const above = rows.first[y] * size, below = rows.second[y] * size, down = rows.share[y];
    for (let x = 0; x < width; x++, position++) {
      const left = columns.first[x], right = columns.second[x], along = columns.share[x];
      const top = map[above + left] + along * (map[above + right] - map[above + left]);
      const bottom = map[below + left] + along * (map[below + right] - map[below + left]);
      native[position] = top + down * (bottom - top);
    }
  }
  return native;
}

/** The mask of a map: 1 where the probability is above the threshold, as in float32. */
export function thresholded(probability: Float32Array, threshold: number): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(probability.length), least = Math.fround(threshold);
  for (let pixel = 0; pixel < mask.length; pixel++) if (probability[pixel] > least) mask[pixel] = 1;
  return mask;
}

/** Of every new position the two old ones that it lies between, and how far it is on the way to the second. */
function neighbours(count: number, from: number, length: number) {
  const first = new Int32Array(count), second = new Int32Array(count), share = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const place = Math.min(length - 1, Math.max(0, (index + 0.5) * length / count - 0.5)), before = Math.floor(place);
    first[index] = from + before;
    second[index] = from + Math.min(length - 1, before + 1);
    share[index] = place - before;
  }
  return { first, second, share };
}
