/**
 * Splits a data set in every way that it allows and looks at the parts.
 *
 * @module
 */
import type { DatasetFolders } from "../real_dataset.ts";
import type { SegmentationDataset } from "../segmentation_dataset.ts";
import { SPLIT_KINDS, type SplitKind } from "../split.ts";
import { splitDataset } from "../split_dataset.ts";
import { splitFindings } from "./split_findings.ts";
import type { Finding } from "./verification.ts";

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
