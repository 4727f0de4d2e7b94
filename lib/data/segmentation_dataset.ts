/**
 * The one shape in which every data set reaches training: square RGB images with a binary mask each, decoded and in
 * memory, eight bits a value.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { SplitPart } from "./image_pairs.ts";
import type { MaskRule } from "./mask_rule.ts";
import type { NativeImage } from "./read_pairs.ts";

/** A segmentation data set in memory, or mapped into it from a file. Arrays are flat, row by row; image i is the i-th block. */
export interface SegmentationDataset {
  /** "synthetic", "kvasir-seg", "cvc-clinicdb", or what the user's own images are called. */
  readonly name: string;
  /** Height = width of every image, pixels. */
  readonly size: number;
  /** One an image, each different. */
  readonly ids: readonly string[];
  /** [count, size, size, 3] RGB, 0..255. */
  readonly images: Uint8Array;
  /** [count, size, size], 0 (background) or 1 (polyp). */
  readonly masks: Uint8Array;
  /** One an image; images of one group stay on one side of a split (a video sequence, near-duplicates). */
  readonly groups: readonly string[];
  /** Synthetic images only: the difficulty in [0, 1] that each was made with. */
  readonly trueDifficulty?: readonly number[];
  /** Images from files only: the files of each and its native size, for scores there. */
  readonly native?: readonly NativeImage[];
  /** Images from files only: what of their mask files is lesion. */
  readonly maskRule?: MaskRule;
  /** One an image, where the user's own list or folders give a split; undefined for an image without. */
  readonly parts?: readonly (SplitPart | undefined)[];
  /** What a reader should know about the data, such as images whose mask is empty; mostly nothing. */
  readonly notes: readonly string[];
  /** SHA-256 (hexadecimal) of name, size, ids, images and masks. */
  readonly fingerprint: string;
}

/** The fields of a data set that its maker gives; `groups` defaults to the ids and `notes` to none. */
export type DatasetParts =
  & Omit<SegmentationDataset, "groups" | "notes" | "fingerprint">
  & Partial<Pick<SegmentationDataset, "groups" | "notes">>;

/**
 * Makes a data set of its parts: checks that they fit together, fills in the defaults and takes the fingerprint.
 *
 * A data set without images is refused, as nothing can be learnt from or measured on it; empty masks are allowed.
 *
 * @throws With everything that is wrong: no image, a length that does not follow from count and size, an id that stands
 * twice, a mask value besides 0 and 1, a true difficulty outside [0, 1].
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const [images, masks] = [new Uint8Array(2 * 4 * 3), new Uint8Array(2 * 4)];
 * const dataset = segmentationDataset({ name: "own", size: 2, ids: ["a", "b"], images, masks });
 * assertEquals(dataset.groups, ["a", "b"]);
 * ```
 */
export function segmentationDataset(parts: DatasetParts): SegmentationDataset {
  const dataset = { ...parts, groups: parts.groups ?? parts.ids, notes: parts.notes ?? [] };
  const findings = findingsOf(dataset);
  if (findings.length > 0) throw new Error(`Cannot open data set "${parts.name}": ${findings.join("; ")}`);
  return { ...dataset, fingerprint: fingerprint(parts) };
}

/**
 * The images with these indices, in the order given, as a data set of its own; `images` and `masks` are copies.
 *
 * @throws If an index is not one of the data set's or stands twice.
 */
export function subset(dataset: SegmentationDataset, indices: readonly number[]): SegmentationDataset {
  const { ids, groups, trueDifficulty, native, parts, size } = dataset;
  const wrong = indices.find((index) => !(index in ids));
  if (wrong !== undefined) {
    throw new Error(
      `Cannot take a subset of "${dataset.name}": expected indices in 0..${ids.length - 1}, found ${wrong}`,
    );
  }
  const pixels = size * size;
  const images = new Uint8Array(3 * pixels * indices.length), masks = new Uint8Array(pixels * indices.length);
  indices.forEach((index, position) => {
    images.set(dataset.images.subarray(3 * pixels * index, 3 * pixels * (index + 1)), 3 * pixels * position);
    masks.set(dataset.masks.subarray(pixels * index, pixels * (index + 1)), pixels * position);
  });
  return segmentationDataset({
    name: dataset.name,
    size,
    ids: indices.map((index) => ids[index]),
    images,
    masks,
    groups: indices.map((index) => groups[index]),
    notes: dataset.notes,
    ...(trueDifficulty && { trueDifficulty: indices.map((index) => trueDifficulty[index]) }),
    ...(native && { native: indices.map((index) => native[index]) }),
    ...(parts && { parts: indices.map((index) => parts[index]) }),
    ...(dataset.maskRule && { maskRule: dataset.maskRule }),
  });
}

/** SHA-256 (hexadecimal) over name, size, ids, images and masks: two data sets with one fingerprint train alike. */
export function fingerprint(parts: Pick<DatasetParts, "name" | "size" | "ids" | "images" | "masks">): string {
  return createHash("sha256")
    .update(JSON.stringify([parts.name, parts.size, parts.ids]))
    .update(parts.images)
    .update(parts.masks)
    .digest("hex");
}

/** What does not fit together in a data set, one sentence part each. */
function findingsOf(dataset: Omit<SegmentationDataset, "fingerprint">): string[] {
  const { size, ids, images, masks, groups, trueDifficulty } = dataset;
  const count = ids.length, pixels = size * size;
  const findings: string[] = [];
  if (!Number.isInteger(size) || size < 1) findings.push(`expected a positive integer as size, found ${size}`);
  if (count === 0) findings.push("expected at least one image, found none");
  if (new Set(ids).size < count) {
    findings.push(`expected each id once, found "${ids.find((id, index) => ids.indexOf(id) < index)}" twice`);
  }
  const lengths: [string, number, number][] = [
    ["image values", images.length, 3 * count * pixels],
    ["mask values", masks.length, count * pixels],
    ["groups", groups.length, count],
    ["true difficulties", trueDifficulty?.length ?? count, count],
  ];
  for (const [what, found, expected] of lengths) {
    if (found !== expected) findings.push(`expected ${expected} ${what}, found ${found}`);
  }
  const odd = masks.findIndex((value) => value > 1);
  if (odd >= 0) findings.push(`expected masks of 0 and 1, found ${masks[odd]} in "${ids[Math.floor(odd / pixels)]}"`);
  const outside = trueDifficulty?.find((difficulty) => !(difficulty >= 0 && difficulty <= 1));
  if (outside !== undefined) findings.push(`expected true difficulties in [0, 1], found ${outside}`);
  return findings;
}
