/**
 * The one image decoder of the project: JPEG and PNG by sharp, TIFF by utif2, always to eight-bit RGB.
 *
 * One decoder everywhere, because JPEG decoders differ by up to 28 grey levels and a model's numbers with them.
 *
 * @module
 */
import sharp from "sharp";
import { checkPixelCount, type DecodedImage, MOST_PIXELS } from "./decoded_image.ts";
import { decodeTiff } from "./decode_tiff.ts";

const SIGNATURES: readonly (readonly [format: "JPEG" | "PNG" | "TIFF", bytes: readonly number[]])[] = [
  ["JPEG", [0xff, 0xd8, 0xff]],
  ["PNG", [0x89, 0x50, 0x4e, 0x47]],
  ["TIFF", [0x49, 0x49, 0x2a, 0x00]],
  ["TIFF", [0x4d, 0x4d, 0x00, 0x2a]],
];

/**
 * Decodes a JPEG, PNG or TIFF file; the format is told by its first bytes, not by its name.
 *
 * The pixels are those of the file: transparency is dropped, an embedded colour profile or an orientation is not
 * applied, so that an image and its mask stay aligned.
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
  { name = "image", mostPixels = MOST_PIXELS }: { name?: string; mostPixels?: number } = {},
): Promise<DecodedImage> {
  try {
    const format = formatOf(file);
    return format === "TIFF" ? decodeTiff(file, mostPixels) : await decodeBySharp(file, mostPixels);
  } catch (error) {
    throw new Error(`Cannot decode "${name}": ${(error as Error).message}`, { cause: error });
  }
}

function formatOf(file: Uint8Array): "JPEG" | "PNG" | "TIFF" {
  if (file.length === 0) throw new Error("the file is empty");
  const found = SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => file[index] === byte));
  if (found === undefined) throw new Error("expected a JPEG, PNG or TIFF file, found another kind of content");
  return found[0];
}

async function decodeBySharp(file: Uint8Array, mostPixels: number): Promise<DecodedImage> {
  const { width, height } = await sharp(file, { limitInputPixels: false }).metadata().catch(damaged);
  checkPixelCount(width, height, mostPixels);
  const { data, info } = await sharp(file, { ignoreIcc: true, limitInputPixels: mostPixels })
    .toColourspace("srgb").removeAlpha().raw().toBuffer({ resolveWithObject: true }).catch(damaged);
  if (info.channels !== 3) throw new Error(`expected three channels, found ${info.channels}`);
  return { width, height, channels: 3, pixels: new Uint8Array(data.buffer, data.byteOffset, data.length) };
}

/** Says in plain words what sharp's short messages mean. */
function damaged(error: Error): never {
  throw new Error(`the file is damaged or cut short (${error.message.trim()})`, { cause: error });
}
