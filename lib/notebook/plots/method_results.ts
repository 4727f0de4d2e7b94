/**
 * Results of every method: Dice over seeds, and Table 2 with the thesis' values beside ours.
 *
 * @module
 */
import { METRIC_NAMES, METRIC_TITLES, type MetricName } from "../../metrics/metric_names.ts";
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

/** Mean and sample deviation over seeds, no deviation for one seed; and the value of each seed. */
interface Spread {
  readonly mean: number;
  readonly deviation?: number;
  readonly values?: readonly number[];
}

/** One method; a `MethodResults` of `lib/results/method_results.ts` is one. */
export interface MethodSpread extends NamedMethod {
  /** `"5"`, or `"3 of 5"` where runs are missing. */
  readonly seeds: string;
  /** Weights of the best validation epoch; none where there is no run yet. */
  readonly best?: { readonly dice: Spread };
  /** Weights of the last epoch. */
  readonly last?: { readonly dice: Spread };
  readonly thesis?: { readonly dice: number };
}

const SOURCES = {
  best: { label: "best validation epoch", colour: COLOUR.plain, fill: COLOUR.plain, shape: "circle", offset: -6 },
  last: { label: "last epoch", colour: COLOUR.plain, fill: "#ffffff", shape: "circle", offset: 6 },
  thesis: { label: "thesis", colour: COLOUR.emphasis, fill: "#ffffff", shape: "diamond", offset: 0 },
} as const;

/**
 * One line for each method: mean Dice over seeds ± one deviation at the best validation epoch and at the last one, each
 * seed as a small dot, and the thesis' value.
 *
 * @param options `caption`: data set, split, number of images
 */
export function methodResults(
  results: readonly MethodSpread[],
  { caption }: { caption: readonly string[] },
): Chart {
  const methods = methodsInOrder(results);
  const labels = new Map(results.map((row) => [row.method, `${methodLabel(row)} (n = ${row.seeds})`]));
  const marks = results.flatMap(({ method, best, last, thesis }) => {
    const mark = (source: keyof typeof SOURCES, { mean: value, deviation = 0 }: Spread) => {
      const ends = source === "thesis" ? undefined : { low: value - deviation, high: value + deviation };
      return {
        source,
        value,
        low: ends?.low,
        high: ends?.high,
        method: labels.get(method)!,
        weights: SOURCES[source].label,
      };
    };
    return [
      ...(best ? [mark("best", best.dice)] : []),
      ...(last ? [mark("last", last.dice)] : []),
      ...(thesis ? [mark("thesis", { mean: thesis.dice })] : []),
    ];
  });
  const seeds = results.flatMap(({ method, best, last }) =>
    Object.entries({ best, last }).flatMap(([source, metrics]) =>
      (metrics?.dice.values ?? []).map((value) => ({ method: labels.get(method)!, source, value }))
    )
  );
  const present = (["best", "last", "thesis"] as const).filter((name) => marks.some(({ source }) => source === name));
  const look = (property: "colour" | "fill" | "shape") => ({
    field: "weights",
    type: "nominal" as const,
    title: null,
    scale: {
      domain: present.map((name) => SOURCES[name].label),
      range: present.map((name) => SOURCES[name][property]),
    },
    legend: { orient: "bottom" as const },
  });
  const scale = { zero: false, nice: true, padding: 8 };
  const layers = present.map((name) => {
    // A method without a run keeps its line, empty.
    const y = { ...LINE_AXIS, field: "method", scale: { domain: methods.map(({ method }) => labels.get(method)!) } };
    const dots = seeds.filter(({ source }) => source === name);
    const x = { type: "quantitative" as const, title: "mean Dice of the test images", scale };
    return {
      transform: [{ filter: `datum.source === "${name}"` }],
      layer: [
        ...(name === "thesis" ? [] : [{
          mark: { type: "rule" as const, color: COLOUR.plain, strokeWidth: 2, yOffset: SOURCES[name].offset },
          encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" } },
        }]),
        ...(name === "thesis" || dots.length === 0 ? [] : [{
          data: plotData(dots, ["method", "value"]),
          mark: {
            type: "circle" as const,
            size: 22,
            color: COLOUR.plain,
            opacity: 0.45,
            yOffset: 2 * SOURCES[name].offset, // beside the line of their mean, away from the middle
          },
          encoding: {
            y,
            x: { ...x, field: "value" },
            tooltip: [{ field: "method" }, { field: "value", format: ".4f" }],
          },
        }]),
        {
          mark: { type: "point" as const, size: 55, strokeWidth: 1.8, opacity: 1, yOffset: SOURCES[name].offset },
          encoding: {
            y,
            x: { ...x, field: "value" },
            stroke: look("colour"),
            fill: look("fill"),
            shape: look("shape"),
            tooltip: [
              { field: "method" },
              { field: "weights" },
              { field: "value", format: ".4f" },
              ...(name === "thesis" ? [] : [
                { field: "low", title: "mean − deviation", format: ".4f" },
                { field: "high", title: "mean + deviation", format: ".4f" },
              ]),
            ],
          },
        },
      ],
    };
  });
  return framed({
    title: "Dice over seeds",
    caption: [...caption, "Mean ± sample deviation over seeds; small dots: the seeds; n: their number."],
  }, {
    width: 360,
    height: linesHeight(methods.length, 40),
    data: plotData(marks, ["method", "source", "weights", "value", "low", "high"]),
    layer: layers,
  });
}

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

/**
 * One panel for each metric, one line for each method: ours as a dot with its interval, the thesis' as a hollow diamond.
 *
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
  const y = { ...LINE_AXIS, field: "method", sort: methods };
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
function marksOf({ ours, thesis, ...row }: MethodResult) {
  return METRIC_NAMES.flatMap((name) => {
    const mark = (source: keyof typeof LOOKS, value: number, { low, high }: { low?: number; high?: number } = {}) => ({
      ...{ method: methodLabel(row), metric: METRIC_TITLES[name] },
      ...{ source, value, low, high },
    });
    return [
      ...(ours ? [mark("ours", ours[name].mean, ours[name])] : []),
      ...(thesis ? [mark("thesis", thesis[name])] : []),
    ];
  });
}
