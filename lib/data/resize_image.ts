/**
 * Resizes decoded images to the square that the model takes.
 *
 * @module
 */
import sharp from "sharp";
import type { DecodedImage } from "./decoded_image.ts";

/**
 * An image resized to `size` × `size` pixels, [size, size, 3] RGB 0..255, its proportions given up (as the thesis'
 * 224 × 224 does), by a Lanczos filter as wide as the reduction, so that fine patterns are averaged and not aliased.
 */
export async function resizeImage(image: DecodedImage, size: number): Promise<Uint8Array> {
  const { width, height, channels, pixels } = image;
  const { data } = await sharp(pixels, { raw: { width, height, channels } })
    .resize(size, size, { fit: "fill", kernel: "lanczos3" }).raw().toBuffer({ resolveWithObject: true });
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}
