/**
 * How far one method is ahead of each other one.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { differenceLayers, type DifferenceMark, INTERVAL_CAPTION, linesHeight } from "./difference_axis.ts";
import { framed, methodsInOrder, methodStyle } from "./theme.ts";

/** The difference to one other method; a `MethodComparison` of `lib/evaluation/method_comparison.ts` is one. */
export interface PairedDifference extends DifferenceMark {
  /** The other method. */
  readonly method: string;
}

/**
 * One line for each other method: mean Dice of the adaptive method minus that of the other on the same images and seeds,
 * with its intervals; right of the dashed line the adaptive method is ahead.
 *
 * @param rows one a method
 * @param options `caption`: data set, split, images and seeds, weights
 */
export function pairedDifferences(
  rows: readonly PairedDifference[],
  { caption, method = "adaptive" }: { caption: readonly string[]; method?: string },
): Chart {
  const { label } = methodStyle(method);
  const ordered = methodsInOrder(rows.map((row) => row.method)).map((name) => ({
    label: `against ${methodStyle(name).label}`,
    difference: rows.find((row) => row.method === name)!,
  }));
  return framed({ title: `${label} against each other method`, caption: [...caption, INTERVAL_CAPTION] }, {
    width: 360,
    height: linesHeight(ordered.length, 28),
    layer: differenceLayers(ordered, `difference of mean Dice (right: ${label} is ahead)`),
  });
}
