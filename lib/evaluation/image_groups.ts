/**
 * Results by the size of the polyp and by the difficulty of the image.
 *
 * @module
 */
import { mean } from "../statistics/mean.ts";
import { quantileGroups } from "../statistics/quantile.ts";
import { ADAPTIVE_METHOD } from "./method_comparison.ts";
import { type ResultGroup, seedsText, testRows } from "./result_groups.ts";
import type { RecordedWeights } from "./run_record.ts";
import { type DifferenceSummary, seedDifferences, summarizeDifferences } from "./seed_differences.ts";
import { type SeedSummary, summarizeSeeds } from "./seed_summary.ts";

/** What images are grouped by. */
export type ImageGrouping = "size" | "difficulty";

/**
 * The method whose runs say how difficult an image is: PolyDice-1 with ε = 0, which the adaptive method is before its first
 * update, so that neither the adaptive method nor a stranger to it draws the lines.
 */
export const DIFFICULTY_REFERENCE = "polydice1";

/**
 * Number of groups. Sizes are thirds of the test images and not fixed shares of the image: the two data sets differ by a
 * factor of 1.7 in their median share (0.11 and 0.07), so that fixed bounds would leave groups of a few images in one.
 */
const GROUP_COUNTS: Readonly<Record<ImageGrouping, number>> = { size: 3, difficulty: 4 };

/** One method on one group of images, Dice. */
export interface GroupResult {
  /** Name of the data set. */
  readonly dataset: string;
  /** How the images are split. */
  readonly split: string;
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** What the images are grouped by. */
  readonly grouping: ImageGrouping;
  /** From 1: the smallest, or the easiest. */
  readonly group: number;
  /** Lower end of the group: a share of the image, or D in nats. */
  readonly from: number;
  /** Upper end of the group. */
  readonly to: number;
  /** Number of images in the group. */
  readonly images: number;
  /** Name of the method. */
  readonly method: string;
  /** Name for people. */
  readonly title: string;
  /** `"5"`, or `"3 of 5"` where runs are missing. */
  readonly seeds: string;
  /** Dice at probability 0.5. */
  readonly dice: SeedSummary;
  /** The adaptive method minus this one on the group's images; undefined for itself, and without a common seed. */
  readonly adaptiveAhead?: DifferenceSummary;
}

/** Every method with a run on every group of images; none where the grouping has nothing to go by. */
export function summarizeImageGroups(
  group: ResultGroup,
  grouping: ImageGrouping,
  weights: RecordedWeights = "best",
): GroupResult[] {
  const { dataset, split, methods } = group;
  const quantity = imageQuantity(group, grouping);
  if (quantity.size === 0) return [];
  const ids = [...quantity.keys()];
  const { groups, bounds } = quantileGroups([...quantity.values()], GROUP_COUNTS[grouping]);
  const groupOf = new Map(ids.map((id, index) => [id, groups[index]]));
  const adaptive = methods.find(({ method }) => method === ADAPTIVE_METHOD)?.records ?? [];
  return [...new Set(groups)].sort().flatMap((index) => {
    const select = (id: string) => groupOf.get(id) === index;
    return methods.filter(({ records }) => records.length > 0).map((runs): GroupResult => {
      const { method, title, records } = runs;
      const dice = records.map((record) =>
        mean(testRows(record, weights).filter(({ id }) => select(id)).map((row) => row.dice))
      );
      return {
        dataset,
        split,
        weights,
        grouping,
        group: index + 1,
        from: bounds[index],
        to: bounds[index + 1],
        images: ids.filter(select).length,
        method,
        title,
        seeds: seedsText(runs),
        dice: summarizeSeeds(dice)!,
        adaptiveAhead: method === ADAPTIVE_METHOD
          ? undefined
          : summarizeDifferences(seedDifferences(records, adaptive, { weights, select })),
      };
    });
  });
}

/** By image: the mask's share, or D averaged over the reference's seeds under their best weights. */
function imageQuantity({ methods }: ResultGroup, grouping: ImageGrouping): Map<string, number> {
  const records = grouping === "size"
    ? methods.flatMap((runs) => runs.records).slice(0, 1)
    : methods.find(({ method }) => method === DIFFICULTY_REFERENCE)?.records ?? [];
  const rows = records.flatMap((record) => testRows(record, "best"));
  const field = grouping === "size" ? "foreground" : "difficulty";
  const byImage = [...Map.groupBy(rows, ({ id }) => id)];
  return new Map(byImage.map(([id, ofImage]) => [id, mean(ofImage.map((row) => row[field]))]));
}
