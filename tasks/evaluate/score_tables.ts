/**
 * Scores of a trained network on images, as tables for people and for programs.
 *
 * @module
 */
import { stringify } from "@std/csv";
import { METRIC_NAMES } from "../../lib/metrics/metric_names.ts";
import type { ScoreSummary } from "../../lib/metrics/score_summary.ts";
import { csvCell } from "../../lib/text/escape.ts";
import { nativeMeans, type NativeScore } from "../../lib/training/native_scores.ts";
import type { ImageScore } from "../../lib/training/score_images.ts";
import type { ChosenThreshold } from "../../lib/training/validation_threshold.ts";

/** One network's scores. */
export interface Evaluated {
  readonly title: string;
  readonly weights: string;
  readonly scores: readonly ImageScore[];
  readonly summary: ScoreSummary;
  readonly threshold: number;
  /** Mean Dice of the validation images, where they chose the threshold. */
  readonly chosen?: ChosenThreshold;
  /** At the size of the files, where the images are files. */
  readonly native?: readonly NativeScore[];
}

/** The table of the scores at the network's size. */
export function scoreLines(results: readonly Evaluated[], hasUncertainty: boolean): string[] {
  const interval = ({ mean, low, high }: ScoreSummary["metrics"]["dice"]) =>
    `${mean.toFixed(4)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  const correlation = (value: number) => Number.isNaN(value) ? "–" : value.toFixed(3);
  const rows = results.map(({ title, summary: { metrics, uncertainty } }) => [
    ...[title, ...METRIC_NAMES.map((name) => interval(metrics[name]))],
    ...(uncertainty ? [uncertainty.difficulty.toPrecision(3)] : []),
    ...(uncertainty ? [uncertainty.difficultyError, uncertainty.entropyError].map(correlation) : []),
  ]);
  const columns = hasUncertainty ? ["mean D", "ρ(D, error)", "ρ(entropy, error)"] : [];
  const thresholds = [...new Set(results.map(({ threshold }) => threshold))].join(" and ");
  return [
    "",
    ...alignedTable([["", "Dice", "IoU", "precision", "recall", ...columns], ...rows]),
    "",
    `Mean over images at probability ${thresholds} [95 % bootstrap interval over images].`,
    ...results.flatMap(({ title, threshold, chosen }) =>
      chosen
        ? [`${title}: validation images chose the threshold ${threshold}, with a Dice of ${chosen.dice.toFixed(4)}.`]
        : []
    ),
  ];
}

/** The table of the scores at the files' own size. */
export function nativeLines(results: readonly Evaluated[], tolerance: number): string[] {
  const rows = results.flatMap(({ title, native }) => {
    if (native === undefined) return [];
    const { dice, iou, precision, recall, hd95, nsd } = nativeMeans(native);
    return [[title, ...[dice, iou, precision, recall].map((mean) => mean.toFixed(4)), hd95.toFixed(2), nsd.toFixed(4)]];
  });
  if (rows.length === 0) return [];
  return [
    "",
    ...alignedTable([["", "Dice", "IoU", "precision", "recall", "HD95", "NSD"], ...rows]),
    "",
    "The same at the size of the files. HD95: Hausdorff 95 % in pixels, where prediction or mask alone is empty the " +
    `image's diagonal. NSD: normalised surface Dice within ${tolerance} pixels.`,
  ];
}

/** Rows whose columns stand below each other. */
function alignedTable(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd());
}

/** One row an image. */
export function csvOf(results: readonly Evaluated[]): string {
  const rows = results.flatMap(({ weights, scores, native }) =>
    scores.map(({ id, signals: _, ...numbers }, index) => ({
      id: csvCell(id),
      weights,
      ...numbers,
      ...Object.fromEntries(Object.entries(native?.[index] ?? {}).map(([name, value]) => [`native_${name}`, value])),
    }))
  );
  return stringify(rows, { columns: Object.keys(rows[0]) }).replaceAll("\r\n", "\n");
}
