/**
 * Decodes JPEG, PNG, WebP and TIFF by sharp, which is libvips with libjpeg-turbo, libpng, libwebp and libtiff.
 *
 * One decoder everywhere, because JPEG decoders differ by up to 28 grey levels and a model's numbers with them. TIFF too,
 * since libtiff is kept and fuzzed, reads every compression and layout, and refuses cut strips: of the decoders in
 * JavaScript utif2 follows rings of directories until memory is gone, tiff returns sizes of text, and geotiff reads no
 * 1-bit masks. libvips itself ends JPEGs of too many scans and files whose counts exceed their size.
 *
 * @module
 */
import sharp, { type Metadata } from "sharp";
import type { Picture } from "../picture.ts";
import { checkSize, MOST_PIXELS } from "./limits.ts";

/** libvips' names of colour spaces that are read, and to which one each is decoded. */
const SPACES: Readonly<Record<string, { space: string; bits: 8 | 16 }>> = {
  "b-w": { space: "b-w", bits: 8 },
  "srgb": { space: "srgb", bits: 8 },
  "cmyk": { space: "srgb", bits: 8 },
  "grey16": { space: "grey16", bits: 16 },
  "rgb16": { space: "rgb16", bits: 16 },
};

/**
 * Decodes the first image of a file. Its EXIF orientation is applied; an embedded colour profile is not, so that the
 * pixels are the file's.
 */
export async function decodeBySharp(
  file: Uint8Array,
  format: "JPEG" | "PNG" | "WebP" | "TIFF",
): Promise<Picture> {
  const tiff = format === "TIFF" ? readTiffDirectory(file) : undefined;
  if (tiff !== undefined && tiff.tilePixels > MOST_PIXELS) {
    throw new Error("the file is damaged (the size of its tiles)");
  }
  // A warning of the other decoders means wrong pixels; one of libtiff's an unknown tag.
  const failOn = tiff === undefined ? "warning" : "error";
  const image = sharp(tiff?.file ?? file, { ignoreIcc: true, limitInputPixels: false, failOn });
  const found = await image.metadata().catch(damaged);
  const { space, bits } = spaceOf(found);
  checkSize(found.width, found.height, found.channels * bits / 8);
  const { orientation: tag = 1 } = found, orientation = tag >= 1 && tag <= 8 ? tag : 1;
  if (orientation > 1) image.autoOrient();
  // Of grey with alpha at 8 bits, sharp would drop the alpha.
  const isGreyWithAlpha = space === "b-w" && found.channels === 2;
  const { data, info } = await image.toColourspace(isGreyWithAlpha ? "srgb" : space)
    .raw({ depth: bits === 8 ? "uchar" : "ushort" }).toBuffer({ resolveWithObject: true }).catch(damaged);
  const { width, height } = info, channels = (found.space === "cmyk" ? 3 : found.channels) as 1 | 2 | 3 | 4;
  const decoded = bits === 8
    ? new Uint8Array(data.buffer, data.byteOffset, data.length)
    : new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
  const pixels = isGreyWithAlpha ? decoded.filter((_, sample) => sample % 4 === 0 || sample % 4 === 3) : decoded;
  if (pixels.length !== width * height * channels) {
    throw new Error(`expected ${channels} samples a pixel as its header says, found ${info.channels}`);
  }
  const pages = tiff?.pages ?? found.pages ?? 1;
  const notes = [
    ...(orientation > 1 ? [`turned upright as its EXIF orientation ${orientation} says`] : []),
    ...(found.space === "cmyk" ? ["CMYK colours were turned into RGB"] : []),
    ...(pages > 1 ? [`only the first of its ${pages} images was read`] : []),
  ];
  const lossy = format === "JPEG" || tiff?.lossy === true || (format === "WebP" && !isLosslessWebP(file));
  return { format, width, height, orientation, channels, bits, pixels, lossy, notes };
}

function spaceOf({ space, depth, channels, bitsPerSample }: Metadata): { space: string; bits: 8 | 16 } {
  const read = SPACES[space];
  if (read !== undefined && depth === (read.bits === 8 ? "uchar" : "ushort") && channels <= 4) return read;
  throw new Error(
    `expected grey or colour samples of 8 or 16 bits, found ${channels} of ${bitsPerSample ?? "other"} bits ` +
      `(${depth}, ${space}): save it as PNG`,
  );
}

/** Whether the first image of a WebP file is stored without loss: its chunk is then called "VP8L". */
function isLosslessWebP(file: Uint8Array): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 12; at + 8 <= file.length; at += 8 + view.getUint32(at + 4, true) + view.getUint32(at + 4, true) % 2) {
    const name = String.fromCharCode(...file.subarray(at, at + 4));
    if (name === "ANMF") at += 16; // its chunks follow after 16 bytes more: continue inside of it
    if (name === "VP8L") return true;
    if (name === "VP8 ") return false;
  }
  return false;
}

/** Says in plain words what sharp's short messages mean. */
function damaged(error: Error): never {
  throw new Error(`the file is damaged or cut short (${error.message.trim().split("\n")[0]})`, { cause: error });
}

/** Most images in one TIFF file. */
const MOST_PAGES = 1000;

/** Tags of TIFF 6.0 that are looked at here. */
const COMPRESSION = 259, PHOTOMETRIC = 262, SAMPLES_PER_PIXEL = 277, TILE_WIDTH = 322, TILE_LENGTH = 323;

/** Values of PhotometricInterpretation: grey with black as 0, and RGB; of Compression: JPEG, old and new. */
const BLACK_IS_ZERO = 1, RGB = 2, OLD_JPEG = 6, JPEG = 7;

/** What `sharp` does not say about a TIFF file. */
interface TiffDirectory {
  readonly pages: number;
  readonly lossy: boolean;
  /** Pixels of a tile, 0 where the image is stored in strips. */
  readonly tilePixels: number;
  /**
   * The file, marked as RGB where it has three or four samples a pixel but is marked as grey: so are CVC-ClinicDB's
   * official files, which decoders refuse or read wrongly otherwise.
   */
  readonly file: Uint8Array;
}

/** Reads the first directory of a TIFF file and follows the chain of the others. */
function readTiffDirectory(file: Uint8Array): TiffDirectory {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const littleEndian = file[0] === 0x49;
  const pages = countPages(view, littleEndian);
  const first = view.getUint32(4, littleEndian);
  /** Where the value of a tag stands. */
  const entries = new Map<number, number>();
  for (let entry = 0; entry < view.getUint16(first, littleEndian); entry++) {
    const at = first + 2 + 12 * entry;
    entries.set(view.getUint16(at, littleEndian), at + 8);
  }
  const value = (tag: number, absent: number) => {
    const at = entries.get(tag);
    if (at === undefined) return absent;
    const isShort = view.getUint16(at - 6, littleEndian) === 3;
    return isShort ? view.getUint16(at, littleEndian) : view.getUint32(at, littleEndian);
  };
  let marked = file;
  if (value(PHOTOMETRIC, RGB) === BLACK_IS_ZERO && [3, 4].includes(value(SAMPLES_PER_PIXEL, 1))) {
    marked = new Uint8Array(file); // a copy, of a Buffer too
    new DataView(marked.buffer).setUint16(entries.get(PHOTOMETRIC)!, RGB, littleEndian);
  }
  return {
    pages,
    lossy: [OLD_JPEG, JPEG].includes(value(COMPRESSION, 1)),
    tilePixels: value(TILE_WIDTH, 0) * value(TILE_LENGTH, 0),
    file: marked,
  };
}

function countPages(view: DataView, littleEndian: boolean): number {
  const seen = new Set<number>();
  let at = 4; // of the pointer to the next directory
  for (;;) {
    if (at + 4 > view.byteLength) throw new Error("the file is damaged or cut short (in its directory)");
    const directory = view.getUint32(at, littleEndian);
    if (directory === 0 && seen.size > 0) return seen.size;
    if (seen.has(directory)) throw new Error("the file is damaged (its directories form a ring)");
    if (directory < 8 || directory + 2 > view.byteLength) {
      throw new Error("the file is damaged or cut short (a directory lies outside of it)");
    }
    seen.add(directory);
    if (seen.size > MOST_PAGES) throw new Error(`expected at most ${MOST_PAGES} images in a file, found more`);
    const count = view.getUint16(directory, littleEndian);
    if (count === 0) throw new Error("the file is damaged (a directory of it is empty)");
    at = directory + 2 + 12 * count;
  }
}
