/**
 * Stand-in for the decoder of all formats: JPEG, PNG, WebP by sharp, TIFF by today's decoder, plain NIfTI.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import sharp from "sharp";
import { decodeImage } from "./decode_image.ts";

/** A decoded picture; `pixels` is [height, width, channels] as in the file, palettes expanded, orientation applied. */
export interface Picture {
  readonly format: "JPEG" | "PNG" | "TIFF" | "BMP" | "WebP" | "NIfTI" | "DICOM";
  readonly width: number;
  readonly height: number;
  /** EXIF orientation of the file, already applied. */
  readonly orientation: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly bits: 8 | 16;
  readonly pixels: Uint8Array | Uint16Array;
  readonly lossy: boolean;
  readonly notes: readonly string[];
}

/** Decodes a file. */
export async function decodePicture(path: string): Promise<Picture> {
  const file = await Deno.readFile(path);
  if (file[0] === 0x49 || file[0] === 0x4d) {
    const { width, height, channels, pixels } = await decodeImage(file, { name: path });
    return { format: "TIFF", width, height, orientation: 1, channels, bits: 8, pixels, lossy: false, notes: [] };
  }
  try {
    const { format, depth, orientation = 1, space } = await sharp(file).metadata();
    const deep = depth === "ushort", grey = space === "b-w" || space === "grey16";
    const { data, info } = await sharp(file, { ignoreIcc: true }).autoOrient()
      .toColourspace(deep ? (grey ? "grey16" : "rgb16") : grey ? "b-w" : "srgb")
      .raw({ depth: deep ? "ushort" : "uchar" }).toBuffer({ resolveWithObject: true });
    const bytes = new Uint8Array(data).buffer;
    return {
      format: format === "jpeg" ? "JPEG" : format === "webp" ? "WebP" : "PNG",
      width: info.width,
      height: info.height,
      orientation,
      channels: info.channels as 1,
      bits: deep ? 16 : 8,
      pixels: deep ? new Uint16Array(bytes) : new Uint8Array(bytes),
      lossy: format === "jpeg" || format === "webp",
      notes: [],
    };
  } catch (error) {
    throw new Error(
      `Cannot decode "${path}": ${
        file.length === 0 ? "the file is empty" : `the file is damaged or cut short (${(error as Error).message})`
      }`,
    );
  }
}

/** Eight-bit RGB of a picture; 16 bits are scaled by the greatest value. */
export function rgbOf({ width, height, channels, bits, pixels }: Picture): { pixels: Uint8Array; note?: string } {
  if (channels === 3 && pixels instanceof Uint8Array) return { pixels };
  let most = bits === 16 ? 1 : 255;
  if (bits === 16) { for (const value of pixels) most = Math.max(most, value); }
  const rgb = new Uint8Array(3 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = pixels[pixel * channels + (channels < 3 ? 0 : channel)];
      rgb[3 * pixel + channel] = bits === 16 ? Math.round(255 * value / most) : value;
    }
  }
  return bits === 16
    ? { pixels: rgb, note: `16 bits a sample: levels up to ${most} are scaled to 0–255` }
    : { pixels: rgb };
}

/** The slices of a NIfTI-1 volume of uint8. */
export async function decodeVolume(path: string): Promise<{ slices: number; slice(index: number): Picture }> {
  let file = await Deno.readFile(path);
  if (path.endsWith(".gz")) file = new Uint8Array(gunzipSync(file));
  const view = new DataView(file.buffer, file.byteOffset);
  const [width, height, slices] = [42, 44, 46].map((at) => view.getInt16(at, true));
  const start = view.getFloat32(108, true);
  const slice = (index: number): Picture => ({
    format: "NIfTI",
    width,
    height,
    orientation: 1,
    channels: 1,
    bits: 8,
    pixels: file.slice(start + index * width * height, start + (index + 1) * width * height),
    lossy: false,
    notes: [],
  });
  return { slices, slice };
}
