/**
 * Decodes picture files of every format that is read.
 *
 * @module
 */
import { openRegularFile, readBytes } from "../../files/regular_file.ts";
import { decodeBmp } from "./bmp.ts";
import { decodeDicom } from "./dicom.ts";
import { MOST_BYTES, MOST_VOLUME_BYTES } from "./limits.ts";
import { decodeVolume } from "./nifti.ts";
import { decodeBySharp } from "./sharp_picture.ts";
import type { Picture, PictureFormat } from "../picture.ts";

export { decodeVolume };

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

/**
 * Decodes a JPEG (grey, colour, CMYK), PNG, TIFF, BMP or WebP file, a DICOM file of one frame or a NIfTI file of one
 * slice (see {@link decodeVolume} for more); the format is told by the content, never by the name.
 *
 * No file costs more than 500 MB, or much longer than others of its size, whatever its bytes are: only regular files are
 * opened, sizes are checked before anything is decoded, and every decoder's work is bounded by them.
 *
 * @param options `asMask` keeps the stored values of a DICOM file, which is else decoded as viewers show it.
 * @throws With the file's name if it cannot be read, has another format, is damaged, cut short or too large.
 */
export async function decodePicture(path: string, options: { readonly asMask?: boolean } = {}): Promise<Picture> {
  if (await formatOfFile(path) === "NIfTI") {
    const { slices, slice } = await decodeVolume(path);
    if (slices === 1) return slice(0);
    throw new Error(`Cannot decode "${path}": expected one picture, found a volume of ${slices} slices`);
  }
  return await named(path, async () => {
    const { file, size } = await openRegularFile(path, MOST_BYTES);
    using _file = file;
    return await decodeBytes(await readBytes(file, size), options);
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
export async function decodeBytes(file: Uint8Array, options: { readonly asMask?: boolean } = {}): Promise<Picture> {
  const format = formatOf(file);
  switch (format) {
    case "BMP":
      return decodeBmp(file);
    case "DICOM":
      return await decodeDicom(file, options);
    case "NIfTI":
      throw new Error("expected a picture, found a NIfTI volume or a file packed by gzip");
    default:
      return await decodeBySharp(file, format);
  }
}

async function named<Result>(path: string, decode: () => Promise<Result>): Promise<Result> {
  try {
    return await decode();
  } catch (error) {
    throw new Error(`Cannot decode "${path}": ${(error as Error).message}`, { cause: error });
  }
}
