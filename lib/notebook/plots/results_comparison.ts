/**
 * Table 2 as a plot: our results beside the thesis'.
 *
 * @module
 */
import { METRIC_NAMES, METRIC_TITLES, type MetricName } from "../../metrics/metric_names.ts";
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, methodLabel, methodsInOrder, type NamedMethod } from "./theme.ts";

/** One line of Table 2; a `MethodResults` of `lib/results/method_results.ts` is one. All numbers are in [0, 1]. */
export interface MethodResult extends NamedMethod {
  /** Means over the test images, with the ends of an interval where there is one; none where there is no run. */
  readonly ours?: Readonly<
    Record<MetricName, { readonly mean: number; readonly low?: number; readonly high?: number }>
  >;
  /** The thesis' values, where it has some for this data set. */
  readonly thesis?: Readonly<Record<MetricName, number>>;
}

/** Ours is a filled dot, the thesis' a hollow diamond. */
const LOOKS = {
  ours: { stroke: COLOUR.plain, fill: COLOUR.plain, shape: "circle" },
  thesis: { stroke: COLOUR.emphasis, fill: "#ffffff", shape: "diamond" },
} as const;

/** One mark of the plot. */
interface ResultMark {
  readonly method: string;
  readonly metric: string;
  readonly source: keyof typeof LOOKS;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/**
 * One panel for each metric, one line for each method: ours as a dot with its interval, the thesis' as a hollow diamond.
 *
 * @param results one a method
 * @param options `caption`: data set, number of images and seeds, what the interval is
 */
export function resultsComparison(
  results: readonly MethodResult[],
  { caption }: { caption: readonly string[] },
): Chart {
  const marks = results.flatMap(marksOf);
  const methods = methodsInOrder(results).map(methodLabel);
  const sources = (["ours", "thesis"] as const).filter((source) => marks.some((mark) => mark.source === source));
  const intervals = marks.some((mark) => mark.low !== undefined);
  const looks = (property: keyof typeof LOOKS.ours) => ({
    field: "source",
    type: "nominal" as const,
    title: null,
    scale: { domain: sources, range: sources.map((source) => LOOKS[source][property]) },
    legend: sources.length > 1 ? { orient: "bottom" as const } : null,
  });
  const scale = { zero: false, nice: true, padding: 8 };
  const y = {
    field: "method",
    type: "nominal" as const,
    title: null,
    sort: methods,
    axis: { grid: true, domain: false, ticks: false },
  };
  return framed({ title: sources.includes("thesis") ? "Our results beside the thesis'" : "Results", caption }, {
    data: plotData(marks, ["method", "metric", "source", "value", "low", "high"]),
    facet: { field: "metric", type: "nominal", title: null, sort: Object.values(METRIC_TITLES) },
    columns: 2,
    spacing: { row: 16, column: 24 },
    spec: {
      width: 200,
      height: { step: 24 },
      layer: [
        ...(intervals
          ? [{
            transform: [{ filter: "isValid(datum.low)" }],
            mark: { type: "rule" as const, color: COLOUR.plain, strokeWidth: 2, opacity: 0.5 },
            encoding: { y, x: { field: "low", type: "quantitative" as const, scale }, x2: { field: "high" } },
          }]
          : []),
        {
          mark: { type: "point", size: 60, strokeWidth: 1.8, opacity: 1 },
          encoding: {
            y,
            x: {
              field: "value",
              type: "quantitative",
              title: null,
              scale,
              axis: { grid: false, tickCount: 5, format: ".2f" },
            },
            stroke: looks("stroke"),
            fill: looks("fill"),
            shape: looks("shape"),
            tooltip: [
              { field: "method" },
              { field: "metric" },
              { field: "source" },
              { field: "value", format: ".4f" },
              ...(intervals ? [{ field: "low", format: ".4f" }, { field: "high", format: ".4f" }] : []),
            ],
          },
        },
      ],
    },
  });
}

/** Our mark for each metric of a method, and the thesis' where it has one. */
function marksOf({ ours, thesis, ...row }: MethodResult): ResultMark[] {
  const label = methodLabel(row);
  return METRIC_NAMES.flatMap((name) => {
    const shared = { method: label, metric: METRIC_TITLES[name] };
    const marks: ResultMark[] = [];
    if (ours) {
      marks.push({ ...shared, source: "ours", value: ours[name].mean, low: ours[name].low, high: ours[name].high });
    }
    if (thesis) marks.push({ ...shared, source: "thesis", value: thesis[name] });
    return marks;
  });
}
