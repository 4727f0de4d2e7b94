/**
 * How far one method is ahead of each other one.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { differenceLayers, type DifferenceMark, INTERVAL_CAPTION, linesHeight } from "./difference_axis.ts";
import { framed, methodLabel, methodsInOrder, type NamedMethod } from "./theme.ts";

/** The difference to one other method; a `MethodComparison` of `lib/results/method_comparison.ts` is one. */
export interface PairedDifference extends DifferenceMark, NamedMethod {}

/** From so many lines on they lie closer together. */
const MANY = 12;

/**
 * One line for each other method: mean Dice of one method minus that of the other on the same images and seeds,
 * with its intervals; right of the dashed line the first method is ahead.
 *
 * @param rows one a method
 * @param options `caption`: data set, split, images and seeds, weights; `method`: the one that is compared
 */
export function pairedDifferences(
  rows: readonly PairedDifference[],
  { caption, method = { method: "adaptive" } }: { caption: readonly string[]; method?: NamedMethod },
): Chart {
  const label = methodLabel(method);
  const ordered = methodsInOrder(rows).map((row) => ({
    label: `against ${methodLabel(row)}`,
    difference: row,
  }));
  return framed({ title: `${label} against each other method`, caption: [...caption, INTERVAL_CAPTION] }, {
    width: 360,
    height: linesHeight(ordered.length, ordered.length > MANY ? 20 : 28),
    layer: differenceLayers(ordered, `difference of mean Dice (right: ${label} is ahead)`),
  });
}
