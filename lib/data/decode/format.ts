/**
 * The format of an image file, told by its first bytes and never by its name.
 *
 * @module
 */

/** The formats that are read. */
export type PictureFormat = "JPEG" | "PNG" | "TIFF" | "BMP" | "WebP" | "NIfTI" | "DICOM";

/** Bytes that `formatOf` looks at. */
export const HEAD_BYTES = 352;

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
 * The format of a file that begins with these bytes (its first `HEAD_BYTES`, or all).
 *
 * @throws If it is none that is read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(formatOf(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])), "JPEG");
 * ```
 */
export function formatOf(head: Uint8Array): PictureFormat {
  if (head.length === 0) throw new Error("the file is empty");
  const found = SIGNATURES.find(([, offset, bytes]) => bytes.every((byte, index) => head[offset + index] === byte));
  if (found !== undefined) return found[0];
  throw new Error("expected a JPEG, PNG, TIFF, BMP, WebP, NIfTI or DICOM file, found another kind of content");
}
