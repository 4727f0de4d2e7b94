/**
 * Splits of a data set into training, validation and test images.
 *
 * @module
 */
import { randomStream, shuffled } from "../random/random_stream.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";

/**
 * How images are dealt out: "random" by image, "grouped" with groups kept together, "published" by the data set's own
 * list. In a random split of video frames every test frame has frames of its own sequence in training, so its scores
 * measure memory; "grouped" does not have this fault.
 */
export const SPLIT_KINDS = ["random", "grouped", "published"] as const;

/** See {@linkcode SPLIT_KINDS}. */
export type SplitKind = typeof SPLIT_KINDS[number];

/** The shares of the images that each part gets; they sum to 1. */
export interface SplitFractions {
  /** Share of the training images. */
  readonly train: number;
  /** Share of the validation images. */
  readonly validation: number;
  /** Share of the test images. */
  readonly test: number;
}

/** A split: indices into the data set, ascending within each part; together every image exactly once. */
export interface Split {
  /** How it was made. */
  readonly kind: SplitKind;
  /** Indices of the training images, ascending. */
  readonly train: readonly number[];
  /** Indices of the validation images, ascending. */
  readonly validation: readonly number[];
  /** Indices of the test images, ascending. */
  readonly test: readonly number[];
}

/** The split that most papers on these data sets use. */
export const DEFAULT_FRACTIONS: SplitFractions = { train: 0.8, validation: 0.1, test: 0.1 };

/** How to deal out the images. */
export interface RandomSplitOptions {
  readonly seed: number;
  /** Shares of the parts; default 80/10/10. */
  readonly fractions?: SplitFractions;
  /** Whether images of one group stay together; default true. */
  readonly keepGroups?: boolean;
}

/**
 * A random split by seed: "grouped" with groups kept together, or "random" without regard to them.
 *
 * Groups are dealt out in random order, each to the test or else the validation part if that brings the part nearer its
 * number of images, round(fraction · count) and at least 1, else to training. Where every image is a group of its own
 * the numbers are met exactly; with larger groups they are met to within half a group.
 *
 * @throws If the fractions are not shares that sum to 1, or if a part that should have images would have none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { syntheticDataset } from "./synthetic_dataset.ts";
 * const split = randomSplit(syntheticDataset({ count: 20, size: 8, seed: 1 }), { seed: 1 });
 * assertEquals([split.train.length, split.validation.length, split.test.length], [16, 2, 2]);
 * ```
 */
export function randomSplit(
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups">,
  { seed, fractions = DEFAULT_FRACTIONS, keepGroups = true }: RandomSplitOptions,
): Split {
  checkFractions(fractions);
  const count = dataset.ids.length;
  const wanted = (fraction: number) => fraction > 0 ? Math.max(1, Math.round(fraction * count)) : 0;
  const groupOf = keepGroups ? dataset.groups : dataset.ids;
  const groups = Map.groupBy(dataset.ids.keys(), (index) => groupOf[index]);
  const order = shuffled([...groups.values()], randomStream(seed, "split"));
  const { taken: test, left } = dealOut(order, wanted(fractions.test));
  const { taken: validation, left: train } = dealOut(left, wanted(fractions.validation));
  const split: Split = { kind: keepGroups ? "grouped" : "random", ...ascending({ train, validation, test }) };
  for (const part of ["train", "validation", "test"] as const) {
    if (fractions[part] > 0 && split[part].length === 0) {
      throw new Error(
        `Cannot split "${dataset.name}": expected at least one image in each part, found none for ${part} ` +
          `(${count} images in ${groups.size} groups)`,
      );
    }
  }
  checkSplit(split, count);
  return split;
}

/**
 * ClinicDB's split by video sequence: no test frame has a frame of its own sequence in training or validation. It is the
 * grouped split, refused where the data set does not say which images belong together.
 *
 * @throws If every image is a group of its own.
 */
export function sequenceSplit(
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups">,
  options: Omit<RandomSplitOptions, "keepGroups">,
): Split {
  if (new Set(dataset.groups).size === dataset.ids.length) {
    throw new Error(`Cannot split "${dataset.name}" by sequence: every image is a group of its own`);
  }
  return randomSplit(dataset, { ...options, keepGroups: true });
}

/**
 * Throws unless a split of `count` images is disjoint and complete.
 *
 * @throws With the first index that stands twice, is missing or is not one of the data set's.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * assertThrows(() => checkSplit({ kind: "random", train: [0, 1], validation: [1], test: [] }, 2), Error, "image 1 twice");
 * ```
 */
export function checkSplit(split: Split, count: number): void {
  const seen = new Set<number>();
  for (const index of [...split.train, ...split.validation, ...split.test]) {
    if (!(Number.isInteger(index) && index >= 0 && index < count)) {
      throw new Error(`Cannot use the split: expected indices in 0..${count - 1}, found ${index}`);
    }
    if (seen.has(index)) throw new Error(`Cannot use the split: found image ${index} twice`);
    seen.add(index);
  }
  if (seen.size < count) {
    const missing = Array.from({ length: count }, (_, index) => index).find((index) => !seen.has(index));
    throw new Error(`Cannot use the split: found image ${missing} in no part`);
  }
}

/** Takes groups in order while each brings the number of images nearer to `wanted`; the rest is left. */
export function dealOut(
  groups: readonly (readonly number[])[],
  wanted: number,
): { taken: (readonly number[])[]; left: (readonly number[])[] } {
  const taken: (readonly number[])[] = [], left: (readonly number[])[] = [];
  let missing = wanted;
  for (const group of groups) {
    if (missing > group.length / 2) {
      taken.push(group);
      missing -= group.length;
    } else left.push(group);
  }
  return { taken, left };
}

/** The images of the groups of each part, ascending. */
export function ascending(
  parts: Record<"train" | "validation" | "test", readonly (readonly number[])[]>,
): Omit<Split, "kind"> {
  const indices = (groups: readonly (readonly number[])[]) => groups.flat().sort((a, b) => a - b);
  return { train: indices(parts.train), validation: indices(parts.validation), test: indices(parts.test) };
}

function checkFractions({ train, validation, test }: SplitFractions): void {
  const shares = [train, validation, test];
  if (shares.some((share) => !(share >= 0)) || Math.abs(train + validation + test - 1) > 1e-9) {
    throw new Error(`Cannot split: expected fractions that sum to 1, found ${shares.join(" + ")}`);
  }
}
