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

/**
 * See {@linkcode SPLIT_KINDS}; besides, "manifest" is the one that the user's own list or folders give, and
 * "fold-2-of-5" tests on the second of five parts of about equal size, groups kept together.
 */
export type SplitKind = typeof SPLIT_KINDS[number] | "manifest" | `fold-${number}-of-${number}`;

/** The parts of a split. */
export type SplitPart = "train" | "validation" | "test";

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

/** What people call the parts of a split; nothing for other words. */
export function partNamed(word: string): SplitPart | undefined {
  const text = word.trim().toLowerCase();
  if (["train", "training"].includes(text)) return "train";
  if (["val", "valid", "validation", "dev"].includes(text)) return "validation";
  return ["test", "testing"].includes(text) ? "test" : undefined;
}

/**
 * One of `count` folds by the seed: fold `fold` (1 for the first) is the test part, every image is in exactly one of the
 * `count` test parts, groups stay together, and validation images are drawn from the other folds.
 *
 * Groups are dealt out in random order, the larger ones first, each to the fold that has the fewest images.
 *
 * @throws If there are fewer groups than folds and one more, which validation needs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const data = { name: "own", ids: ["a", "b", "c", "d"], groups: ["1", "1", "2", "3"] };
 * const tests = [1, 2].map((fold) => foldSplit(data, { seed: 1, fold, count: 2 }).test);
 * assertEquals(tests.flat().sort(), [0, 1, 2, 3]);
 * ```
 */
export function foldSplit(
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups">,
  { seed, fold, count, validation = DEFAULT_FRACTIONS.validation }: {
    seed: number;
    fold: number;
    count: number;
    validation?: number;
  },
): Split {
  const groups = [...Map.groupBy(dataset.ids.keys(), (index) => dataset.groups[index]).values()];
  if (!(fold >= 1 && fold <= count && count >= 2) || groups.length <= count) {
    throw new Error(
      `Cannot split "${dataset.name}" into folds: expected fold 1 … N of N folds, N from 2 and below the number of ` +
        `groups, found fold ${fold} of ${count} and ${groups.length} groups`,
    );
  }
  const order = shuffled(groups, randomStream(seed, "folds")).sort((a, b) => b.length - a.length);
  const folds = Array.from({ length: count }, () => ({ images: 0, groups: [] as (readonly number[])[] }));
  for (const group of order) {
    const smallest = folds.reduce((least, other) => other.images < least.images ? other : least);
    smallest.groups.push(group);
    smallest.images += group.length;
  }
  const rest = folds.flatMap(({ groups }, index) => index === fold - 1 ? [] : groups);
  const drawn = shuffled(rest, randomStream(seed, "folds", count, fold, "validation"));
  const { taken, left } = dealOut(drawn, Math.max(1, Math.round(validation * dataset.ids.length)));
  const parts = ascending({ train: left, validation: taken, test: folds[fold - 1].groups });
  return { kind: `fold-${fold}-of-${count}`, ...parts };
}

/**
 * The split that the user's own list or folders give. Where these name no validation images, a tenth of the training
 * images is drawn by the seed, groups kept together.
 *
 * @throws If an image has no part, or if there are no training or no test images.
 */
export function manifestSplit(
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups" | "parts">,
  { seed, validation = DEFAULT_FRACTIONS.validation }: { seed: number; validation?: number },
): Split {
  const { name, ids, groups, parts } = dataset;
  if (parts === undefined) {
    throw new Error(
      `Cannot split "${name}" by its own list: it has none; give a CSV file with the column "split" (train, validation, ` +
        `test), or folders of these names`,
    );
  }
  const indices = (part: SplitPart) => [...ids.keys()].filter((index) => parts[index] === part);
  const [train, given, test] = (["train", "validation", "test"] as const).map(indices);
  const order = shuffled([...Map.groupBy(train, (index) => groups[index]).values()], randomStream(seed, "validation"));
  const { taken, left } = given.length > 0
    ? { taken: [given], left: [train] }
    : dealOut(order, Math.max(1, Math.round(validation * train.length)));
  const split: Split = { kind: "manifest", ...ascending({ train: left, validation: taken, test: [test] }) };
  if (split.train.length === 0 || split.test.length === 0) {
    throw new Error(
      `Cannot split "${name}" by its own list: expected images for training and for test, found ${train.length} and ` +
        `${test.length}`,
    );
  }
  checkSplit(split, ids.length);
  return split;
}

/**
 * Takes groups in order while each brings the number of images nearer to `wanted`; the rest is left. Where all are too
 * large, as with a few patients of many images each, the smallest one is taken.
 */
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
  if (taken.length === 0 && wanted > 0 && left.length > 0) {
    const smallest = left.reduce((least, group) => group.length < least.length ? group : least);
    return { taken: [smallest], left: left.filter((group) => group !== smallest) };
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
