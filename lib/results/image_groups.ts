/**
 * Results by the size of the lesion and by the difficulty of the image.
 *
 * @module
 */
import { mean } from "../statistics/mean.ts";
import { quantileGroups } from "../statistics/quantile.ts";
import { type MethodRuns, type SeedSummary, summarizeSeeds, testRows } from "./method_results.ts";

/** What images are grouped by. */
export type ImageGrouping = "size" | "difficulty";

/**
 * The method whose uncertainty says how difficult an image is: one reference for all methods, so that all are compared on
 * the same images. The first method stands in where it is missing.
 */
export const DIFFICULTY_REFERENCE = "polydice1";

/** Thirds by size, quartiles by difficulty. */
const GROUP_COUNTS: Readonly<Record<ImageGrouping, number>> = { size: 3, difficulty: 4 };

/** One method on one group of images, Dice under the weights of the best validation epoch. */
export interface GroupDice extends Pick<MethodRuns, "method" | "title"> {
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
  /** Mean Dice of the group's images, over seeds. */
  readonly dice: SeedSummary;
}

/** Every method with a run on every group of images; none where the grouping has nothing to go by. */
export function imageGroups(methods: readonly MethodRuns[], grouping: ImageGrouping): GroupDice[] {
  const quantity = imageQuantity(methods, grouping);
  if (quantity.size === 0) return [];
  const ids = [...quantity.keys()];
  const { groups, bounds } = quantileGroups([...quantity.values()], GROUP_COUNTS[grouping]);
  const groupOf = new Map(ids.map((id, index) => [id, groups[index]]));
  return [...new Set(groups)].sort().flatMap((index) => {
    const select = (id: string) => groupOf.get(id) === index;
    return methods.filter(({ records }) => records.length > 0).map(({ method, title, records }): GroupDice => ({
      grouping,
      group: index + 1,
      from: bounds[index],
      to: bounds[index + 1],
      images: ids.filter(select).length,
      method,
      title,
      dice: summarizeSeeds(
        records.map((record) => mean(testRows(record, "best").filter(({ id }) => select(id)).map((row) => row.dice))),
      )!,
    }));
  });
}

/** By image: the mask's share, or D averaged over the reference's seeds under their best weights. */
function imageQuantity(methods: readonly MethodRuns[], grouping: ImageGrouping): Map<string, number> {
  const finished = methods.filter(({ records }) => records.length > 0);
  const reference = finished.find(({ method }) => method === DIFFICULTY_REFERENCE) ?? finished[0];
  const field = grouping === "size" ? "foreground" : "difficulty";
  const records = reference?.records ?? [];
  // The lesion's size is the same for all.
  const rows = (grouping === "size" ? records.slice(0, 1) : records).flatMap((record) => testRows(record, "best"));
  const byImage = [...Map.groupBy(rows, ({ id }) => id)];
  return new Map(byImage.map(([id, ofImage]) => [id, mean(ofImage.map((row) => row[field]))]));
}
