/**
 * ZIP archives for tests, written byte by byte so that they can also be wrong.
 *
 * @module
 */
import { crc32, deflateRawSync } from "node:zlib";

/** An entry of an archive. */
export interface ZipEntry {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether it is compressed by Deflate; default false. */
  readonly deflate?: boolean;
  /** Unix mode, as in 0o120777 for a link; default a plain file. */
  readonly mode?: number;
  /** The unpacked size that the archive states; default the true one. */
  readonly statedSize?: number;
  /** General purpose flags; 1 is "encrypted". */
  readonly flags?: number;
}

const LOCAL_FILE = 0x04034b50, CENTRAL_FILE = 0x02014b50, END = 0x06054b50;
/** Names are UTF-8. */
const UTF8 = 0x800;
const DEFLATE = 8, STORED = 0;

/** The bytes of a ZIP archive with these entries. */
export function zipBytes(entries: readonly ZipEntry[]): Uint8Array<ArrayBuffer> {
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
      [
        4,
        packed.length,
      ],
      [4, statedSize],
      [2, name.length],
      [2, 0],
    );
    const start = joined(numbers([4, LOCAL_FILE]), common, name, packed);
    central.push(
      joined(
        numbers([4, CENTRAL_FILE], [2, 0x314]),
        common,
        numbers([2, 0], [2, 0], [2, 0]),
        numbers([2, 0], [2, mode], [
          4,
          offset,
        ]),
        name,
      ),
    );
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
