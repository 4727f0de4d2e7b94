/**
 * Image files of formats that sharp does not write, or not with all their oddities, byte by byte for the tests.
 *
 * @module
 */
import { crc32, deflateSync } from "node:zlib";

/** A file with this content in a temporary folder; removed when disposed of. */
export function written(content: Uint8Array, name = "file.img"): { path: string } & Disposable {
  const folder = Deno.makeTempDirSync({ prefix: "polydice_decode_test_" });
  Deno.writeFileSync(`${folder}/${name}`, content);
  return { path: `${folder}/${name}`, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}

/** Levels that look random, `count` of them below `most`. */
export function levels(count: number, most = 256): number[] {
  return Array.from({ length: count }, (_, index) => (index * 7919 + 13) % most);
}

/** A TIFF file of one uncompressed strip at byte 1000, or with other tags; `next` is where its second directory stands. */
export function tiffFile(
  { width, height, samples = 1, pixels, tags = {}, next = 0 }: {
    width: number;
    height: number;
    samples?: number;
    pixels: Uint8Array;
    tags?: Record<number, [type: number, count: number, value: number]>;
    next?: number;
  },
): Uint8Array {
  const SHORT = 3, LONG = 4;
  const all: Record<number, [number, number, number]> = {
    256: [SHORT, 1, width],
    257: [SHORT, 1, height],
    258: samples < 3 ? [SHORT, 1, 8] : [SHORT, samples, 900],
    259: [SHORT, 1, 1],
    262: [SHORT, 1, samples < 3 ? 1 : 2],
    273: [LONG, 1, 1000],
    277: [SHORT, 1, samples],
    278: [SHORT, 1, height],
    279: [LONG, 1, pixels.length],
    ...tags,
  };
  const file = new Uint8Array(1000 + pixels.length), view = new DataView(file.buffer);
  file.set([0x49, 0x49, 0x2a, 0x00, 8]);
  const entries = Object.entries(all); // in the order of their tags, as integer keys are
  view.setUint16(8, entries.length, true);
  for (const [index, [tag, [type, count, value]]] of entries.entries()) {
    view.setUint16(10 + 12 * index, Number(tag), true);
    view.setUint16(12 + 12 * index, type, true);
    view.setUint32(14 + 12 * index, count, true);
    view.setUint32(18 + 12 * index, value, true);
  }
  view.setUint32(10 + 12 * entries.length, next, true);
  for (let sample = 0; sample < 4; sample++) view.setUint16(900 + 2 * sample, 8, true);
  file.set(pixels, 1000);
  return file;
}

/** A PNG file of packed rows; `transparent` is the content of its tRNS chunk. */
export function pngFile(
  { width, bits, type, rows, palette = [], transparent = [] }: {
    width: number;
    bits: number;
    /** Of the format: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
    type: number;
    rows: readonly (readonly number[])[];
    palette?: readonly number[];
    transparent?: readonly number[];
  },
): Uint8Array {
  const chunk = (name: string, content: Iterable<number>) => {
    const named = Uint8Array.from([...text(name), ...content]);
    return [...bigEndian(named.length - 4), ...named, ...bigEndian(crc32(named))];
  };
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", [...bigEndian(width), ...bigEndian(rows.length), bits, type, 0, 0, 0]),
    ...(palette.length > 0 ? chunk("PLTE", palette) : []),
    ...(transparent.length > 0 ? chunk("tRNS", transparent) : []),
    ...chunk("IDAT", deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    ...chunk("IEND", []),
  ]);
}

/** A bitmap whose rows are given as they stand in the file, without their padding. */
export function bmpFile(
  { width, height, bits, rows, palette = [], masks = [], compression = 0, gap = 0 }: {
    width: number;
    /** Negative where the first row is the uppermost. */
    height: number;
    bits: number;
    rows: readonly (readonly number[])[];
    /** [blue, green, red, 0] of each colour. */
    palette?: readonly (readonly number[])[];
    /** Of red, green, blue and alpha: stand in a longer header. */
    masks?: readonly number[];
    compression?: number;
    /** Bytes before the pixels. */
    gap?: number;
  },
): Uint8Array {
  const header = masks.length === 4 ? 108 : 40;
  const pixels = 14 + header + (masks.length === 3 ? 12 : 0) + 4 * palette.length + gap;
  const stride = 4 * Math.ceil(bits * width / 32);
  const file = new Uint8Array(pixels + stride * rows.length), view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  view.setUint32(10, pixels, true);
  view.setUint32(14, header, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, bits, true);
  view.setUint32(30, compression, true);
  view.setUint32(46, palette.length, true);
  for (const [index, mask] of masks.entries()) view.setUint32(54 + 4 * index, mask, true);
  for (const [index, colour] of palette.entries()) file.set(colour, 14 + header + 4 * index);
  for (const [row, bytes] of rows.entries()) file.set(bytes, pixels + stride * row);
  return file;
}

/** A NIfTI-1 volume; the values as a typed array of the machine's (little) order. */
export function niftiFile(
  { size, type, values, slope = 0, intercept = 0, change = () => {} }: {
    size: readonly number[];
    /** NIfTI's code, as 2 for bytes. */
    type: number;
    values: ArrayBufferView;
    slope?: number;
    intercept?: number;
    change?: (header: DataView) => void;
  },
): Uint8Array {
  const file = new Uint8Array(352 + values.byteLength), view = new DataView(file.buffer);
  view.setInt32(0, 348, true);
  view.setInt16(40, size.length, true);
  for (const [index, length] of size.entries()) view.setInt16(42 + 2 * index, length, true);
  view.setInt16(70, type, true);
  view.setFloat32(108, 352, true);
  view.setFloat32(112, slope, true);
  view.setFloat32(116, intercept, true);
  file.set([0x6e, 0x2b, 0x31], 344);
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 352);
  change(view);
  return file;
}

/** A DICOM file of explicit value representations in little-endian order; `elements` replace or join the usual ones. */
export function dicomFile(
  { width, height, pixels, syntax = "1.2.840.10008.1.2.1", elements = {}, encapsulated = false }: {
    width: number;
    height: number;
    pixels: Uint8Array;
    syntax?: string;
    /** Value by tag, as in { "00280004": "MONOCHROME1" }: numbers are US, texts IS or DS or CS. */
    elements?: Record<string, number | string>;
    encapsulated?: boolean;
  },
): Uint8Array {
  const all: Record<string, number | string> = {
    "00280002": 1,
    "00280004": "MONOCHROME2",
    "00280010": height,
    "00280011": width,
    "00280100": 8,
    "00280101": 8,
    "00280102": 7,
    "00280103": 0,
    ...elements,
  };
  const bytes: number[] = [...new Uint8Array(128), ...text("DICM"), ...element("00020010", "UI", text(syntax, "\0"))];
  for (const [tag, value] of Object.entries(all).sort(([a], [b]) => a < b ? -1 : 1)) {
    const isNumber = typeof value === "number";
    bytes.push(...element(tag, isNumber ? "US" : "CS", isNumber ? [value & 255, value >> 8] : text(value)));
  }
  const even = [...pixels, ...(pixels.length % 2 ? [0] : [])];
  const item = (content: readonly number[]) => [0xfe, 0xff, 0x00, 0xe0, ...uint32(content.length), ...content];
  const data = encapsulated ? [...item([]), ...item(even), 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0] : even;
  bytes.push(...tagBytes("7fe00010"), ...text("OW"), 0, 0, ...uint32(encapsulated ? 0xffffffff : data.length), ...data);
  return new Uint8Array(bytes);
}

function element(tag: string, representation: string, value: readonly number[]): number[] {
  return [...tagBytes(tag), ...text(representation), value.length & 255, value.length >> 8, ...value];
}

function tagBytes(tag: string): number[] {
  const byte = (at: number) => Number.parseInt(tag.slice(at, at + 2), 16);
  return [byte(2), byte(0), byte(6), byte(4)];
}

function text(content: string, padding = " "): number[] {
  return [...new TextEncoder().encode(content.length % 2 ? content + padding : content)];
}

function uint32(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
}

function bigEndian(value: number): number[] {
  return uint32(value).toReversed();
}
