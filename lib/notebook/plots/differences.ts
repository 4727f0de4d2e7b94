/**
 * How far one method is ahead of others: mean differences with their intervals, and two methods image by image.
 *
 * @module
 */
import type { PairedScore } from "../../results/method_comparison.ts";
import type { Chart } from "../vega_lite.ts";
import {
  COLOUR,
  framed,
  LINE_AXIS,
  linesHeight,
  methodLabel,
  methodsInOrder,
  type NamedMethod,
  plotData,
} from "./theme.ts";

/** A mean difference with its intervals; a `DifferenceSummary` of `lib/results/method_comparison.ts` is one. */
export interface DifferenceMark {
  readonly bySeed: { readonly mean: number };
  /** Ends of the interval with images drawn anew. */
  readonly overImages: { readonly lower: number; readonly upper: number };
  /** Images and seeds drawn anew; undefined for one seed. */
  readonly overSeeds?: { readonly lower: number; readonly upper: number };
}

/** What the lines of differences are, for captions. */
function intervalCaption(rows: readonly DifferenceMark[]): string {
  const hasSeeds = rows.some(({ overSeeds }) => overSeeds);
  return `95 % bootstrap intervals: ${hasSeeds ? "thick over images, thin over images and seeds" : "over images"}.`;
}

/** Layers of a plot of differences: the line at zero, thin and thick interval, and the dot. */
function differenceLayers(
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
  const y = { ...LINE_AXIS, field: "label", sort: rows.map(({ label }) => label) };
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
    intervalCaption(rows),
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

/** The difference to one other method; a `MethodComparison` of `lib/results/method_comparison.ts` is one. */
export interface PairedDifference extends DifferenceMark, NamedMethod {}

/**
 * One line for each other method: mean Dice of one method minus that of the other on the same images and seeds,
 * with its intervals; right of the dashed line the first method is ahead.
 *
 * @param options `caption`: data set, split, images and seeds, weights; `method`: the one that is compared
 */
export function pairedDifferences(
  rows: readonly PairedDifference[],
  { caption, method = { method: "adaptive" } }: { caption: readonly string[]; method?: NamedMethod },
): Chart {
  const label = methodLabel(method);
  const ordered = methodsInOrder(rows).map((row) => ({ label: `against ${methodLabel(row)}`, difference: row }));
  return framed({ title: `${label} against each other method`, caption: [...caption, intervalCaption(rows)] }, {
    width: 360,
    height: linesHeight(ordered.length, ordered.length > 12 ? 20 : 28), // many lie closer together
    layer: differenceLayers(ordered, `difference of mean Dice (right: ${label} is ahead)`),
  });
}

/** Scores that differ by less count as equal. */
const TIE = 0.005;

/**
 * The score of each test image under one method (x) against another (y), with the diagonal on which they are equal.
 *
 * @param options `first`, `second`: the methods; `metric`: the score's name
 */
export function perImageComparison(
  rows: readonly PairedScore[],
  { first, second, metric = "Dice" }: { first: NamedMethod; second: NamedMethod; metric?: string },
): Chart {
  const [x, y] = [methodLabel(first), methodLabel(second)];
  const outcomes = { better: `${y} better`, worse: `${x} better`, equal: "equal" };
  const points = rows.map((row) => {
    const gain = row.second - row.first;
    return { ...row, outcome: outcomes[Math.abs(gain) < TIE ? "equal" : gain > 0 ? "better" : "worse"] };
  });
  const count = (outcome: keyof typeof outcomes) => points.filter((row) => row.outcome === outcomes[outcome]).length;
  const domain = Object.values(outcomes);
  const outcome = { field: "outcome", type: "nominal", title: null } as const;
  const axis = (field: "first" | "second", method: string) => ({
    ...{ field, type: "quantitative" as const },
    ...{ title: `${metric}, trained with ${method}`, scale: { domain: [0, 1] } },
  });
  return framed({
    title: `${metric} of each test image: ${y} against ${x}`,
    caption: [
      `${rows.length} images: ${y} is better on ${count("better")}, worse on ${count("worse")},`,
      `equal (within ${TIE}) on ${count("equal")}.`,
    ],
  }, {
    width: 340,
    height: 340,
    layer: [
      {
        data: { values: [{ first: 0, second: 0 }, { first: 1, second: 1 }] },
        mark: { type: "line", color: COLOUR.reference, strokeDash: [4, 4], strokeWidth: 1 },
        encoding: { x: { field: "first", type: "quantitative" }, y: { field: "second", type: "quantitative" } },
      },
      {
        data: plotData(points, ["id", "first", "second", "outcome"]),
        mark: { type: "point", opacity: 0.7 },
        encoding: {
          x: axis("first", x),
          y: axis("second", y),
          color: {
            ...outcome,
            scale: { domain, range: [COLOUR.emphasis, COLOUR.plain, COLOUR.reference] },
            legend: { orient: "bottom", columns: 1 },
          },
          shape: { ...outcome, scale: { domain, range: ["triangle-up", "triangle-down", "circle"] } },
          tooltip: [
            { field: "id", title: "image id" },
            { field: "first", title: x, format: ".4f" },
            { field: "second", title: y, format: ".4f" },
          ],
        },
      },
    ],
  });
}
