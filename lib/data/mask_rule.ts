/**
 * Which pixels of a mask are lesion: one rule for a whole data set, decided from the values of all its masks.
 *
 * @module
 */
import {
  COLOUR,
  colourOf,
  fillsAreas,
  type MarkedMasks,
  type MaskReading,
  type MaskSurvey,
  MOST_LABELS,
  readingOf,
  valuesOf,
  type ValueTable,
  valueText,
} from "./mask_values.ts";
import { type Picture, rgbOf } from "./picture.ts";

/** Red, green and blue, 0..255. */
export type Colour = readonly [number, number, number];

/** How lesion is told from background; `sentence` says so to people. */
export type MaskRule =
  & { readonly sentence: string }
  & (
    /** The published data sets: mean of the channels above 127. */
    | { readonly by: "threshold" }
    /** These values are lesion, all others background. */
    | { readonly by: "values"; readonly reading: MaskReading; readonly lesion: readonly number[] }
    /** What is nearer to one of these colours than to any of the others is lesion. */
    | {
      readonly by: "nearest";
      readonly reading: MaskReading;
      readonly lesion: readonly Colour[];
      readonly background: readonly Colour[];
    }
  );

/** The rule of the published data sets, whose masks are known. */
export const THRESHOLD_RULE: MaskRule = { by: "threshold", sentence: "Lesion is what is brighter than 127." };

/** Most values, or colours, that a message lists. */
const MOST_LISTED = 12;
/** Up to so many different values of lossless masks are labels and no rims or noise. */
const FEW_VALUES = 5;
/** Most pixels that other values than two fill where they are noise, as a share of the lesion's. */
const MOST_NOISE = 0.05;
/** Colours nearer than this in every channel are one colour with noise; lesion and background must be further apart. */
const ONE_COLOUR = 32;
/** Share of the lesion's area from which on a third colour is a label: off the line between the two, and on it. */
const LABEL_OFF_LINE = 0.01, LABEL_ON_LINE = 0.05;
/** Most pixels of a mask that are neither near the one colour nor near the other, as a share. */
const MOST_DOUBTFUL = 0.2;

/**
 * The rule for a set of masks.
 *
 * Two values of any kind are taken exactly: the greater is lesion; of colours what is not black, or else what is not
 * white. Noise of lossy files and grey rims are cut at the middle between the two colours that fill areas. Masks of which
 * every one is black are all empty.
 *
 * @param maskValues The values that are lesion, as in "1", "1,2", "1-5" or "ff0000"; "" leaves it to the masks.
 * @throws If the masks hold one value that is not 0, more than two, or not the ones named; the message lists them.
 */
export function decideMaskRule(survey: MaskSurvey, maskValues = ""): MaskRule {
  const reading = readingOf(survey), table = survey.tables[reading];
  const values = [...table.exact.keys()].sort((a, b) => a - b);
  const exact = !table.overflown;
  const { blackGround, blackShape } = survey;
  if (reading === "over black" && blackGround !== undefined && blackShape !== undefined) {
    throw new Error(
      `expected opaque black to mean the same in all masks, found it as background in "${blackGround}" and as the ` +
        `shape on transparency in "${blackShape}": save all without transparency`,
    );
  }
  if (maskValues.trim() !== "") return namedRule(survey, reading, maskValues);
  if (exact && values.length === 1) {
    if (values[0] !== 0) {
      throw new Error(`expected lesion and background, found only ${valueText(values[0])} in all masks`);
    }
    const sentence = `Every mask is empty: 0 is the only value${where(reading)}.`;
    return { by: "values", reading, lesion: [], sentence };
  }
  if (exact && values.length === 2) {
    const [background, lesion] = backgroundFirst(values);
    const sentence = `Lesion is ${valueText(lesion)}, background ${valueText(background)}${where(reading)}.`;
    return { by: "values", reading, lesion: [lesion], sentence };
  }
  if (survey.lossy === 0 && exact && areLabels(table)) throw labels(survey, table);
  const [first, second, ...others] = coloursOf(table);
  if (second === undefined) throw labels(survey, table);
  const two = [first.colour, second.colour] as const;
  const isLabel = ({ colour, blocks }: FlatColour) => {
    const share = distanceToLine(colour, two) > ONE_COLOUR ? LABEL_OFF_LINE : LABEL_ON_LINE;
    return blocks >= 8 && blocks >= share * second.blocks;
  };
  if (others.some(isLabel)) throw labels(survey, table);
  const [background, lesion] = two.toSorted((a, b) => blackness(a) - blackness(b));
  const sentence = `Lesion is what is nearer to ${colourText(lesion)} than to ${colourText(background)}` +
    `${where(reading)}: noise of lossy files and grey rims are cut at the middle.`;
  const rule = { by: "nearest", reading, lesion: [lesion], background: [background], sentence } as const;
  throwIfMarksAreLost(rule, survey, table);
  return rule;
}

/** Throws where the rule takes all that a mask of few values holds for the same, as 0 and 1 where the others have 255. */
function throwIfMarksAreLost(
  rule: Extract<MaskRule, { by: "nearest" }>,
  { files }: MaskSurvey,
  { marked }: ValueTable,
): void {
  const isLost = ({ values, bits }: MarkedMasks) =>
    new Set(values.map((value) => judge(rule, value, bits).isLesion)).size === 1;
  const [lost] = [...marked.values()].filter(isLost).sort((a, b) => b.files - a.files);
  if (lost === undefined) return;
  const found = `${lost.values.map(valueText).join(", ")} in ${lost.files} of ${files}, the first "${lost.first}"`;
  const others = [rule.background[0], rule.lesion[0]].map(colourText).join(", ");
  throw new Error(
    `expected the same two values in all masks, found ${found}, and about ${others} in others: save all as PNG with ` +
      "the same two values",
  );
}

/**
 * A mask by its rule at native size, [height, width] of 0 and 1.
 *
 * @throws If the mask is a photograph or otherwise none that the rule fits.
 */
export function applyMaskRule(rule: MaskRule, mask: Picture): Uint8Array {
  if (rule.by === "threshold") return binaryMask({ ...mask, pixels: rgbOf(mask).pixels });
  const values = valuesOf(mask, rule.reading), binary = new Uint8Array(values.length);
  const known = new Map<number, Judgement>();
  let value = -1, isLesion = 0, isBetween = 0, doubtful = 0;
  for (let pixel = 0; pixel < values.length; pixel++) {
    if (values[pixel] !== value) {
      value = values[pixel];
      const judged = known.get(value) ?? judge(rule, value, mask.bits);
      known.set(value, judged);
      [isLesion, isBetween] = [judged.isLesion, judged.doubtful];
    }
    binary[pixel] = isLesion;
    doubtful += isBetween;
  }
  if (doubtful > MOST_DOUBTFUL * values.length) {
    const percent = (100 * doubtful / values.length).toFixed(0);
    throw new Error(`expected two values as the other masks have, found ${percent} % of its pixels between them`);
  }
  return binary;
}

/** What a value is, and whether it lies between lesion and background. */
interface Judgement {
  readonly isLesion: 0 | 1;
  readonly doubtful: 0 | 1;
}

function judge(rule: Exclude<MaskRule, { by: "threshold" }>, value: number, bits: 8 | 16): Judgement {
  if (rule.by === "values") return { isLesion: rule.lesion.includes(value) ? 1 : 0, doubtful: 0 };
  const colour = colourOf(value, bits);
  const nearest = (colours: readonly Colour[]) => Math.min(...colours.map((other) => squaredDistance(colour, other)));
  const two = [rule.background[0], rule.lesion[0]] as const;
  const single = rule.background.length === 1 && rule.lesion.length === 1;
  return {
    isLesion: nearest(rule.lesion) < nearest(rule.background) ? 1 : 0,
    doubtful: single && isDoubtful(colour, two) ? 1 : 0,
  };
}

/** Grey levels above this are polyp. JPEG masks hold 0–8 and 246–255 besides pure black and white. */
const MASK_THRESHOLD = 127;

/**
 * The binary mask of a published mask image, [height, width] of 0 and 1: 1 where the mean of the three channels is above 127.
 *
 * It is taken at native size, before any resizing: the grey rims of JPEG masks and of ClinicDB's belong to neither side,
 * and `> 0` would add 3.7 % of area to Kvasir-SEG's polyps.
 *
 * @throws If the mask image is a label image (only 0 and one other value of at most 127), which has no pixel above the
 * threshold although something is marked.
 */
export function binaryMask(
  { width, height, pixels }: { readonly width: number; readonly height: number; readonly pixels: Uint8Array },
): Uint8Array {
  const mask = new Uint8Array(width * height);
  let least = Infinity, greatest = 0;
  for (let pixel = 0, entry = 0; pixel < mask.length; pixel++, entry += 3) {
    const sum = pixels[entry] + pixels[entry + 1] + pixels[entry + 2];
    if (sum > 3 * MASK_THRESHOLD) mask[pixel] = 1;
    if (sum > 0 && sum < least) least = sum;
    if (sum > greatest) greatest = sum;
  }
  if (least === greatest && greatest <= 3 * MASK_THRESHOLD) {
    throw new Error(`expected a mask of black (0) and white (255), found only 0 and ${Math.round(greatest / 3)}`);
  }
  return mask;
}

/** The number of pixels of a mask that are 1. */
export function foregroundCount(mask: Uint8Array): number {
  let count = 0;
  for (let pixel = 0; pixel < mask.length; pixel++) count += mask[pixel];
  return count;
}

/**
 * Whether the values of lossless masks are labels, and not two with noise or grey rims: of more than
 * {@linkcode MOST_LABELS} those that fill areas may be noise.
 */
function areLabels({ exact }: ValueTable): boolean {
  const filling = [...exact.values()].filter(fillsAreas);
  if (exact.size <= FEW_VALUES || (exact.size <= MOST_LABELS && filling.length > 2)) return true;
  const [, lesion = 0, ...others] = filling.map(({ pixels }) => pixels).sort((a, b) => b - a);
  return others.reduce((sum, pixels) => sum + pixels, 0) > MOST_NOISE * lesion;
}

/** The rule where the user has named the values that are lesion. */
function namedRule(survey: MaskSurvey, reading: MaskReading, maskValues: string): MaskRule {
  const table = survey.tables[reading];
  const named = parseMaskValues(maskValues);
  const nameOf = ({ from, to }: ValueRange) => from === to ? valueText(from) : `${from}-${to}`;
  const text = named.map(nameOf).join(", ");
  const missing = (range: ValueRange) =>
    new Error(`expected the mask value ${nameOf(range)}, as --mask-value says, found ${listing(survey, table)}`);
  const isIn = (value: number) => ({ from, to }: ValueRange) => value >= from && value <= to;
  const sentence = `Lesion is ${text}, as --mask-value says, all else background${where(reading)}.`;
  if (exactly(survey, table)) {
    const values = [...table.exact.keys()];
    const absent = named.find((range) => !values.some((value) => isIn(value)(range)));
    if (absent) throw missing(absent);
    return { by: "values", reading, lesion: values.filter((value) => named.some(isIn(value))), sentence };
  }
  const colours = coloursOf(table).map(({ colour }) => colour);
  const nearest = named.map((range) => {
    const [found] = colours.map((colour) => ({ colour, away: furthest(colour, colourOf(range.from, 8)) }))
      .sort((a, b) => a.away - b.away);
    if (found === undefined || found.away > ONE_COLOUR / 2 || range.from !== range.to) throw missing(range);
    return found.colour;
  });
  const background = colours.filter((colour) => !nearest.includes(colour));
  if (background.length === 0) throw new Error(`expected some background, found only ${text} in all masks`);
  return { by: "nearest", reading, lesion: nearest, background, sentence };
}

/** Mask values, both ends included. */
interface ValueRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The values of `--mask-value`: grey levels, ranges of them, and colours as six hexadecimal digits.
 *
 * @throws If a part is none of these.
 */
export function parseMaskValues(text: string): ValueRange[] {
  return text.split(",").map((part) => {
    const word = part.trim().toLowerCase();
    const colour = /^#?([0-9a-f]{6})$/.exec(word), range = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(word);
    if (range !== null) {
      const from = Number(range[1]), to = Number(range[2] ?? range[1]);
      if (from <= to && to <= 65535) return { from, to };
    } else if (colour !== null) {
      const bytes = parseInt(colour[1], 16), grey = bytes & 255;
      const value = bytes === grey * 0x10101 ? grey : COLOUR + bytes;
      return { from: value, to: value };
    }
    throw new Error(`Cannot read the mask value "${part}": expected values as 1 or 1,2 or 1-5, or a colour as ff0000`);
  });
}

/** A colour that fills areas, and the number of blocks of 2 × 2 pixels that have it. */
interface FlatColour {
  readonly colour: Colour;
  readonly blocks: number;
}

/** The colours that fill areas, noise joined to the most frequent one near it; the most frequent first. */
function coloursOf({ flat }: ValueTable): FlatColour[] {
  const bins = Array.from({ length: flat.length / 4 }, (_, bin): FlatColour => {
    const blocks = flat[4 * bin], mean = (channel: number) => flat[4 * bin + channel] / blocks;
    return { blocks, colour: [mean(1), mean(2), mean(3)] };
  }).filter(({ blocks }) => blocks > 0).sort((a, b) => b.blocks - a.blocks);
  const colours: FlatColour[] = [];
  for (const { colour, blocks } of bins) {
    const near = colours.findIndex((other) => furthest(other.colour, colour) < ONE_COLOUR);
    if (near < 0) colours.push({ colour, blocks });
    else colours[near] = { ...colours[near], blocks: colours[near].blocks + blocks };
  }
  return colours.sort((a, b) => b.blocks - a.blocks);
}

/** Of two values the background first: the smaller level, black, or white beside a colour, or the darker colour. */
function backgroundFirst(values: readonly number[]): number[] {
  return values.toSorted((a, b) => blackness(colourOf(a, 16)) - blackness(colourOf(b, 16)) || a - b);
}

/** Orders colours as backgrounds: black before white before the others by their brightness; greys by their level. */
function blackness([red, green, blue]: Colour): number {
  const isGrey = Math.max(red, green, blue) - Math.min(red, green, blue) < ONE_COLOUR;
  if (isGrey) return red / 256;
  return 1 + (red + green + blue) / 768;
}

/** Whether a colour lies in the middle half between two, or far from both. */
function isDoubtful(colour: Colour, [first, second]: readonly [Colour, Colour]): boolean {
  const along = position(colour, first, second);
  return (along > 0.25 && along < 0.75) || distanceToLine(colour, [first, second]) > 3 * ONE_COLOUR;
}

/** Where the foot of a colour on the line from the first to the second lies: 0 at the first, 1 at the second. */
function position(colour: Colour, first: Colour, second: Colour): number {
  const product = [0, 1, 2].reduce((sum, c) => sum + (colour[c] - first[c]) * (second[c] - first[c]), 0);
  return Math.min(1, Math.max(0, product / (squaredDistance(first, second) || 1)));
}

function distanceToLine(colour: Colour, [first, second]: readonly [Colour, Colour]): number {
  const along = position(colour, first, second);
  return furthest(colour, [0, 1, 2].map((c) => first[c] + along * (second[c] - first[c])) as unknown as Colour);
}

/** Greatest difference in a channel. */
function furthest(a: Colour, b: Colour): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}

function squaredDistance(a: Colour, b: Colour): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

function where(reading: MaskReading): string {
  if (reading === "alpha") return " in the alpha channel (the colours are all alike)";
  return reading === "over black"
    ? ", transparent pixels taken as black (or the alpha channel read, where a mask is then all alike)"
    : "";
}

function colourText(colour: Colour): string {
  const [red, green, blue] = colour.map(Math.round);
  const isGrey = furthest(colour, [red, red, red]) < 6;
  return isGrey ? String(green) : valueText(COLOUR + (red << 16 | green << 8 | blue));
}

/** The refusal of masks with more values than two, with the way out. */
function labels(survey: MaskSurvey, table: ValueTable): Error {
  const colours = coloursOf(table).map(({ colour }) => colour);
  const values = exactly(survey, table)
    ? backgroundFirst([...table.exact.keys()]).map(valueText)
    : colours.toSorted((a, b) => blackness(a) - blackness(b)).map(colourText);
  const options = values.slice(1).map((text) => text.replace("#", ""));
  const isList = options.length <= MOST_LISTED || options.some((text) => !/^\d+$/.test(text));
  const all = isList ? options.join(",") : `${options[0]}-${options.at(-1)}`;
  const wayOut = options.length < 2
    ? "save them as PNG with two values"
    : `name the values that are lesion: --mask-value ${options[0]} for one of them, --mask-value ${all} for all`;
  return new Error(`expected masks of two values, found ${listing(survey, table)}; ${wayOut}`);
}

/** Whether the values can be told apart one by one: they are those of lossless files, or few. */
function exactly({ lossy }: MaskSurvey, { overflown, exact }: ValueTable): boolean {
  return !overflown && (lossy === 0 || exact.size <= MOST_LISTED);
}

/** The values of all masks with their shares and files, or the colours that fill areas where there are too many. */
function listing(survey: MaskSurvey, table: ValueTable): string {
  const percent = (share: number) => `${Number((100 * share).toPrecision(2))} %`;
  if (!exactly(survey, table)) {
    const colours = coloursOf(table), all = colours.reduce((sum, { blocks }) => sum + blocks, 0);
    const texts = colours.slice(0, MOST_LISTED).map(({ colour, blocks }) =>
      `about ${colourText(colour)} (${percent(blocks / all)} of the area)`
    );
    return `${texts.join(", ")} and noise between them`;
  }
  const order = backgroundFirst([...table.exact.keys()]);
  const texts = order.slice(0, MOST_LISTED).map((value) => {
    const { pixels, files, first } = table.exact.get(value)!;
    const names = files <= 2 && survey.files > 4 ? `, "${first}"` : "";
    const share = percent(pixels / survey.pixels);
    return `${valueText(value)} (${share} of the pixels, in ${files} of ${survey.files}${names})`;
  });
  return texts.join(", ") + (order.length > MOST_LISTED ? ` and ${order.length - MOST_LISTED} more` : "");
}
