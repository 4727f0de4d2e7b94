/**
 * RAR archives for tests, written byte by byte (RAR 2.9's format, stored without compression), because no library of
 * npm writes them.
 *
 * @module
 */
import { crc32 } from "node:zlib";
import { joined, numbers } from "./zip_bytes.ts";

/** An entry of an archive. */
export interface RarEntry {
  /** Path with "/" between folders. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Unix mode, as in 0o120777 for a link; default a plain file. */
  readonly mode?: number;
  /** The unpacked size that the archive states; default the true one. */
  readonly statedSize?: number;
  /** Further flags of the file header; 4 is "encrypted". */
  readonly flags?: number;
}

const SIGNATURE = new Uint8Array([0x52, 0x61, 0x72, 0x21, 0x1a, 0x07, 0x00]);
const ARCHIVE_HEADER = 0x73, FILE_HEADER = 0x74, END_OF_ARCHIVE = 0x7b;
/** The block is longer than its header. */
const LONG_BLOCK = 0x8000;
const UNIX = 3, VERSION = 20, STORED = 0x30, FILE_FIELDS_BYTES = 25;

/**
 * The bytes of a RAR archive with these entries.
 *
 * @param archiveFlags flags of the archive header; 1 is "one part of several"
 */
export function rarBytes(entries: readonly RarEntry[], archiveFlags = 0): Uint8Array<ArrayBuffer> {
  const files = entries.flatMap(({ path, bytes, mode = 0o100644, statedSize = bytes.length, flags = 0 }) => {
    const name = new TextEncoder().encode(path);
    const size = FILE_FIELDS_BYTES + name.length;
    const fields = numbers(
      [4, bytes.length],
      [4, statedSize],
      [1, UNIX],
      [4, crc32(bytes)],
      [4, 0x5a21_0000],
      [1, VERSION],
      [1, STORED],
      [2, name.length],
      [4, mode],
    );
    if (fields.length + name.length !== size) throw new Error("the header's length is wrong");
    return [block(FILE_HEADER, LONG_BLOCK | flags, joined(fields, name)), bytes];
  });
  const archive = block(ARCHIVE_HEADER, archiveFlags, new Uint8Array(6));
  return joined(SIGNATURE, archive, ...files, block(END_OF_ARCHIVE, 0x4000, new Uint8Array()));
}

/** A header: the lower half of its CRC-32, its type, flags and size, and its fields. */
function block(type: number, flags: number, fields: Uint8Array): Uint8Array {
  const rest = joined(numbers([1, type], [2, flags], [2, 7 + fields.length]), fields);
  return joined(numbers([2, crc32(rest) & 0xffff]), rest);
}
