/**
 * A decoded picture of any format, as people see it.
 *
 * @module
 */
import { openRegularFile, readBytes } from "../files/regular_file.ts";
import { decodeBmp } from "./decode/bmp.ts";
import { decodeDicom } from "./decode/dicom.ts";
import { rangeInUse } from "./decode/grey_levels.ts";
import { MOST_BYTES, MOST_VOLUME_BYTES } from "./decode/limits.ts";
import { decodeVolume } from "./decode/nifti.ts";
import { decodeBySharp } from "./decode/sharp_picture.ts";

export { decodeVolume };

/** The formats that are read. */
export type PictureFormat = "JPEG" | "PNG" | "TIFF" | "BMP" | "WebP" | "NIfTI" | "DICOM";

/** Bytes that `formatOf` looks at. */
const HEAD_BYTES = 352;

/** What stands where: "DICM" after a preamble of 128 bytes, NIfTI's "n+1" and "n+2" at the end and start of its header. */
const SIGNATURES: readonly (readonly [format: PictureFormat, offset: number, bytes: readonly number[]])[] = [
  ["JPEG", 0, [0xff, 0xd8, 0xff]],
  ["PNG", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["TIFF", 0, [0x49, 0x49, 0x2a, 0x00]],
  ["TIFF", 0, [0x4d, 0x4d, 0x00, 0x2a]],
  ["WebP", 8, [0x57, 0x45, 0x42, 0x50]],
  ["DICOM", 128, [0x44, 0x49, 0x43, 0x4d]],
  ["NIfTI", 344, [0x6e, 0x2b, 0x31, 0x00]],
  ["NIfTI", 4, [0x6e, 0x2b, 0x32, 0x00]],
  ["NIfTI", 0, [0x1f, 0x8b, 0x08]], // gzip: no other format that is read here is packed so
  ["BMP", 0, [0x42, 0x4d]],
];

/** A decoded picture; its EXIF orientation is applied. */
export interface Picture {
  readonly format: PictureFormat;
  /** Pixels across, as turned by `orientation`. */
  readonly width: number;
  /** Pixels down, as turned by `orientation`. */
  readonly height: number;
  /** EXIF orientation 1 … 8 of the file, 1 where it has none; the pixels are turned already. */
  readonly orientation: number;
  /** Grey, grey and alpha, RGB, RGBA; a palette's colours are RGB or RGBA. */
  readonly channels: 1 | 2 | 3 | 4;
  readonly bits: 8 | 16;
  /** [height, width, channels], the levels of the file: those of 16 bits are not scaled. */
  readonly pixels: Uint8Array | Uint16Array;
  /** The level that is shown as white, where a volume or a scanner's file decides it; else the range in use does. */
  readonly white?: number;
  /** Whether the pixels were compressed with loss, as JPEG does: those of masks are noisy then. */
  readonly lossy: boolean;
  /** What was done that a person should know. */
  readonly notes: readonly string[];
}

/**
 * Decodes a JPEG (grey, colour, CMYK), PNG, TIFF, BMP or WebP file, a DICOM file of one frame or a NIfTI file of one
 * slice (see {@link decodeVolume} for more); the format is told by the content, never by the name.
 *
 * No file costs more than 500 MB, or much longer than others of its size, whatever its bytes are: only regular files are
 * opened, sizes are checked before anything is decoded, and every decoder's work is bounded by them.
 *
 * @throws With the file's name if it cannot be read, has another format, is damaged, cut short or too large.
 */
export async function decodePicture(path: string): Promise<Picture> {
  if (await formatOfFile(path) === "NIfTI") {
    const { slices, slice } = await decodeVolume(path);
    if (slices === 1) return slice(0);
    throw new Error(`Cannot decode "${path}": expected one picture, found a volume of ${slices} slices`);
  }
  return await named(path, async () => {
    const { file, size } = await openRegularFile(path, MOST_BYTES);
    using _file = file;
    return await decodeBytes(await readBytes(file, size));
  });
}

/**
 * The format of a file, told by its first bytes; files packed by gzip count as NIfTI.
 *
 * @throws With the file's name if it cannot be read or has a format that is not read.
 */
export async function formatOfFile(path: string): Promise<PictureFormat> {
  return await named(path, async () => {
    const { file } = await openRegularFile(path, Math.max(MOST_BYTES, 2 * MOST_VOLUME_BYTES));
    using _file = file;
    return formatOf(await readBytes(file, HEAD_BYTES));
  });
}

function formatOf(head: Uint8Array): PictureFormat {
  if (head.length === 0) throw new Error("the file is empty");
  const found = SIGNATURES.find(([, offset, bytes]) => bytes.every((byte, index) => head[offset + index] === byte));
  if (found !== undefined) return found[0];
  throw new Error("expected a JPEG, PNG, TIFF, BMP, WebP, NIfTI or DICOM file, found another kind of content");
}

/** As {@link decodePicture} for the bytes of a whole file, without the name in errors; not for NIfTI. */
export async function decodeBytes(file: Uint8Array): Promise<Picture> {
  const format = formatOf(file);
  switch (format) {
    case "BMP":
      return decodeBmp(file);
    case "DICOM":
      return await decodeDicom(file);
    case "NIfTI":
      throw new Error("expected a picture, found a NIfTI volume or a file packed by gzip");
    default:
      return await decodeBySharp(file, format);
  }
}

/**
 * The picture as RGB of 8 bits, [height, width, 3]: grey is repeated, transparency dropped, and levels of 16 bits cut
 * to the upper eight of the range in use, which is the least of 0 … 255, 0 … 511, … 0 … 65535 that holds them all.
 *
 * @returns `note` says what was dropped or scaled, where anything was.
 */
export function rgbOf(
  { width, height, channels, bits, pixels, white }: Picture,
): { pixels: Uint8Array; note?: string } {
  if (channels === 3 && pixels instanceof Uint8Array) return { pixels };
  const notes: string[] = [];
  let shift = 0;
  if (bits === 16) {
    let greatest = 0;
    for (const level of pixels) if (level > greatest) greatest = level;
    const top = white ?? rangeInUse(greatest);
    shift = Math.log2((top + 1) / 256);
    notes.push(`16-bit levels were scaled from 0–${top} to 0–255`);
  }
  const count = width * height, rgb = new Uint8Array(3 * count);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const hasAlpha = channels % 2 === 0, opaque = 2 ** bits - 1;
  let transparent = 0;
  for (let pixel = 0, from = 0, to = 0; pixel < count; pixel++, from += channels, to += 3) {
    rgb[to] = pixels[from] >> shift;
    rgb[to + 1] = pixels[from + green] >> shift;
    rgb[to + 2] = pixels[from + blue] >> shift;
    if (hasAlpha && pixels[from + channels - 1] !== opaque) transparent++;
  }
  if (transparent > 0) notes.push(`the transparency of ${transparent} of ${count} pixels was dropped`);
  return { pixels: rgb, note: notes.join("; ") || undefined };
}

async function named<Result>(path: string, decode: () => Promise<Result>): Promise<Result> {
  try {
    return await decode();
  } catch (error) {
    throw new Error(`Cannot decode "${path}": ${(error as Error).message}`, { cause: error });
  }
}
