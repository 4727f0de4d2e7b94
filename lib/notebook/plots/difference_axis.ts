/**
 * What plots of differences share: rows with two intervals and a line at zero.
 *
 * @module
 */
import { plotData } from "./plot_data.ts";
import { COLOUR } from "./theme.ts";

/** Ends of an interval. */
interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** A mean difference with its intervals; a `DifferenceSummary` of `lib/results/method_comparison.ts` is one. */
export interface DifferenceMark {
  readonly bySeed: { readonly mean: number };
  /** Images drawn anew. */
  readonly overImages: Interval;
  /** Images and seeds drawn anew; undefined for one seed. */
  readonly overSeeds?: Interval;
}

/** Least height of such a plot, pixels: with a single line it is still a plot. */
const LEAST_HEIGHT = 130;

/** Height of a plot with so many lines, each `step` pixels high. */
export function linesHeight(lines: number, step: number): number {
  return Math.max(LEAST_HEIGHT, lines * step);
}

/** What the two lines of a difference are, for captions. */
export const INTERVAL_CAPTION = "95 % bootstrap intervals: thick over images, thin over images and seeds.";

/**
 * Layers of a plot of differences: the line at zero, thin and thick interval, and the dot.
 *
 * @param rows the label of each line, and its difference
 * @param title of the axis
 */
export function differenceLayers(
  rows: readonly { readonly label: string; readonly difference: DifferenceMark }[],
  title: string,
) {
  const values = rows.map(({ label, difference: { bySeed, overImages, overSeeds } }) => ({
    label,
    difference: bySeed.mean,
    lower: overImages.lower,
    upper: overImages.upper,
    lowest: overSeeds?.lower,
    highest: overSeeds?.upper,
  }));
  const y = {
    field: "label",
    type: "nominal" as const,
    title: null,
    sort: rows.map(({ label }) => label),
    axis: { grid: true, domain: false, ticks: false },
  };
  const x = {
    type: "quantitative" as const,
    title,
    scale: { nice: true, padding: 8 },
    axis: { format: "+.3~f", tickCount: 6 },
  };
  const fields = ["label", "difference", "lower", "upper", "lowest", "highest"] as const;
  const interval = (from: "lower" | "lowest", to: "upper" | "highest", strokeWidth: number) => ({
    data: plotData(values.filter((row) => row[from] !== undefined), fields),
    mark: { type: "rule" as const, color: COLOUR.plain, strokeWidth },
    encoding: { y, x: { ...x, field: from }, x2: { field: to } },
  });
  const seeds = values.some(({ lowest }) => lowest !== undefined);
  return [
    {
      data: { values: [{ zero: 0 }] },
      mark: { type: "rule" as const, color: COLOUR.reference, strokeDash: [4, 4] },
      encoding: { x: { ...x, field: "zero" } },
    },
    ...(seeds ? [interval("lowest", "highest", 1.2)] : []),
    interval("lower", "upper", 4),
    {
      data: plotData(values, fields),
      mark: { type: "point" as const, size: 70, color: COLOUR.plain, stroke: "#ffffff", strokeWidth: 1.2, opacity: 1 },
      encoding: {
        y,
        x: { ...x, field: "difference" },
        tooltip: [
          { field: "label", title: "line" },
          { field: "difference", format: "+.4f" },
          { field: "lower", title: "images, lower", format: "+.4f" },
          { field: "upper", title: "images, upper", format: "+.4f" },
          { field: "lowest", title: "images and seeds, lower", format: "+.4f" },
          { field: "highest", title: "images and seeds, upper", format: "+.4f" },
        ],
      },
    },
  ];
}
