/**
 * Which values the masks of a whole data set hold, counted file by file.
 *
 * A value is a number: a grey level (0..255, or 0..65535 in files of 16 bits), or 0x1000000 + the bytes of red, green and
 * blue where these differ.
 *
 * @module
 */
import type { Picture } from "./picture.ts";

/** First of the values that are colours. */
export const COLOUR = 0x1000000;

/**
 * Where a mask's values are read: its colours; its alpha channel, where it has one; or its colours with transparent
 * pixels as black, where these differ, and else its alpha channel: a black shape on transparent white is in that alone.
 */
export type MaskReading = "colour" | "alpha" | "over black";

/** How often a value occurs. */
export interface ValueCount {
  /** Pixels of all masks that have it. */
  pixels: number;
  /** Blocks of 2 × 2 pixels that all have it: many where it fills areas, hardly any where it is only on rims. */
  blocks: number;
  /** Masks in which it occurs, and the path of the first of them. */
  files: number;
  readonly first: string;
}

/** Lossless masks that hold the same few values, of which two or more fill areas: something is marked in each. */
export interface MarkedMasks {
  /** All of their values, in order. */
  readonly values: readonly number[];
  readonly bits: 8 | 16;
  /** How many they are, and the path of the first of them. */
  files: number;
  readonly first: string;
}

/** Counted values; colours that fill areas, noise and all, are also counted in coarse bins of 16 levels a channel. */
export interface ValueTable {
  /** Exact values, at most {@linkcode MOST_VALUES}. */
  readonly exact: Map<number, ValueCount>;
  overflown: boolean;
  /** Of the blocks of 2 × 2 nearly equal pixels in each bin: their number and the sums of red, green and blue. */
  readonly flat: Float64Array;
  /** By their values. */
  readonly marked: Map<string, MarkedMasks>;
}

/** The values of all masks of a data set. */
export interface MaskSurvey {
  /** Masks counted, those of lossy files among them, and all their pixels. */
  files: number;
  lossy: number;
  pixels: number;
  readonly tables: Readonly<Record<MaskReading, ValueTable>>;
  /** The first two values of the alpha channel, and of colours under one. */
  readonly alphas: Set<number>;
  readonly coloursUnderAlpha: Set<number>;
  /** The first masks with some transparency in which opaque black is background, and the shape. */
  blackGround?: string;
  blackShape?: string;
}

/** Most exact values that are told apart. */
const MOST_VALUES = 1024;
/** Up to so many values in a lossless mask are labels or rims, and no photograph. */
export const MOST_LABELS = 32;
/** Share of a value's pixels that begin a block of 2 × 2 from which on it fills areas. */
const FILLS_AREAS = 0.25;
/** Bins of 16 levels in each of three channels. */
const BINS = 4096;
/** Most levels between the first pixel of a block and the others where it is flat but for noise. */
const FLAT_LEVELS = 8;

/** A survey of no masks. */
export function emptySurvey(): MaskSurvey {
  const table = (): ValueTable => {
    return { exact: new Map(), overflown: false, flat: new Float64Array(4 * BINS), marked: new Map() };
  };
  const tables = { colour: table(), alpha: table(), "over black": table() };
  return { files: 0, lossy: 0, pixels: 0, tables, alphas: new Set(), coloursUnderAlpha: new Set() };
}

/** Adds a mask's values to a survey. */
export function surveyMask(survey: MaskSurvey, mask: Picture, path: string): void {
  const { tables, alphas, coloursUnderAlpha } = survey;
  survey.files++;
  survey.lossy += mask.lossy ? 1 : 0;
  survey.pixels += mask.width * mask.height;
  const colours = valuesOf(mask, "colour");
  countValues([tables.colour, ...(hasAlpha(mask) ? [] : [tables.alpha, tables["over black"]])], colours, mask, path);
  if (!hasAlpha(mask)) return;
  const transparency = valuesOf(mask, "alpha");
  countValues([tables.alpha], transparency, mask, path);
  const overBlack = valuesOf(mask, "over black"), opaque = 2 ** mask.bits - 1;
  countValues([tables["over black"]], overBlack, mask, path);
  if (transparency.some((alpha) => alpha !== opaque)) {
    const black = colours.findIndex((value, pixel) => value === 0 && transparency[pixel] === opaque);
    if (black >= 0) survey[overBlack[black] === 0 ? "blackGround" : "blackShape"] ??= path;
  }
  for (const [values, seen] of [[transparency, alphas], [colours, coloursUnderAlpha]] as const) {
    for (let pixel = 0; pixel < values.length && seen.size < 2; pixel++) seen.add(values[pixel]);
  }
}

/** Where the values of a set's masks stand: in the alpha channel where only that differs within and between masks. */
export function readingOf({ alphas, coloursUnderAlpha }: MaskSurvey): MaskReading {
  if (alphas.size < 2) return "colour";
  return coloursUnderAlpha.size < 2 ? "alpha" : "over black";
}

/** The value of every pixel of a mask, [height, width]. A mask without alpha channel is read by its colours. */
export function valuesOf(mask: Picture, reading: MaskReading): Uint32Array {
  const { width, height, channels, bits, pixels } = mask;
  if (channels === 1) return new Uint32Array(pixels);
  const values = new Uint32Array(width * height);
  const white = bits === 16 ? 65535 : 255, shift = bits === 16 ? 8 : 0;
  const transparent = hasAlpha(mask), colours = channels >= 3 ? 1 : 0;
  for (let pixel = 0, entry = 0; pixel < values.length; pixel++, entry += channels) {
    let red = pixels[entry], green = pixels[entry + colours], blue = pixels[entry + 2 * colours];
    if (transparent && reading !== "colour") {
      const alpha = pixels[entry + channels - 1];
      if (reading === "alpha") red = green = blue = alpha;
      else if (alpha !== white) {
        red = Math.round(red * alpha / white);
        green = Math.round(green * alpha / white);
        blue = Math.round(blue * alpha / white);
      }
    }
    const isGrey = red === green && green === blue;
    values[pixel] = isGrey ? red : COLOUR + ((red >> shift) << 16 | (green >> shift) << 8 | blue >> shift);
  }
  if (transparent && reading === "over black" && values.every((value) => value === values[0])) {
    const alphas = valuesOf(mask, "alpha");
    if (alphas.some((alpha) => alpha !== alphas[0])) return alphas;
  }
  return values;
}

/** Red, green and blue of a value, 0..255. */
export function colourOf(value: number, bits: 8 | 16): [number, number, number] {
  if (value >= COLOUR) return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  const level = bits === 16 ? Math.round(value / 257) : value;
  return [level, level, level];
}

/** A value as people write it: "255", or "#ff0000" for a colour. */
export function valueText(value: number): string {
  return value < COLOUR ? String(value) : `#${(value - COLOUR).toString(16).padStart(6, "0")}`;
}

/** Whether a value fills areas, and is not only on rims. */
export function fillsAreas({ pixels, blocks }: Pick<ValueCount, "pixels" | "blocks">): boolean {
  return blocks >= 2 && blocks >= FILLS_AREAS * pixels;
}

/** Whether a picture's last channel is alpha. */
export function hasAlpha({ channels }: Pick<Picture, "channels">): boolean {
  return channels % 2 === 0;
}

function countValues(tables: readonly ValueTable[], values: Uint32Array, mask: Picture, path: string): void {
  const { width, height, bits } = mask;
  /** Of a value in this file; `nearly`: blocks whose other pixels differ from it in a few levels only. */
  const inFile = new Map<number, { pixels: number; blocks: number; nearly: number }>();
  let value = values[0], pixels = 0, blocks = 0, nearly = 0;
  const add = () => {
    const count = inFile.get(value) ?? { pixels: 0, blocks: 0, nearly: 0 };
    count.pixels += pixels;
    count.blocks += blocks;
    count.nearly += nearly;
    inFile.set(value, count);
  };
  for (let row = 0, pixel = 0; row < height; row++) {
    for (let column = 0; column < width; column++, pixel++) {
      if (values[pixel] !== value) {
        add();
        [value, pixels, blocks, nearly] = [values[pixel], 0, 0, 0];
      }
      pixels++;
      if (row + 1 === height || column + 1 === width) continue;
      const right = values[pixel + 1], below = values[pixel + width], across = values[pixel + width + 1];
      if (right === value && below === value && across === value) blocks++;
      else if (isNear(value, right, bits) && isNear(value, below, bits) && isNear(value, across, bits)) nearly++;
    }
  }
  add();
  if (!mask.lossy && inFile.size <= MOST_LABELS && [...inFile.values()].filter(fillsAreas).length >= 2) {
    const values = [...inFile.keys()].sort((a, b) => a - b), key = `${bits} ${values}`;
    for (const { marked } of tables) {
      const known = marked.get(key);
      if (known === undefined) marked.set(key, { values, bits, files: 1, first: path });
      else known.files++;
    }
  }
  const isNoisy = inFile.size > 2;
  for (const [value, { pixels, blocks, nearly }] of inFile) {
    for (const table of tables) {
      addFlat(table.flat, value, bits, isNoisy ? blocks + nearly : blocks);
      const known = table.exact.get(value);
      if (known !== undefined) {
        known.pixels += pixels;
        known.blocks += blocks;
        known.files++;
      } else if (table.exact.size < MOST_VALUES) table.exact.set(value, { pixels, blocks, files: 1, first: path });
      else table.overflown = true;
    }
  }
}

/** Whether two values differ in a few levels only, as noise makes them. */
function isNear(one: number, other: number, bits: 8 | 16): boolean {
  if (one === other) return true;
  if (one < COLOUR && other < COLOUR) return Math.abs(one - other) <= FLAT_LEVELS * (bits === 16 ? 257 : 1);
  const [a, b] = [colourOf(one, bits), colourOf(other, bits)];
  return a.every((level, channel) => Math.abs(level - b[channel]) <= FLAT_LEVELS);
}

function addFlat(flat: Float64Array, value: number, bits: 8 | 16, blocks: number): void {
  const colour = colourOf(value, bits), [red, green, blue] = colour;
  const bin = 4 * ((red >> 4) << 8 | (green >> 4) << 4 | blue >> 4);
  flat[bin] += blocks;
  colour.forEach((level, channel) => flat[bin + 1 + channel] += blocks * level);
}
