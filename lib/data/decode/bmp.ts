/**
 * Decodes Windows bitmaps.
 *
 * By hand, as the format is a header and rows, and the libraries for it are wrong where files differ from the plainest:
 * bmp-ts ignores where the pixels begin and shifts packed colours, fast-bmp reads no palette and no image that begins at
 * its top.
 *
 * @module
 */
import type { Picture } from "../picture.ts";
import { checkSize } from "./limits.ts";

/** Sizes of the headers: OS/2's first one, and the least of Windows' that holds masks of colours. */
const CORE_HEADER = 12, INFO_HEADER = 40, MASKS_HEADER = 52;

/** Kinds of compression without any. */
const PLAIN = 0, BIT_FIELDS = 3, ALPHA_BIT_FIELDS = 6;

interface Header {
  readonly width: number;
  readonly height: number;
  /** Whether the first row of the file is the lowest of the image. */
  readonly bottomUp: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Byte at which the colours of the palette begin, their number, and the bytes of each. */
  readonly palette: { readonly at: number; readonly colours: number; readonly bytes: number };
  readonly pixels: number;
}

/**
 * Decodes a bitmap of 1, 4 or 8 bits with a palette or 16, 24 or 32 bits to RGB, or to RGBA where it has a mask of alpha.
 */
export function decodeBmp(file: Uint8Array): Picture {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const header = readHeader(view);
  const { width, height, bits } = header;
  checkSize(width, height, 4);
  const rowBytes = Math.ceil(bits * width / 8), stride = 4 * Math.ceil(rowBytes / 4);
  const end = header.pixels + stride * (height - 1) + rowBytes;
  if (end > file.length) {
    throw new Error(`the file is cut short: its pixels end at byte ${end}, the file at ${file.length}`);
  }
  const masks = bits === 16 || bits === 32 ? colourMasks(view, header) : [];
  const channels = masks.length === 4 ? 4 : 3;
  const pixels = new Uint8Array(channels * width * height);
  const palette = bits <= 8 ? colours(file, header) : new Uint8Array();
  for (let row = 0; row < height; row++) {
    const from = header.pixels + stride * (header.bottomUp ? height - 1 - row : row);
    const to = pixels.subarray(channels * width * row, channels * width * (row + 1));
    if (bits <= 8) fromPalette(file, from, bits, palette, to);
    else if (bits === 24) fromBytes(file, from, to);
    else fromMasks(view, from, bits, masks, to);
  }
  return { format: "BMP", width, height, orientation: 1, channels, bits: 8, pixels, lossy: false, notes: [] };
}

function readHeader(view: DataView): Header {
  if (view.byteLength < 26) throw new Error("the file is damaged or cut short (in its header)");
  const pixels = view.getUint32(10, true), size = view.getUint32(14, true);
  const isCore = size === CORE_HEADER;
  if (!isCore && (size < INFO_HEADER || size > 124)) throw new Error(`the file is damaged (a header of ${size} bytes)`);
  if (14 + size > view.byteLength) throw new Error("the file is damaged or cut short (in its header)");
  const rows = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? PLAIN : view.getUint32(30, true);
  const isPlain = compression === PLAIN ||
    (bits >= 16 && bits !== 24 && [BIT_FIELDS, ALPHA_BIT_FIELDS].includes(compression));
  if (!isPlain) throw new Error(`expected a bitmap without compression, found kind ${compression}: save it as PNG`);
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`the file is damaged (${bits} bits a pixel)`);
  return {
    width: isCore ? view.getUint16(18, true) : view.getInt32(18, true),
    height: Math.abs(rows),
    bottomUp: rows > 0,
    bits,
    compression,
    palette: {
      at: 14 + size,
      colours: (isCore ? 0 : view.getUint32(46, true)) || 2 ** Math.min(bits, 8),
      bytes: isCore ? 3 : 4,
    },
    pixels,
  };
}

/** The masks of red, green, blue and, where there is any, alpha: those of the header, or the format's. */
function colourMasks(view: DataView, { palette, compression, bits }: Header): number[] {
  if (compression === PLAIN) return bits === 16 ? [0x7c00, 0x03e0, 0x001f] : [0xff0000, 0xff00, 0xff];
  const hasAlpha = compression === ALPHA_BIT_FIELDS || palette.at > 14 + MASKS_HEADER;
  if (14 + INFO_HEADER + 16 > view.byteLength) throw new Error("the file is damaged or cut short (in its header)");
  const masks = [0, 4, 8, 12].map((offset) => view.getUint32(14 + INFO_HEADER + offset, true));
  if (masks.slice(0, 3).includes(0)) throw new Error("the file is damaged (a colour has no bits)");
  return hasAlpha && masks[3] !== 0 ? masks : masks.slice(0, 3);
}

/** The palette as RGB. */
function colours(file: Uint8Array, { palette: { at, colours, bytes }, bits }: Header): Uint8Array {
  const count = Math.min(colours, 2 ** bits);
  if (at + bytes * count > file.length) throw new Error("the file is damaged or cut short (in its palette)");
  return Uint8Array.from({ length: 3 * count }, (_, entry) => file[at + bytes * Math.floor(entry / 3) + 2 - entry % 3]);
}

function fromPalette(file: Uint8Array, from: number, bits: number, palette: Uint8Array, row: Uint8Array): void {
  const perByte = 8 / bits, mask = 2 ** bits - 1;
  for (let x = 0; 3 * x < row.length; x++) {
    const byte = file[from + Math.floor(x / perByte)];
    const entry = 3 * ((byte >> (8 - bits - bits * (x % perByte))) & mask);
    if (entry >= palette.length) throw new Error("the file is damaged (a pixel's colour is not in its palette)");
    for (let channel = 0; channel < 3; channel++) row[3 * x + channel] = palette[entry + channel];
  }
}

/** Blue, green and red, a byte each. */
function fromBytes(file: Uint8Array, from: number, row: Uint8Array): void {
  for (let to = 0; to < row.length; to += 3) {
    for (let channel = 0; channel < 3; channel++) row[to + channel] = file[from + to + 2 - channel];
  }
}

function fromMasks(view: DataView, from: number, bits: number, masks: readonly number[], row: Uint8Array): void {
  const shifts = masks.map((mask) => 31 - Math.clz32(mask & -mask));
  const greatest = masks.map((mask, channel) => mask >>> shifts[channel]);
  for (let x = 0, to = 0; to < row.length; x++) {
    const pixel = bits === 16 ? view.getUint16(from + 2 * x, true) : view.getUint32(from + 4 * x, true);
    for (let channel = 0; channel < masks.length; channel++) {
      const level = (pixel & masks[channel]) >>> shifts[channel];
      row[to++] = Math.round(255 * level / greatest[channel]);
    }
  }
}
