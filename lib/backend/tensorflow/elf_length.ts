/**
 * How long a Linux library says that it is. Loading one that was cut off ends the process with a bus error, wherever
 * its pages are missing, so its length is compared first.
 *
 * @module
 */

/** Bytes that {@linkcode elfLength} reads: the header of a 64-bit ELF file. */
export const ELF_HEADER_BYTES = 64;

const MAGIC = [0x7f, 0x45, 0x4c, 0x46];
const CLASS_64_LITTLE_ENDIAN = [2, 1];
// Where the header has the section table, which linkers put at the file's end: its offset, one entry's size, their number.
const SECTIONS_OFFSET = 0x28, SECTION_BYTES = 0x3a, SECTION_COUNT = 0x3c;

/**
 * Length in bytes of a 64-bit little-endian ELF file, from its first {@linkcode ELF_HEADER_BYTES} bytes: where its table of
 * sections ends.
 *
 * @returns undefined where it is no such file.
 */
export function elfLength(header: Uint8Array): number | undefined {
  const start = [...MAGIC, ...CLASS_64_LITTLE_ENDIAN];
  if (header.length < ELF_HEADER_BYTES || !start.every((byte, index) => header[index] === byte)) return undefined;
  const view = new DataView(header.buffer, header.byteOffset);
  return Number(view.getBigUint64(SECTIONS_OFFSET, true)) +
    view.getUint16(SECTION_BYTES, true) * view.getUint16(SECTION_COUNT, true);
}
