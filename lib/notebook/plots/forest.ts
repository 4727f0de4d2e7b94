/**
 * Several comparisons under each other, each with its seeds: a forest plot.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { differenceLayers, type DifferenceMark, INTERVAL_CAPTION, linesHeight } from "./difference_axis.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed } from "./theme.ts";

/** One comparison; with the label, a `DifferenceSummary` of `lib/results/method_comparison.ts` is one. */
export interface ForestRow extends DifferenceMark {
  /** What is held against what, as in `"Kvasir-SEG: adaptive − mean"`. */
  readonly label: string;
  readonly bySeed: { readonly mean: number; readonly values?: readonly number[] };
}

/** How far below its line a seed's dot lies, pixels. */
const SEED_OFFSET = 9;

/**
 * One line a comparison: the mean difference with its intervals, and a small dot for each seed. In the grey band a
 * difference would not matter.
 *
 * @param rows from top to bottom
 * @param options `caption`: images, epoch, seeds; `margin`: half of the band; `axis`: what the difference is of
 */
export function forest(
  rows: readonly ForestRow[],
  { title, caption, margin, axis = "difference of mean Dice (right: the first is ahead)" }: {
    title: string;
    caption: readonly string[];
    margin?: number;
    axis?: string;
  },
): Chart {
  const seeds = rows.flatMap(({ label, bySeed }) => (bySeed.values ?? []).map((value) => ({ label, value })));
  const x = { type: "quantitative" as const, title: axis };
  const band = margin === undefined ? [] : [{
    data: { values: [{ from: -margin, to: margin }] },
    mark: { type: "rect" as const, color: COLOUR.background, opacity: 0.35 },
    encoding: { x: { ...x, field: "from" }, x2: { field: "to" } },
  }];
  const dots = seeds.length === 0 ? [] : [{
    data: plotData(seeds, ["label", "value"]),
    mark: { type: "circle" as const, size: 20, color: COLOUR.plain, opacity: 0.45, yOffset: SEED_OFFSET },
    encoding: {
      y: { field: "label", type: "nominal" as const, title: null, sort: rows.map(({ label }) => label) },
      x: { ...x, field: "value" },
      tooltip: [{ field: "label", title: "line" }, { field: "value", title: "of one seed", format: "+.4f" }],
    },
  }];
  const legend = [
    INTERVAL_CAPTION,
    ...(margin === undefined ? [] : [`Grey: within ±${margin}, which would not matter. Small dots: the seeds.`]),
  ];
  return framed({ title, caption: [...caption, ...legend] }, {
    width: 320,
    height: linesHeight(rows.length, 34),
    layer: [
      ...band,
      ...differenceLayers(rows.map((difference) => ({ label: difference.label, difference })), axis),
      ...dots,
    ],
  });
}
