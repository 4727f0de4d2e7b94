/**
 * Dice against the size of ε.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, methodLabel, type NamedMethod, orderedColours } from "./theme.ts";

/** One run; an `EpsilonResponse` of `lib/results/epsilon_response.ts` is one. */
export interface EpsilonResponsePoint extends NamedMethod {
  readonly seed: number;
  /** Mean ε of the training images. */
  readonly epsilon: number;
  readonly dice: number;
  /** Whether every image has the same ε. */
  readonly uniform: boolean;
}

const KINDS = { uniform: "one ε for all images", own: "an ε for each image" } as const;

/**
 * A mark a run, a larger one a method's mean over seeds, and a line through the methods that give all images the same ε:
 * where the others lie on it, it is the size of ε that counts, and not who gets how much.
 *
 * @param runs one row a run
 * @param options `caption`: images, epoch, number of seeds
 */
export function epsilonResponse(
  runs: readonly EpsilonResponsePoint[],
  { caption }: { caption: readonly string[] },
): Chart {
  const marks = runs.map((run) => ({
    ...run,
    method: methodLabel(run),
    kind: run.uniform ? KINDS.uniform : KINDS.own,
  }));
  const means = [...Map.groupBy(marks, ({ method }) => method).values()].map((ofMethod) => ({
    ...ofMethod[0],
    epsilon: average(ofMethod.map(({ epsilon }) => epsilon)),
    dice: average(ofMethod.map(({ dice }) => dice)),
  })).sort((a, b) => a.epsilon - b.epsilon);
  const kinds = Object.values(KINDS).filter((kind) => marks.some((mark) => mark.kind === kind));
  const methods = means.map(({ method }) => method);
  const look = {
    color: {
      field: "method",
      type: "nominal" as const,
      title: null,
      scale: { domain: methods, range: orderedColours(methods.length) },
      legend: { orient: "bottom" as const, columns: 2 },
    },
    shape: {
      field: "kind",
      type: "nominal" as const,
      title: null,
      scale: { domain: kinds, range: kinds.map((kind) => kind === KINDS.uniform ? "circle" : "diamond") },
      legend: { orient: "top" as const },
    },
  };
  const fields = ["method", "kind", "seed", "epsilon", "dice"] as const;
  const encoding = {
    x: {
      field: "epsilon",
      type: "quantitative" as const,
      title: "mean ε of the training images, over the epochs",
      scale: { nice: true, zero: false, padding: 10 },
    },
    y: {
      field: "dice",
      type: "quantitative" as const,
      title: "mean Dice of the test images",
      scale: { zero: false, nice: true },
    },
    tooltip: [{ field: "method" }, ...["epsilon", "dice"].map((field) => ({ field, format: ".4f" }))],
  };
  return framed({
    title: "Dice against the size of ε",
    caption: [...caption, "Small: runs; large: means over seeds; line: means with one ε for all images."],
  }, {
    layer: [
      {
        data: plotData(means.filter(({ uniform }) => uniform), fields),
        mark: { type: "line", color: COLOUR.reference, strokeWidth: 1.5, opacity: 0.7 },
        encoding,
      },
      {
        data: plotData(marks, fields),
        mark: { type: "point", size: 18, opacity: 0.35 },
        encoding: { ...encoding, ...look },
      },
      {
        data: plotData(means, fields),
        mark: { type: "point", size: 90, opacity: 1, stroke: "#ffffff", strokeWidth: 1.2 },
        encoding: { ...encoding, ...look },
      },
    ],
  });
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
