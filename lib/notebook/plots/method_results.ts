/**
 * Dice of every method over seeds.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { linesHeight } from "./difference_axis.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, methodLabel, methodsInOrder, type NamedMethod } from "./theme.ts";

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

/** The dots of the seeds lie beside the line of their mean, away from the middle, pixels. */
const SEED_OFFSET = { best: -6, last: 6 } as const;

/**
 * One line for each method: mean Dice over seeds ± one deviation at the best validation epoch and at the last one, each
 * seed as a small dot, and the thesis' value.
 *
 * @param results one a method
 * @param options `caption`: data set, split, number of images
 */
export function methodResults(
  results: readonly MethodSpread[],
  { caption }: { caption: readonly string[] },
): Chart {
  const methods = methodsInOrder(results);
  const labels = new Map(results.map((row) => [row.method, `${methodLabel(row)} (n = ${row.seeds})`]));
  const marks = results.flatMap(({ method, best, last, thesis }) => {
    const ours = (source: "best" | "last", spread: Spread | undefined) =>
      spread
        ? [{
          source,
          value: spread.mean,
          low: spread.mean - (spread.deviation ?? 0),
          high: spread.mean + (spread.deviation ?? 0),
        }]
        : [];
    const theirs = thesis ? [{ source: "thesis" as const, value: thesis.dice, low: undefined, high: undefined }] : [];
    return [...ours("best", best?.dice), ...ours("last", last?.dice), ...theirs].map((mark) => ({
      ...mark,
      method: labels.get(method)!,
      weights: SOURCES[mark.source].label,
    }));
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
    const y = {
      field: "method",
      type: "nominal" as const,
      title: null,
      scale: { domain: methods.map(({ method }) => labels.get(method)!) }, // a method without a run keeps its line, empty
      axis: { grid: true, domain: false, ticks: false },
    };
    const only = { transform: [{ filter: `datum.source === "${name}"` }] };
    const dots = seeds.filter(({ source }) => source === name);
    const x = { type: "quantitative" as const, title: "mean Dice of the test images", scale };
    return {
      ...only,
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
            yOffset: SOURCES[name].offset + SEED_OFFSET[name],
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
