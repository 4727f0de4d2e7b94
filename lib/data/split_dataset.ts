/**
 * The split of a data set by the name that an experiment's record gives it.
 *
 * @module
 */
import { publishedSplit } from "./published_split.ts";
import {
  foldSplit,
  manifestSplit,
  randomSplit,
  type Split,
  SPLIT_KINDS,
  type SplitFractions,
  type SplitKind,
} from "./split.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";

/**
 * The split of this kind: "random" (by image), "grouped" (near-duplicates and video sequences kept together; the
 * default), "published" (Kvasir-SEG's 880/120), "manifest" (the user's own list) or "fold-2-of-5" (cross-validation with
 * groups kept together). A table of results has to say which one it uses.
 *
 * `fractions` holds for "random" and "grouped"; of "published", the validation share is fractions.validation of the 880.
 *
 * @throws If the kind is unknown, or as {@linkcode randomSplit} and {@linkcode publishedSplit} do.
 */
export function splitDataset(
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups" | "parts">,
  { kind = "grouped", seed, fractions }: { kind?: SplitKind; seed: number; fractions?: SplitFractions },
): Split {
  const fold = /^fold-(\d+)-of-(\d+)$/.exec(kind);
  if (fold !== null) {
    const [, number, count] = fold.map(Number);
    return foldSplit(dataset, { seed, fold: number, count, validation: fractions?.validation });
  }
  switch (kind) {
    case "random":
      return randomSplit(dataset, { seed, fractions, keepGroups: false });
    case "grouped":
      return randomSplit(dataset, { seed, fractions, keepGroups: true });
    case "published":
      if (dataset.name !== "kvasir-seg") {
        throw new Error(`Cannot split "${dataset.name}" as published: only Kvasir-SEG has a published split`);
      }
      return publishedSplit(dataset, { seed, validation: fractions?.validation });
    case "manifest":
      return manifestSplit(dataset, { seed, validation: fractions?.validation });
    default:
      throw new Error(
        `Cannot split "${dataset.name}": expected one of ${
          SPLIT_KINDS.join(", ")
        }, manifest, fold-2-of-5, found "${kind}"`,
      );
  }
}
