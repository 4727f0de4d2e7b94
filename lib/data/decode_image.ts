/**
 * Decodes the files of the published data sets to eight-bit RGB.
 *
 * @module
 */
import type { DecodedImage } from "./decoded_image.ts";
import { decodeBytes, rgbOf } from "./picture.ts";

/**
 * Decodes a JPEG, PNG, TIFF, BMP, WebP or DICOM file to RGB, as `decodePicture` and `rgbOf` do.
 *
 * @param file The whole file.
 * @param options `name` stands in errors; `mostPixels` is the size from which on an image is refused.
 * @throws If the file has another format, is damaged or cut short, or has more than `mostPixels` pixels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import sharp from "sharp";
 * const red = { create: { width: 3, height: 2, channels: 3, background: { r: 255, g: 0, b: 0 } } } as const;
 * const { width, height, pixels } = await decodeImage(await sharp(red).png().toBuffer());
 * assertEquals([width, height, ...pixels.slice(0, 3)], [3, 2, 255, 0, 0]);
 * ```
 */
export async function decodeImage(
  file: Uint8Array,
  { name = "image", mostPixels }: { name?: string; mostPixels?: number } = {},
): Promise<DecodedImage> {
  try {
    const picture = await decodeBytes(file, mostPixels);
    return { width: picture.width, height: picture.height, channels: 3, pixels: rgbOf(picture).pixels };
  } catch (error) {
    throw new Error(`Cannot decode "${name}": ${(error as Error).message}`, { cause: error });
  }
}
