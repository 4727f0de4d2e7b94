/**
 * Brings images and masks of any proportions to the square that the model takes.
 *
 * @module
 */
import sharp from "sharp";
import { resizeMask } from "./binary_mask.ts";

/** How: stretched to the square, as the thesis does, or whole in its middle with black bars beside it. */
export type Fit = "stretch" | "pad";

/** Where in the square an image lies, pixels. */
export interface FittedBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The part of a `size` × `size` square that an image of `width` × `height` fills.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(fittedBox(200, 100, 64, "pad"), { left: 0, top: 16, width: 64, height: 32 });
 * assertEquals(fittedBox(200, 100, 64, "stretch"), { left: 0, top: 0, width: 64, height: 64 });
 * ```
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
