/**
 * The split of a data set by the name that an experiment's record gives it.
 *
 * @module
 */
import { publishedSplit } from "./published_split.ts";
import { randomSplit, type Split, SPLIT_KINDS, type SplitFractions, type SplitKind } from "./split.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";

/**
 * The split of this kind: "random" (by image), "grouped" (near-duplicates and video sequences kept together; the
 * default) or "published" (Kvasir-SEG's 880/120). A table of results has to say which one it uses.
 *
 * `fractions` holds for "random" and "grouped"; of "published", the validation share is fractions.validation of the 880.
 *
 * @throws If the kind is unknown, or as {@linkcode randomSplit} and {@linkcode publishedSplit} do.
 */
export function splitDataset(
  dataset: Pick<SegmentationDataset, "name" | "ids" | "groups">,
  { kind = "grouped", seed, fractions }: { kind?: SplitKind; seed: number; fractions?: SplitFractions },
): Split {
  switch (kind) {
    case "random":
      return randomSplit(dataset, { seed, fractions, keepGroups: false });
    case "grouped":
      return randomSplit(dataset, { seed, fractions, keepGroups: true });
    case "published":
      return publishedSplit(dataset, { seed, validation: fractions?.validation });
    default:
      throw new Error(`Cannot split "${dataset.name}": expected one of ${SPLIT_KINDS.join(", ")}, found "${kind}"`);
  }
}
