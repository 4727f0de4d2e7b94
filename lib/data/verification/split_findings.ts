/**
 * Whether the splits of a data set are what they promise.
 *
 * @module
 */
import type { DatasetFolders } from "../real_dataset.ts";
import type { SegmentationDataset } from "../segmentation_dataset.ts";
import { type Split, SPLIT_KINDS, type SplitKind } from "../split.ts";
import { splitDataset } from "../split_dataset.ts";
import type { Finding } from "./verification.ts";

const PARTS = ["train", "validation", "test"] as const;

/**
 * What is wrong with a split, one sentence each: images in two parts, images in none, indices of no image, and, of a
 * split other than "random", groups on two sides.
 *
 * @param ids one an image
 * @param groups one an image
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const split = { kind: "grouped", train: [0, 1], validation: [1], test: [2] } as const;
 * assertEquals(splitFindings(split, ["a", "b", "c", "d"], ["a", "b", "a", "d"]), [
 *   'image "b" stands in train and validation',
 *   'image "d" stands in no part',
 *   'group "a" stands in train and test',
 * ]);
 * ```
 */
export function splitFindings(split: Split, ids: readonly string[], groups: readonly string[]): string[] {
  const partsOf = ids.map((): string[] => []);
  const findings: string[] = [];
  for (const part of PARTS) {
    for (const index of split[part]) {
      if (index in partsOf) partsOf[index].push(part);
      else findings.push(`${part} has image ${index}, expected 0..${ids.length - 1}`);
    }
  }
  for (const [index, parts] of partsOf.entries()) {
    if (parts.length > 1) findings.push(`image "${ids[index]}" stands in ${parts.join(" and ")}`);
    if (parts.length === 0) findings.push(`image "${ids[index]}" stands in no part`);
  }
  if (split.kind === "random") return findings;
  const members = Map.groupBy(ids.keys(), (index) => groups[index]);
  for (const [group, indices] of members) {
    const sides = new Set(indices.flatMap((index) => partsOf[index].slice(0, 1)));
    if (sides.size > 1) findings.push(`group "${group}" stands in ${[...sides].join(" and ")}`);
  }
  return findings;
}

/** Seed of the splits that are tried. */
const SEED = 1;

/**
 * What is wrong with the splits of a data set: those by image and by group, and of the whole Kvasir-SEG the published
 * one. A data set that is too small to be split is a finding too.
 *
 * @param published whether it is held against the published data set
 */
export function trySplits(
  { images }: DatasetFolders,
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups">,
  { published }: { published: boolean },
): Finding[] {
  const kinds = SPLIT_KINDS.filter((kind) => kind !== "published" || (published && dataset.name === "kvasir-seg"));
  return kinds.flatMap((kind) =>
    findingsOf(dataset, kind).map((message): Finding => ({
      check: "splits",
      file: images,
      message: `"${images}", ${kind} split: ${message}`,
    }))
  );
}

function findingsOf(dataset: Pick<SegmentationDataset, "name" | "ids" | "groups">, kind: SplitKind): string[] {
  try {
    return splitFindings(splitDataset(dataset, { kind, seed: SEED }), dataset.ids, dataset.groups);
  } catch (error) {
    return [(error as Error).message];
  }
}
