/**
 * What each choice of the thesis does.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { differenceLayers, type DifferenceMark, INTERVAL_CAPTION, linesHeight } from "./difference_axis.ts";
import { framed } from "./theme.ts";

/** One variant; an `AblationSummary` of `lib/evaluation/ablation_summary.ts` is one. */
export interface AblationVariant {
  readonly ablation: string;
  readonly title: string;
  /** To the reference; undefined for the reference itself, which is the dashed line. */
  readonly difference?: DifferenceMark;
}

/**
 * One line for each variant: its mean Dice minus that of the reference on the same images and seeds, with its intervals.
 *
 * @param rows variants, those of one ablation together; the references have no line
 * @param options `caption`: data set, split, images and seeds
 */
export function ablationDifferences(
  rows: readonly AblationVariant[],
  { caption }: { caption: readonly string[] },
): Chart {
  const lines = rows.flatMap(({ ablation, title, difference }) =>
    difference ? [{ label: `${ablation}: ${title}`, difference }] : []
  );
  return framed({ title: "Ablations of the adaptive method", caption: [...caption, INTERVAL_CAPTION] }, {
    width: 340,
    height: linesHeight(lines.length, 22),
    layer: differenceLayers(lines, "difference of mean Dice to the reference"),
  });
}
