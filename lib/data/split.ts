/**
 * Splits of a data set into training, validation and test images.
 *
 * @module
 */
import { randomStream, shuffled } from "../random/random_stream.ts";
import type { SplitPart } from "./image_pairs.ts";
import { readSplitFile } from "./real_dataset.ts";
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

const PARTS = ["train", "validation", "test"] as const;

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

type Groups = readonly (readonly number[])[];
type Grouped = Pick<SegmentationDataset, "name" | "ids" | "groups" | "parts">;

/** The split that most papers on these data sets use. */
const DEFAULT_FRACTIONS: SplitFractions = { train: 0.8, validation: 0.1, test: 0.1 };

/** Kvasir-SEG's 880 training and 120 test images, one id a line. */
const TRAIN_LIST = "kvasir_880_train.txt", TEST_LIST = "kvasir_120_val.txt";

/**
 * The split of this kind: "random" (by image), "grouped" (near-duplicates and video sequences kept together; the
 * default), "published" (Kvasir-SEG's 880/120), "manifest" (the user's own list) or "fold-2-of-5" (cross-validation with
 * groups kept together). A table of results has to say which one it uses.
 *
 * `fractions` holds for "random" and "grouped"; the others draw fractions.validation of what they don't test on, folds of
 * all images.
 *
 * @throws If the kind is unknown, or a part would be empty.
 */
export function splitDataset(
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups" | "parts">,
  { kind = "grouped", seed, fractions = DEFAULT_FRACTIONS }: {
    kind?: SplitKind;
    seed: number;
    fractions?: SplitFractions;
  },
): Split {
  const split = { kind, ...parts(dataset, kind, seed, fractions) };
  checkSplit(split, dataset.ids.length);
  return split;
}

function parts(dataset: Grouped, kind: SplitKind, seed: number, fractions: SplitFractions): Omit<Split, "kind"> {
  const fold = /^fold-(\d+)-of-(\d+)$/.exec(kind);
  if (fold !== null) return foldSplit(dataset, seed, Number(fold[1]), Number(fold[2]), fractions.validation);
  switch (kind) {
    case "random":
      return randomSplit({ ...dataset, groups: dataset.ids }, seed, fractions);
    case "grouped":
      return randomSplit(dataset, seed, fractions);
    case "published":
      return publishedSplit(dataset, seed, fractions.validation);
    case "manifest":
      return manifestSplit(dataset, seed, fractions.validation);
    default:
      throw new Error(
        `Cannot split "${dataset.name}": expected one of ${SPLIT_KINDS.join(", ")}, manifest, fold-2-of-5, ` +
          `found "${kind}"`,
      );
  }
}

/**
 * Groups are dealt out in random order, each to the test or else the validation part if that brings the part nearer its
 * number of images, round(fraction · count) and at least 1, else to training. Where every image is a group of its own
 * the numbers are met exactly; with larger groups they are met to within half a group.
 */
function randomSplit({ name, ids, groups }: Grouped, seed: number, fractions: SplitFractions): Omit<Split, "kind"> {
  const shares = PARTS.map((part) => fractions[part]);
  if (shares.some((share) => !(share >= 0)) || Math.abs(shares.reduce((sum, share) => sum + share) - 1) > 1e-9) {
    throw new Error(`Cannot split: expected fractions that sum to 1, found ${shares.join(" + ")}`);
  }
  const wanted = (fraction: number) => fraction > 0 ? Math.max(1, Math.round(fraction * ids.length)) : 0;
  const members = grouped(ids.keys(), groups);
  const { taken: test, left } = dealOut(shuffled(members, randomStream(seed, "split")), wanted(fractions.test));
  const { taken: validation, left: train } = dealOut(left, wanted(fractions.validation));
  const split = ascending({ train, validation, test });
  const empty = PARTS.find((part) => fractions[part] > 0 && split[part].length === 0);
  if (empty === undefined) return split;
  throw new Error(
    `Cannot split "${name}": expected at least one image in each part, found none for ${empty} ` +
      `(${ids.length} images in ${members.length} groups)`,
  );
}

/**
 * Kvasir-SEG's published split: of the 880, a share (88 images) is drawn for validation, near-duplicates kept together. Of
 * a subset of Kvasir-SEG each image stays on the side where the lists have it.
 */
function publishedSplit({ name, ids, groups }: Grouped, seed: number, validation: number): Omit<Split, "kind"> {
  if (name !== "kvasir-seg") {
    throw new Error(`Cannot split "${name}" as published: only Kvasir-SEG has a published split`);
  }
  const [train, test] = [TRAIN_LIST, TEST_LIST].map((list) => {
    const listed = new Set(readSplitFile(list).trim().split(/\s+/));
    return [...ids.keys()].filter((index) => listed.has(ids[index]));
  });
  const unknown = ids.filter((_, index) => !train.includes(index) && !test.includes(index));
  const cannot = `Cannot use the published split for "${name}": expected images of`;
  if (unknown.length > 0) {
    throw new Error(
      `${cannot} Kvasir-SEG's lists, found ${unknown.length} others, the first of them "${unknown[0]}"`,
    );
  }
  const order = shuffled(grouped(train, groups), randomStream(seed, "published split"));
  const { taken, left } = dealOut(order, Math.max(1, Math.round(validation * train.length)));
  if (left.length === 0 || test.length === 0) {
    throw new Error(`${cannot} both lists, found ${train.length} of the 880 and ${test.length} of the 120`);
  }
  return ascending({ train: left, validation: taken, test: [test] });
}

/**
 * One of `count` folds by the seed: fold `fold` (1 for the first) is the test part, every image is in exactly one of the
 * `count` test parts, groups stay together, and validation images are drawn from the other folds. The larger groups are
 * dealt out first, each to the fold that has the fewest images.
 */
function foldSplit(
  { name, ids, groups }: Grouped,
  seed: number,
  fold: number,
  count: number,
  validation: number,
): Omit<Split, "kind"> {
  const members = grouped(ids.keys(), groups);
  if (!(fold >= 1 && fold <= count && count >= 2) || members.length <= count) {
    throw new Error(
      `Cannot split "${name}" into folds: expected fold 1 … N of N folds, N from 2 and below the number of groups, ` +
        `found fold ${fold} of ${count} and ${members.length} groups`,
    );
  }
  const order = shuffled(members, randomStream(seed, "folds")).sort((a, b) => b.length - a.length);
  const folds = Array.from({ length: count }, () => ({ images: 0, groups: [] as (readonly number[])[] }));
  for (const group of order) {
    const smallest = folds.reduce((least, other) => other.images < least.images ? other : least);
    smallest.groups.push(group);
    smallest.images += group.length;
  }
  const [{ groups: test }] = folds.splice(fold - 1, 1);
  const drawn = shuffled(folds.flatMap(({ groups }) => groups), randomStream(seed, "folds", count, fold, "validation"));
  const { taken, left } = dealOut(drawn, Math.max(1, Math.round(validation * ids.length)));
  if (left.length === 0) {
    throw new Error(
      `Cannot split "${name}" into folds: expected images for training beside fold ${fold} of ${count} and validation, ` +
        `found none (${ids.length} images in ${members.length} groups)`,
    );
  }
  return ascending({ train: left, validation: taken, test });
}

/** The user's own split. Where it names no validation images, a share of the training images is drawn by the seed. */
function manifestSplit({ name, ids, groups, parts }: Grouped, seed: number, validation: number): Omit<Split, "kind"> {
  if (parts === undefined) {
    throw new Error(
      `Cannot split "${name}" by its own list: it has none; give a CSV file with the column "split" (train, validation, ` +
        `test), or folders of these names`,
    );
  }
  const [train, given, test] = PARTS.map((part) => [...ids.keys()].filter((index) => parts[index] === part));
  const order = shuffled(grouped(train, groups), randomStream(seed, "validation"));
  const { taken, left } = given.length > 0
    ? { taken: [given], left: [train] }
    : dealOut(order, Math.max(1, Math.round(validation * train.length)));
  if (left.flat().length === 0 || test.length === 0) {
    throw new Error(
      `Cannot split "${name}" by its own list: expected images for training and for test, found ` +
        `${left.flat().length} and ${test.length}`,
    );
  }
  return ascending({ train: left, validation: taken, test: [test] });
}

/**
 * Throws unless a split of `count` images is disjoint and complete.
 *
 * @throws With the first index that stands twice, is missing or is not one of the data set's.
 */
export function checkSplit(split: Split, count: number): void {
  const seen = new Set<number>();
  for (const index of PARTS.flatMap((part) => split[part])) {
    if (!(Number.isInteger(index) && index >= 0 && index < count)) {
      throw new Error(`Cannot use the split: expected indices in 0..${count - 1}, found ${index}`);
    }
    if (seen.has(index)) throw new Error(`Cannot use the split: found image ${index} twice`);
    seen.add(index);
  }
  for (let index = 0; index < count; index++) {
    if (!seen.has(index)) throw new Error(`Cannot use the split: found image ${index} in no part`);
  }
}

/** What people call the parts of a split, alone or with what they are parts of (TrainDataset, test-images); else nothing. */
export function partNamed(word: string): SplitPart | undefined {
  const text = word.trim().toLowerCase().replace(/[ _-]?(set|dataset|data|images)$/, "");
  if (["train", "training"].includes(text)) return "train";
  if (["val", "valid", "validation", "dev"].includes(text)) return "validation";
  return ["test", "testing"].includes(text) ? "test" : undefined;
}

/** The images of each group. */
function grouped(indices: Iterable<number>, groups: readonly string[]): Groups {
  return [...Map.groupBy(indices, (index) => groups[index]).values()];
}

/**
 * Takes groups in order while each brings the number of images nearer to `wanted`; the rest is left. Where all are too
 * large, as with a few patients of many images each, the smallest one is taken.
 */
function dealOut(groups: Groups, wanted: number): { taken: Groups; left: Groups } {
  const taken: (readonly number[])[] = [], left: (readonly number[])[] = [];
  let missing = wanted;
  for (const group of groups) {
    if (missing > group.length / 2) {
      taken.push(group);
      missing -= group.length;
    } else left.push(group);
  }
  if (taken.length > 0 || wanted <= 0 || left.length === 0) return { taken, left };
  const smallest = left.reduce((least, group) => group.length < least.length ? group : least);
  return { taken: [smallest], left: left.filter((group) => group !== smallest) };
}

/** The images of the groups of each part, ascending. */
function ascending(parts: Record<SplitPart, Groups>): Omit<Split, "kind"> {
  const indices = (groups: Groups) => groups.flat().sort((a, b) => a - b);
  return { train: indices(parts.train), validation: indices(parts.validation), test: indices(parts.test) };
}
