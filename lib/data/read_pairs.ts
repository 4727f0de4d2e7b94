/**
 * Reads the pairs of a listing to one size: decides the masks' rule over all of them, then decodes one after the other.
 *
 * Nothing at native size stays in memory but the few files that are being decoded.
 *
 * @module
 */
import { applyMaskRule, decideMaskRule, foregroundCount, type MaskRule } from "./mask_rule.ts";
import { type FileFinding, type ImagePair, masksOf, type PairListing, type ReadProgress } from "./image_pairs.ts";
import { emptySurvey, surveyMask } from "./mask_values.ts";
import { differenceHash } from "./near_duplicates.ts";
import { decodePicture, decodeVolume } from "./decode/decode_picture.ts";
import { axesText, haveSameAxes } from "./decode/nifti_axes.ts";
import { type Picture, rgbOf } from "./picture.ts";
import { type Fit, fitImage, fitMask } from "./resize_image.ts";

/** An image at its native size: which files it and its mask are. Of a volume, `slice` says which. */
export interface NativeImage extends Omit<ImagePair, "group" | "part"> {
  /** Pixels across, the file's orientation applied. */
  readonly width: number;
  /** Pixels down, the file's orientation applied. */
  readonly height: number;
  /** Index of a volume's slice. */
  readonly slice?: number;
}

/** How to read. */
export interface ReadOptions {
  /** Height = width of every image, pixels. */
  readonly size: number;
  readonly fit?: Fit;
  /** The masks' rule where it is known; else the masks say it. */
  readonly rule?: MaskRule;
  /** The mask values that are lesion; "" leaves it to the masks. */
  readonly maskValues?: string;
  readonly hashes?: boolean;
  readonly onProgress?: ReadProgress;
}

/** What reading gave; arrays have one entry an image that could be read. */
export interface PairsRead {
  readonly ids: readonly string[];
  /** [count, size, size, 3] RGB, 0..255. */
  readonly images: Uint8Array;
  /** [count, size, size], 0 or 1. */
  readonly masks: Uint8Array;
  /** Lesion pixels of each mask at its native size. */
  readonly foreground: readonly number[];
  readonly native: readonly NativeImage[];
  /** Difference hashes, where asked for; nothing for slices of volumes and for images of one colour, which say nothing. */
  readonly hashes: readonly (Uint32Array | undefined)[];
  /** Nothing where none fits; a finding says why. */
  readonly rule?: MaskRule;
  /** Number of files of each kind, as in "JPEG images, PNG masks". */
  readonly formats: Readonly<Record<string, number>>;
  readonly findings: readonly FileFinding[];
  readonly notes: readonly string[];
}

/** Files decoded at once: enough to keep a few cores busy, few enough to hold only some large photographs in memory. */
const CONCURRENCY = 3;

/** An image to be read; `slice` of a volume. */
interface Slot {
  readonly pair: ImagePair;
  readonly slice?: number;
}

/**
 * Reads all pairs to `size` × `size`. Files that are wrong are findings, with those of the listing, and left out.
 *
 * @param root Path by which findings on all masks together are told.
 */
export async function readPairs(listing: PairListing, root: string, options: ReadOptions): Promise<PairsRead> {
  const { size, maskValues = "", onProgress } = options, { pairs } = listing;
  const findings: FileFinding[] = [...listing.findings];
  let { rule } = options, done = 0;
  const total = pairs.length * (rule === undefined ? 2 : 1);
  const progress = () => onProgress?.({ done: ++done, total });
  const slots: Slot[] = [];
  if (rule === undefined) {
    const survey = emptySurvey();
    await inOrder(pairs, decodedMasks, (pair, { slices, masks, error }) => {
      if (error) findings.push(error);
      masks.forEach(({ file, picture }) => surveyMask(survey, picture, file));
      if (slices === undefined) slots.push({ pair });
      else for (let slice = 0; slice < slices; slice++) slots.push({ pair, slice });
      progress();
    });
    try {
      if (survey.files > 0) rule = decideMaskRule(survey, maskValues);
    } catch (error) {
      findings.push({ file: root, message: `Cannot read the masks of "${root}": ${(error as Error).message}` });
    }
  } else slots.push(...pairs.map((pair) => ({ pair })));

  const broken = new Set(findings.map(({ file }) => file));
  const notes = new Map<string, NoteKind>(), formats: Record<string, number> = {};
  const images = new Uint8Array(3 * size * size * slots.length), masks = new Uint8Array(size * size * slots.length);
  const ids: string[] = [], foreground: number[] = [], native: NativeImage[] = [];
  const hashes: (Uint32Array | undefined)[] = [];
  let lastPair: ImagePair | undefined;
  await inOrder(slots, (slot) => readSlot(slot, { ...options, rule, broken }), ({ pair, slice }, read) => {
    if (pair !== lastPair) progress();
    lastPair = pair;
    findings.push(...read.findings);
    read.notes.forEach((text) => addNote(notes, text, pair.image));
    if (read.formats) formats[read.formats] = (formats[read.formats] ?? 0) + 1;
    if (read.fitted === undefined) return;
    images.set(read.fitted.image, 3 * size * size * ids.length);
    masks.set(read.fitted.mask, size * size * ids.length);
    ids.push(slice === undefined ? pair.id : `${pair.id}#${slice}`);
    foreground.push(read.fitted.foreground);
    hashes.push(read.fitted.hash?.some((word) => word !== 0) ? read.fitted.hash : undefined);
    const { group: _group, part: _part, ...files } = pair, { width, height } = read.fitted;
    native.push({ ...files, width, height, ...(slice !== undefined && { slice }) });
  });
  openVolumes.clear();
  return {
    ...{ ids, foreground, native, hashes, rule, formats, findings },
    images: images.subarray(0, 3 * size * size * ids.length),
    masks: masks.subarray(0, size * size * ids.length),
    notes: [...notes.values()].map(noteText),
  };
}

/** Notes on files that differ in numbers alone: in how many files they are, in which ones first and last. */
interface NoteKind {
  readonly text: string;
  /** Least and greatest of each number. */
  readonly ranges: { least: number; greatest: number }[];
  files: number;
  readonly first: string;
  last: string;
}

const NUMBER = /(?<!\d)-?\d+(?:\.\d+)?(?:e[+-]\d+)?/g;

function addNote(notes: Map<string, NoteKind>, text: string, file: string): void {
  const kind = text.replace(NUMBER, "#"), numbers = (text.match(NUMBER) ?? []).map(Number), known = notes.get(kind);
  if (known === undefined) {
    const ranges = numbers.map((number) => ({ least: number, greatest: number }));
    notes.set(kind, { text, ranges, files: 1, first: file, last: file });
    return;
  }
  if (file !== known.last) known.files++;
  known.last = file;
  for (const [index, range] of known.ranges.entries()) {
    range.least = Math.min(range.least, numbers[index]);
    range.greatest = Math.max(range.greatest, numbers[index]);
  }
}

/** As in "16-bit levels were scaled from 0–2047…4095 to 0–255 (12 files, each with its own numbers, the first "a.png")." */
function noteText({ text, ranges, files, first }: NoteKind): string {
  let index = 0;
  const all = text.replace(/\.$/, "").replace(NUMBER, (number) => {
    const { least, greatest } = ranges[index++];
    return least === greatest ? number : `${least}…${greatest}`;
  });
  const differ = ranges.some(({ least, greatest }) => least !== greatest) ? ", each with its own numbers" : "";
  const count = files === 1 ? "1 file" : `${files} files`;
  return `${all[0].toUpperCase()}${all.slice(1)} (${count}${differ}, the first "${first}").`;
}

/** The mask of an image at its native size, [height, width] of 0 and 1. */
export async function nativeMask(native: NativeImage, rule: MaskRule): Promise<Uint8Array> {
  const masks = await Promise.all(masksOf(native).map((file) => decode(file, native.slice, { asMask: true })));
  return united(masks.map((mask) => applyMaskRule(rule, mask)));
}

/** An image in RGB at its native size, [height, width, 3], 0..255. */
export async function nativeImage(native: NativeImage): Promise<Uint8Array> {
  return rgbOf(await decode(native.image, native.slice)).pixels;
}

/** Applies `make` to three items at once and `take` to the results in their order. */
export async function inOrder<Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Promise<Made>,
  take: (item: Item, made: Made) => void,
): Promise<void> {
  const waiting: Promise<Made>[] = [];
  for (let next = 0, taken = 0; taken < items.length; taken++) {
    while (next < items.length && waiting.length < CONCURRENCY) waiting.push(make(items[next++]));
    take(items[taken], await waiting.shift()!);
  }
}

/** Volumes that were opened last, as their slices are read one after the other; by path, size and time of writing. */
const openVolumes = new Map<string, ReturnType<typeof decodeVolume>>();
const MOST_OPEN = 2 * CONCURRENCY;

function isVolume(path: string): boolean {
  return /\.nii(\.gz)?$/i.test(path);
}

async function openVolume(path: string): ReturnType<typeof decodeVolume> {
  const { size, mtime } = await Deno.stat(path), key = `${path} ${size} ${mtime?.getTime()}`;
  const known = openVolumes.get(key);
  if (known !== undefined) return await known;
  if (openVolumes.size >= MOST_OPEN) openVolumes.delete(openVolumes.keys().next().value!);
  const opened = decodeVolume(path);
  openVolumes.set(key, opened);
  opened.catch(() => openVolumes.delete(key));
  return await opened;
}

async function decode(path: string, slice: number | undefined, options = { asMask: false }): Promise<Picture> {
  return slice === undefined ? await decodePicture(path, options) : (await openVolume(path)).slice(slice);
}

/** The masks of a pair, all slices of volumes; the number of slices is undefined for single images. */
async function decodedMasks(pair: ImagePair): Promise<{
  slices?: number;
  masks: { file: string; picture: Picture }[];
  error?: FileFinding;
}> {
  const masks: { file: string; picture: Picture }[] = [], ofVolumes = isVolume(pair.image);
  let slices: number | undefined, file = pair.image;
  const wrong = (text: string) => new Error(`Cannot read mask "${file}": expected ${text}`);
  try {
    const image = ofVolumes ? await openVolume(file) : undefined;
    slices = image?.slices;
    for (file of masksOf(pair)) {
      if (isVolume(file) !== ofVolumes) throw wrong("a volume for a volume and an image for an image");
      if (!ofVolumes) {
        masks.push({ file, picture: await decodePicture(file, { asMask: true }) });
        continue;
      }
      const volume = await openVolume(file);
      if (volume.slices !== slices) throw wrong(`${slices} slices as its image has, found ${volume.slices}`);
      if (image?.axes && volume.axes && !haveSameAxes(image.axes, volume.axes, volume.size)) {
        throw wrong(
          `the orientation of its image, ${axesText(image.axes)}, found ${axesText(volume.axes)}: turn it as the ` +
            "image or, if its voxels lie as the image's do, give it the image's header",
        );
      }
      for (let slice = 0; slice < volume.slices; slice++) masks.push({ file, picture: volume.slice(slice) });
    }
    return { masks, slices };
  } catch (error) {
    const volumes = ofVolumes || isVolume(file);
    return { masks, ...(volumes && { slices: 0 }), error: { file, message: (error as Error).message } };
  }
}

/** What an image with its mask gave; nothing is `fitted` where something is wrong, which the findings say. */
interface SlotRead {
  readonly fitted?: {
    readonly image: Uint8Array;
    readonly mask: Uint8Array;
    readonly foreground: number;
    readonly width: number;
    readonly height: number;
    readonly hash?: Uint32Array;
  };
  readonly formats?: string;
  readonly findings: readonly FileFinding[];
  readonly notes: readonly string[];
}

async function readSlot(
  { pair, slice }: Slot,
  { size, fit = "stretch", rule, hashes, broken }: ReadOptions & { readonly broken: ReadonlySet<string> },
): Promise<SlotRead> {
  const findings: FileFinding[] = [], notes: string[] = [];
  const opened = async (file: string, asMask: boolean) => {
    try {
      return await decode(file, slice, { asMask });
    } catch (error) {
      if (!broken.has(file)) findings.push({ file, message: (error as Error).message });
    }
  };
  const image = await opened(pair.image, false), files = masksOf(pair);
  const masks: Picture[] = [];
  for (const file of files) {
    const mask = await opened(file, true);
    if (mask !== undefined) masks.push(mask);
  }
  if (image === undefined || masks.length < files.length) return { findings, notes };
  const { width, height } = image, formats = `${image.format} images, ${masks[0].format} masks`;
  const binaries = masks.flatMap((mask, index): Uint8Array[] => {
    try {
      if (mask.width !== width || mask.height !== height) throw new Error(otherSize(image, mask));
      return [rule === undefined ? new Uint8Array(width * height) : applyMaskRule(rule, mask)];
    } catch (error) {
      const file = files[index];
      findings.push({ file, message: `Cannot read mask "${file}": ${(error as Error).message}` });
      return [];
    }
  });
  if (binaries.length < files.length) return { formats, findings, notes };
  const { pixels, note } = rgbOf(image), mask = united(binaries);
  notes.push(...image.notes, ...(note ? [note] : []), ...masks.flatMap(({ notes }) => notes));
  if (image.orientation !== masks[0].orientation) {
    // That one was turned at all is the decoder's note.
    notes.push(
      `the image has EXIF orientation ${image.orientation} and its mask ${masks[0].orientation}: each is turned as ` +
        "viewers turn it; look whether the outlines fit",
    );
  }
  const fitted = {
    ...{ width, height, foreground: foregroundCount(mask) },
    image: await fitImage({ width, height, pixels }, size, fit),
    mask: fitMask(mask, width, height, size, fit),
    ...(hashes && slice === undefined && { hash: await differenceHash({ width, height, pixels }) }),
  };
  return { fitted, formats, findings, notes };
}

function united([first, ...others]: readonly Uint8Array[]): Uint8Array {
  for (const other of others) other.forEach((value, pixel) => first[pixel] |= value);
  return first;
}

function otherSize(image: Picture, mask: Picture): string {
  const text =
    `expected ${image.width} × ${image.height} pixels as its image has, found ${mask.width} × ${mask.height}`;
  if (image.orientation === mask.orientation || mask.width !== image.height || mask.height !== image.width) return text;
  return `${text}; the image is turned by its EXIF orientation ${image.orientation} and the mask by ` +
    `${mask.orientation}: turn the one that was drawn on the unturned picture, or take the tag away`;
}
