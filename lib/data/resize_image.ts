/**
 * Brings images and masks of any proportions to the square that the model takes, and what it says of that back to their
 * size.
 *
 * @module
 */
import sharp from "sharp";
import { resizeMask } from "./binary_mask.ts";

/** How: stretched to the square, as the thesis does, or whole in its middle with black bars beside it. */
export type Fit = "stretch" | "pad";

/** Where in the square an image lies, pixels. */
interface FittedBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of a `size` × `size` square that an image of `width` × `height` fills.
 */
export function fittedBox(width: number, height: number, size: number, fit: Fit): FittedBox {
  if (fit === "stretch") return { left: 0, top: 0, width: size, height: size };
  const side = (length: number) => Math.max(1, Math.round(size * length / Math.max(width, height)));
  const [boxWidth, boxHeight] = [side(width), side(height)];
  return {
    left: Math.floor((size - boxWidth) / 2),
    top: Math.floor((size - boxHeight) / 2),
    width: boxWidth,
    height: boxHeight,
  };
}

/**
 * An image resized to `size` × `size` pixels, [size, size, 3] RGB 0..255, by a Lanczos filter as wide as the reduction,
 * so that fine patterns are averaged and not aliased.
 *
 * @param image `pixels` is [height, width, 3].
 */
export async function fitImage(
  image: { readonly width: number; readonly height: number; readonly pixels: Uint8Array },
  size: number,
  fit: Fit = "stretch",
): Promise<Uint8Array> {
  const { width, height, pixels } = image, box = fittedBox(width, height, size, fit);
  const resized = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(box.width, box.height, { fit: "fill", kernel: "lanczos3" }).raw().toBuffer();
  return placed(new Uint8Array(resized.buffer, resized.byteOffset, resized.length), box, size, 3);
}

/** A binary mask, [height, width], resized as its image is, [size, size]; see {@linkcode resizeMask}. */
export function fitMask(mask: Uint8Array, width: number, height: number, size: number, fit: Fit): Uint8Array {
  const box = fittedBox(width, height, size, fit);
  return placed(resizeMask(mask, width, height, box.width, box.height), box, size, 1);
}

/** Values of a box in a square of zeros. */
function placed(values: Uint8Array, box: FittedBox, size: number, channels: number): Uint8Array {
  if (box.width === size && box.height === size) return values;
  const square = new Uint8Array(channels * size * size), row = channels * box.width;
  for (let y = 0; y < box.height; y++) {
    square.set(values.subarray(y * row, (y + 1) * row), channels * ((box.top + y) * size + box.left));
  }
  return square;
}

/**
 * A map of `size` × `size` values at the size of the image's file: the inverse of `fitImage()`. Bilinear between the
 * centres of pixels, as OpenCV and PyTorch (`align_corners=False`) do; beyond the outermost centres the value there.
 * Black bars of `"pad"` are cut off and never mixed in.
 *
 * @param map `[size, size]`
 * @param width of the file, its orientation applied, pixels
 * @param height of the file, pixels
 * @returns `[height, width]`
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
