/**
 * ZIP and RAR archives for tests, written byte by byte so that they can also be wrong.
 *
 * @module
 */
import { crc32, deflateRawSync } from "node:zlib";

/** An entry of an archive. */
export interface ArchiveEntry {
  /** Path with "/" between folders. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether it is compressed, in a ZIP archive by Deflate; default false. */
  readonly deflate?: boolean;
  /** Unix mode, as in 0o120777 for a link; default a plain file. */
  readonly mode?: number;
  /** The unpacked size that the archive states; default the true one. */
  readonly statedSize?: number;
  /** Further flags of the entry's header: "encrypted" is 1 for ZIP and 4 for RAR. */
  readonly flags?: number;
}

const LOCAL_FILE = 0x04034b50, CENTRAL_FILE = 0x02014b50, END = 0x06054b50;
/** Names are UTF-8. */
const UTF8 = 0x800;
const DEFLATE = 8, STORED = 0;

/** The bytes of a ZIP archive with these entries. */
export function zipBytes(entries: readonly ArchiveEntry[]): Uint8Array<ArrayBuffer> {
  const local: Uint8Array[] = [], central: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { bytes, deflate = false, mode = 0o100644, statedSize = bytes.length, flags = 0 } = entry;
    const name = new TextEncoder().encode(entry.path);
    const packed = deflate ? new Uint8Array(deflateRawSync(bytes)) : bytes;
    const common = numbers(
      [2, 20],
      [2, UTF8 | flags],
      [2, deflate ? DEFLATE : STORED],
      [4, 0],
      [4, crc32(bytes)],
      [4, packed.length],
      [4, statedSize],
      [2, name.length],
      [2, 0],
    );
    const start = joined(numbers([4, LOCAL_FILE]), common, name, packed);
    const rest = numbers([2, 0], [2, 0], [2, 0], [2, 0], [2, mode], [4, offset]);
    central.push(joined(numbers([4, CENTRAL_FILE], [2, 0x314]), common, rest, name));
    local.push(start);
    offset += start.length;
  }
  const directory = joined(...central), count = entries.length;
  const end = numbers([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, directory.length], [4, offset], [2, 0]);
  return joined(...local, directory, end);
}

/** Little-endian numbers of so many bytes each. */
export function numbers(...fields: readonly (readonly [bytes: number, value: number])[]): Uint8Array<ArrayBuffer> {
  const result: number[] = [];
  for (const [bytes, value] of fields) {
    for (let byte = 0; byte < bytes; byte++) result.push(Math.floor(value / 256 ** byte) % 256);
  }
  return new Uint8Array(result);
}

/** Arrays one after the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

const SIGNATURE = new Uint8Array([0x52, 0x61, 0x72, 0x21, 0x1a, 0x07, 0x00]);
const ARCHIVE_HEADER = 0x73, FILE_HEADER = 0x74, END_OF_ARCHIVE = 0x7b;
/** The block is longer than its header. */
const LONG_BLOCK = 0x8000;
const UNIX = 3, VERSION = 20, UNPACKED = 0x30;

/**
 * The bytes of a RAR archive with these entries (RAR 2.9's format, stored without compression).
 *
 * @param archiveFlags flags of the archive header; 1 is "one part of several"
 */
export function rarBytes(entries: readonly ArchiveEntry[], archiveFlags = 0): Uint8Array<ArrayBuffer> {
  const files = entries.flatMap(({ path, bytes, mode = 0o100644, statedSize = bytes.length, flags = 0 }) => {
    const name = new TextEncoder().encode(path);
    const fields = numbers(
      [4, bytes.length],
      [4, statedSize],
      [1, UNIX],
      [4, crc32(bytes)],
      [4, 0x5a21_0000],
      [1, VERSION],
      [1, UNPACKED],
      [2, name.length],
      [4, mode],
    );
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
