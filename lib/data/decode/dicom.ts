/**
 * Decodes single-frame DICOM files: uncompressed, or with JPEG baseline inside.
 *
 * The data set is read by dicom-parser, Cornerstone's parser. It is given the file's first MiB and told to stop at the
 * pixels, so that a file of millions of tiny elements fills no memory.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import dicomParser, { type DataSet } from "dicom-parser";
import type { Picture } from "../picture.ts";
import { greyScale, type Values } from "./grey_levels.ts";
import { checkSize } from "./limits.ts";
import { decodeBySharp } from "./sharp_picture.ts";

/** Most bytes before the pixels. */
const MOST_HEADER_BYTES = 2 ** 20;

/** Transfer syntaxes of PS3.5 that are read. */
const UNCOMPRESSED = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"];
const JPEG_BASELINE = ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"];

/** Elements of PS3.6 that are read. */
const TAG = {
  transferSyntax: "x00020010",
  samples: "x00280002",
  photometric: "x00280004",
  planar: "x00280006",
  frames: "x00280008",
  rows: "x00280010",
  columns: "x00280011",
  bitsAllocated: "x00280100",
  bitsStored: "x00280101",
  highBit: "x00280102",
  isSigned: "x00280103",
  windowCenter: "x00281050",
  windowWidth: "x00281051",
  intercept: "x00281052",
  slope: "x00281053",
  pixels: "x7fe00010",
} as const;

/**
 * Decodes a DICOM file as viewers show it: stored values are rescaled, then taken through the file's window to 8 bits;
 * without a window, whole numbers are kept and others spread over 16 bits. MONOCHROME1 is inverted, so that 0 is black.
 * Masks keep their stored values, which are labels: a window would unite them.
 */
export async function decodeDicom(file: Uint8Array, { asMask = false } = {}): Promise<Picture> {
  const { syntax, data } = parse(file.subarray(0, MOST_HEADER_BYTES));
  if (data.elements[TAG.pixels] === undefined) throw new Error("expected an image, found no pixels in its first MiB");
  const { dataOffset, length } = data.elements[TAG.pixels];
  const width = data.uint16(TAG.columns) ?? 0, height = data.uint16(TAG.rows) ?? 0;
  const samples = data.uint16(TAG.samples) ?? 1, bits = data.uint16(TAG.bitsAllocated) ?? 8;
  checkSize(width, height, samples * bits / 8);
  const frames = Number(data.string(TAG.frames) ?? 1);
  if (frames > 1) throw new Error(`expected one frame, found ${frames}: save them one by one`);
  const photometric = data.string(TAG.photometric) ?? "";
  const isColour = samples === 3;
  if (![1, 3].includes(samples) || ![8, 16].includes(bits) || (isColour && bits !== 8)) {
    throw new Error(`expected grey of 8 or 16 bits or colours of 8, found ${samples} samples of ${bits} bits a pixel`);
  }
  const kinds = isColour ? ["RGB", "YBR_FULL", "YBR_FULL_422"] : ["MONOCHROME1", "MONOCHROME2"];
  if (!kinds.includes(photometric)) throw new Error(`expected ${kinds.join(" or ")}, found "${photometric}"`);
  const lossy = JPEG_BASELINE.includes(syntax);
  const base = { format: "DICOM", width, height, orientation: 1, lossy } as const;
  const levelsOf = (values: Values) => asMask ? storedLevels(values, photometric) : shown(values, data);
  if (lossy) {
    const jpeg = await decodeBySharp(fragments(file, dataOffset), "JPEG");
    if (jpeg.width !== width || jpeg.height !== height || jpeg.channels !== samples) {
      throw new Error(
        `expected ${width} × ${height} pixels of ${samples} samples as its header says, ` +
          `found ${jpeg.width} × ${jpeg.height} of ${jpeg.channels}`,
      );
    }
    if (isColour) return { ...jpeg, ...base };
    return { ...base, channels: 1, ...levelsOf(jpeg.pixels as Uint8Array) };
  }
  if (photometric === "YBR_FULL_422") {
    throw new Error("expected RGB or YBR_FULL, found YBR_FULL_422 without compression");
  }
  const expected = width * height * samples * bits / 8, found = Math.min(length, file.length - dataOffset);
  if (found < expected) throw new Error(`the file is cut short: expected ${expected} bytes of pixels, found ${found}`);
  const stored = new Uint8Array(file.subarray(dataOffset, dataOffset + expected));
  if (!isColour) return { ...base, channels: 1, ...levelsOf(valuesOf(stored, data, bits)) };
  const pixels = rgb(stored, data.uint16(TAG.planar) === 1, photometric === "YBR_FULL");
  const notes = photometric === "RGB" ? [] : ["YBR colours were turned into RGB"];
  return { ...base, channels: 3, bits: 8, pixels, notes };
}

/** The data set up to the pixels; how it is encoded is looked at first, as dicom-parser would misread other encodings. */
function parse(head: Uint8Array): { syntax: string; data: DataSet } {
  const syntax = parsed(() => dicomParser.readPart10Header(head)).string(TAG.transferSyntax) ?? "";
  if (![...UNCOMPRESSED, ...JPEG_BASELINE].includes(syntax)) {
    throw new Error(`expected no compression or JPEG baseline, found transfer syntax "${syntax}": decompress it first`);
  }
  return { syntax, data: parsed(() => dicomParser.parseDicom(head, { untilTag: TAG.pixels })) };
}

function parsed(parse: () => DataSet): DataSet {
  try {
    return parse();
  } catch (error) {
    // dicom-parser throws objects, strings and errors.
    const message = (error as { exception?: unknown; message?: string }).exception ?? (error as Error).message ?? error;
    throw new Error(`the file is damaged or cut short (${String(message).slice(0, 200)})`, { cause: error });
  }
}

/** The JPEG file inside: the fragments of the pixels (PS3.5, A.4) without the first one, a table of offsets. */
function fragments(file: Uint8Array, start: number): Uint8Array {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const pieces: Uint8Array[] = [];
  for (let at = start; at + 8 <= file.length;) {
    if (view.getUint32(at, true) !== 0xe000fffe) break; // an item's tag, FFFE,E000
    const length = view.getUint32(at + 4, true);
    pieces.push(file.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  if (pieces.length < 2) throw new Error("the file is damaged or cut short (its pixels)");
  return Buffer.concat(pieces.slice(1));
}

/** The stored values: the bits that are used, with their sign. */
function valuesOf(stored: Uint8Array, data: DataSet, bits: number): Values {
  const isSigned = data.uint16(TAG.isSigned) === 1;
  const used = data.uint16(TAG.bitsStored) ?? bits;
  const highest = data.uint16(TAG.highBit) ?? used - 1;
  if (!(used >= 1 && used <= highest + 1 && highest < bits)) throw new Error("the file is damaged (its bits a sample)");
  const view = new DataView(stored.buffer);
  const values = new Int32Array(stored.length * 8 / bits);
  for (let index = 0; index < values.length; index++) {
    const word = bits === 8 ? stored[index] : view.getUint16(2 * index, true);
    const top = word << (31 - highest); // the value's highest bit at the word's
    values[index] = isSigned ? top >> (32 - used) : top >>> (32 - used);
  }
  return values;
}

/** Stored values as they are. */
function storedLevels(values: Values, photometric: string): Pick<Picture, "bits" | "pixels" | "white" | "notes"> {
  const { bits, white, notes, levels } = greyScale(values);
  const inverted = photometric === "MONOCHROME1" ? ["a mask of MONOCHROME1 is not inverted: 0, shown white, is 0"] : [];
  return { bits, white, notes: [...notes, ...inverted], pixels: levels(values, 0, values.length) };
}

/** Grey levels of stored values: rescaled, through the window where there is one, with 0 as black. */
function shown(values: Values, data: DataSet): Pick<Picture, "bits" | "pixels" | "white" | "notes"> {
  const number = (tag: string, absent: number) => {
    const text = data.string(tag);
    const found = text === undefined ? NaN : Number.parseFloat(text); // the first of several
    return Number.isFinite(found) ? found : absent;
  };
  const slope = number(TAG.slope, 1), intercept = number(TAG.intercept, 0);
  const center = number(TAG.windowCenter, NaN), width = number(TAG.windowWidth, NaN);
  const notes: string[] = [];
  let levels: Uint8Array | Uint16Array, white = 255;
  if (Number.isFinite(center) && width >= 1) {
    levels = new Uint8Array(values.length);
    const first = center - 0.5 - (width - 1) / 2, range = Math.max(width - 1, 1e-9); // PS3.3, C.11.2.1.2.1
    for (let index = 0; index < levels.length; index++) {
      const level = 255 * (slope * Number(values[index]) + intercept - first) / range;
      levels[index] = Math.round(Math.min(255, Math.max(0, level)));
    }
    notes.push(`shown through its window of ${width} around ${center}`);
  } else {
    const scale = greyScale(values, { slope, intercept });
    levels = scale.levels(values, 0, values.length);
    white = scale.white;
    notes.push(...scale.notes);
  }
  if (data.string(TAG.photometric) === "MONOCHROME1") {
    const top = levels instanceof Uint8Array ? 255 : white;
    for (let index = 0; index < levels.length; index++) levels[index] = top - levels[index];
    notes.push("inverted, as its values grow towards black (MONOCHROME1)");
  }
  return { bits: levels instanceof Uint8Array ? 8 : 16, pixels: levels, white, notes };
}

/** RGB pixels, interleaved, of samples that may lie in planes, and be luma and chroma of full range. */
function rgb(stored: Uint8Array, isPlanar: boolean, isYbr: boolean): Uint8Array {
  const pixels = new Uint8Array(stored.length), count = stored.length / 3;
  for (let pixel = 0; pixel < count; pixel++) {
    const [a, b, c] = isPlanar
      ? [stored[pixel], stored[count + pixel], stored[2 * count + pixel]]
      : [stored[3 * pixel], stored[3 * pixel + 1], stored[3 * pixel + 2]];
    const [red, green, blue] = isYbr
      ? [a + 1.402 * (c - 128), a - 0.344136 * (b - 128) - 0.714136 * (c - 128), a + 1.772 * (b - 128)]
      : [a, b, c];
    const levels = [red, green, blue].map((level) => Math.min(255, Math.max(0, Math.round(level))));
    pixels.set(levels, 3 * pixel);
  }
  return pixels;
}
