/**
 * Reads the pairs of a listing to one size: decides the masks' rule over all of them, then decodes one after the other.
 *
 * Nothing at native size stays in memory but the few files that are being decoded.
 *
 * @module
 */
import { foregroundCount } from "./binary_mask.ts";
import { type FileFinding, type ImagePair, masksOf, type PairListing, type ReadProgress } from "./image_pairs.ts";
import { applyMaskRule, decideMaskRule, type MaskRule } from "./mask_rule.ts";
import { emptySurvey, surveyMask } from "./mask_values.ts";
import { differenceHash } from "./near_duplicates.ts";
import { decodePicture, decodeVolume, type Picture, rgbOf } from "./picture.ts";
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
  /** Whether to look for images that look alike; default false. */
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

/** An image to be read. */
interface Slot {
  readonly id: string;
  readonly pair: ImagePair;
  readonly slice?: number;
}

/**
 * Reads all pairs to `size` × `size`. Files that are wrong are findings, with those of the listing, and left out.
 *
 * @param root Path by which findings on all masks together are told.
 */
export async function readPairs(listing: PairListing, root: string, options: ReadOptions): Promise<PairsRead> {
  const { size, fit = "stretch", maskValues = "", hashes: hashed = false } = options;
  const findings: FileFinding[] = [...listing.findings];
  const pairs = listing.pairs, surveys = options.rule === undefined;
  const progress = counter(options.onProgress, pairs.length * (surveys ? 2 : 1));
  const survey = emptySurvey(), slots: Slot[] = [];
  if (surveys) {
    await inOrder(pairs, decodedMasks, (pair, { slices, masks, error }) => {
      if (error) findings.push(error);
      masks.forEach(({ file, picture }) => surveyMask(survey, picture, file));
      slots.push(...slotsOf(pair, slices));
      progress();
    });
  } else slots.push(...pairs.map((pair) => ({ id: pair.id, pair })));
  const broken = new Set(findings.map(({ file }) => file));
  let rule = options.rule;
  if (rule === undefined && survey.files > 0) {
    try {
      rule = decideMaskRule(survey, maskValues);
    } catch (error) {
      findings.push({ file: root, message: `Cannot read the masks of "${root}": ${(error as Error).message}` });
    }
  }

  const notes = noteCounter(), formats: Record<string, number> = {};
  const images = new Uint8Array(3 * size * size * slots.length), masks = new Uint8Array(size * size * slots.length);
  const ids: string[] = [],
    foreground: number[] = [],
    native: NativeImage[] = [],
    hashes: (Uint32Array | undefined)[] = [];
  let lastPair: ImagePair | undefined;
  const read = (slot: Slot) => readSlot(slot, { size, fit, rule, hashed, broken });
  await inOrder(slots, read, (slot, result) => {
    if (slot.pair !== lastPair) progress();
    lastPair = slot.pair;
    findings.push(...result.findings);
    result.notes.forEach((text) => notes.add(text, slot.pair.image));
    if (result.formats) formats[result.formats] = (formats[result.formats] ?? 0) + 1;
    if (result.image === undefined) return;
    images.set(result.image, 3 * size * size * ids.length);
    masks.set(result.mask, size * size * ids.length);
    ids.push(slot.id);
    foreground.push(result.foreground);
    hashes.push(result.hash?.some((word) => word !== 0) ? result.hash : undefined);
    const { group: _group, part: _part, ...files } = slot.pair;
    const { width, height } = result;
    native.push({ ...files, width, height, ...(slot.slice !== undefined && { slice: slot.slice }) });
  });
  openVolumes.clear();
  return {
    ids,
    images: images.subarray(0, 3 * size * size * ids.length),
    masks: masks.subarray(0, size * size * ids.length),
    foreground,
    native,
    hashes,
    rule,
    formats,
    findings,
    notes: notes.texts(),
  };
}

/**
 * The mask of an image at its native size, [height, width] of 0 and 1.
 *
 * @throws If a file has changed so that it can't be read.
 */
export async function nativeMask(native: NativeImage, rule: MaskRule): Promise<Uint8Array> {
  const masks = await Promise.all(masksOf(native).map((file) => decode(file, native.slice)));
  return united(masks.map((mask) => applyMaskRule(rule, mask)));
}

/** An image in RGB at its native size, [height, width, 3], 0..255. */
export async function nativeImage(native: NativeImage): Promise<Uint8Array> {
  return rgbOf(await decode(native.image, native.slice)).pixels;
}

/** Applies `make` to some items at once and `take` to the results in their order. */
async function inOrder<Item, Made>(
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

async function decode(path: string, slice: number | undefined): Promise<Picture> {
  return slice === undefined ? await decodePicture(path) : (await openVolume(path)).slice(slice);
}

/** The masks of a pair, all slices of volumes; the number of slices is undefined for single images. */
async function decodedMasks(pair: ImagePair): Promise<{
  slices?: number;
  masks: { file: string; picture: Picture }[];
  error?: FileFinding;
}> {
  const masks: { file: string; picture: Picture }[] = [];
  const ofVolumes = isVolume(pair.image);
  let slices: number | undefined, file = pair.image;
  try {
    if (ofVolumes) slices = (await openVolume(file)).slices;
    for (file of masksOf(pair)) {
      if (isVolume(file) !== ofVolumes) {
        throw new Error(`Cannot read mask "${file}": expected a volume for a volume and an image for an image`);
      }
      if (!ofVolumes) {
        masks.push({ file, picture: await decodePicture(file) });
        continue;
      }
      const volume = await openVolume(file);
      if (volume.slices !== slices) {
        throw new Error(
          `Cannot read mask "${file}": expected ${slices} slices as its image has, found ${volume.slices}`,
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

function slotsOf(pair: ImagePair, slices: number | undefined): Slot[] {
  if (slices === undefined) return [{ id: pair.id, pair }];
  return Array.from({ length: slices }, (_, slice) => ({ id: `${pair.id}#${slice}`, pair, slice }));
}

interface SlotRead {
  readonly image?: Uint8Array;
  readonly mask: Uint8Array;
  readonly foreground: number;
  readonly width: number;
  readonly height: number;
  readonly hash?: Uint32Array;
  readonly formats?: string;
  readonly findings: readonly FileFinding[];
  readonly notes: readonly string[];
}

/** One image with its mask; `image` is missing where something is wrong, which the findings say. */
async function readSlot(
  { pair, slice }: Slot,
  { size, fit, rule, hashed, broken }: {
    size: number;
    fit: Fit;
    rule?: MaskRule;
    hashed: boolean;
    broken: ReadonlySet<string>;
  },
): Promise<SlotRead> {
  const findings: FileFinding[] = [];
  const nothing = { mask: new Uint8Array(), foreground: 0, width: 0, height: 0, notes: [] };
  const opened = async (file: string) => {
    try {
      return await decode(file, slice);
    } catch (error) {
      if (!broken.has(file)) findings.push({ file, message: (error as Error).message });
    }
  };
  const image = await opened(pair.image), files = masksOf(pair);
  const masks: Picture[] = [];
  for (const file of files) {
    const mask = await opened(file);
    if (mask !== undefined) masks.push(mask);
  }
  if (image === undefined || masks.length < files.length) return { ...nothing, findings };
  const { width, height } = image, formats = `${image.format} images, ${masks[0].format} masks`;
  const binaries = masks.flatMap((mask, index): Uint8Array[] => {
    const file = files[index];
    if (mask.width !== width || mask.height !== height) {
      findings.push({ file, message: `Cannot read mask "${file}": ${otherSize(image, mask)}` });
      return [];
    }
    try {
      return [rule === undefined ? new Uint8Array(width * height) : applyMaskRule(rule, mask)];
    } catch (error) {
      findings.push({ file, message: `Cannot read mask "${file}": ${(error as Error).message}` });
      return [];
    }
  });
  if (binaries.length < files.length) return { ...nothing, formats, findings };
  const { pixels, note } = rgbOf(image), mask = united(binaries);
  return {
    image: await fitImage({ width, height, pixels }, size, fit),
    mask: fitMask(mask, width, height, size, fit),
    foreground: foregroundCount(mask),
    width,
    height,
    ...(hashed && slice === undefined && { hash: await differenceHash({ width, height, pixels }) }),
    formats,
    findings,
    notes: [
      ...image.notes,
      ...(note ? [note] : []),
      ...masks.flatMap(({ notes }) => notes),
      ...turned(image, masks[0]),
    ],
  };
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

/** That image and mask were turned differently; that one was turned at all is the decoder's note. */
function turned(image: Picture, mask: Picture): string[] {
  return image.orientation === mask.orientation ? [] : [
    `the image has EXIF orientation ${image.orientation} and its mask ${mask.orientation}: each is turned as viewers turn ` +
    "it; look whether the outlines fit",
  ];
}

function counter(onProgress: ReadProgress | undefined, total: number): () => void {
  let done = 0;
  return () => onProgress?.({ done: ++done, total });
}

/** Notes of single files, those that differ in numbers alone put together. */
function noteCounter() {
  const found = new Map<string, { text: string; count: number; first: string }>();
  return {
    add(text: string, file: string) {
      const key = text.replace(/\d+/g, "#"), known = found.get(key);
      if (known === undefined) found.set(key, { text, count: 1, first: file });
      else known.count++;
    },
    texts: () =>
      [...found.values()].map(({ text, count, first }) =>
        `${text[0].toUpperCase()}${text.slice(1).replace(/\.$/, "")} (${
          count === 1 ? "1 file" : `${count} files`
        }, the first "${first}").`
      ),
  };
}
