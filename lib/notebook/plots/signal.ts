/**
 * Whether it is the size of ε that counts or who gets how much, and whether a signal knows which images are hard.
 *
 * @module
 */
import type { EpsilonResponse, SignalUpdateResult } from "../../results/epsilon_response.ts";
import { mean } from "../../statistics/mean.ts";
import type { Chart } from "../vega_lite.ts";
import { COLOUR, framed, methodLabel, type NamedMethod, orderedColours, plotData } from "./theme.ts";

/** One run. */
type EpsilonResponsePoint = NamedMethod & Omit<EpsilonResponse, "title">;

/** One update of one run. */
type SignalUpdate = NamedMethod & Omit<SignalUpdateResult, "title">;

const KINDS = { uniform: "one ε for all images", own: "an ε for each image" } as const;

/**
 * A mark a run, a larger one a method's mean over seeds, and a line through the methods that give all images the same ε:
 * where the others lie on it, it is the size of ε that counts, and not who gets how much.
 *
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
    epsilon: mean(ofMethod.map(({ epsilon }) => epsilon)),
    dice: mean(ofMethod.map(({ dice }) => dice)),
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

/**
 * Two panels over the epochs, a line a method, mean over seeds: ρ of the signal and the error, and the share of the worst
 * tenth that is taken for easy. Where a signal knew nothing the first were 0 and the second ½ (dashed).
 *
 * @param options `caption`: images and seeds
 */
export function signalError(updates: readonly SignalUpdate[], { caption }: { caption: readonly string[] }): Chart {
  const rows = updates.map((row) => ({ ...row, method: methodLabel(row) }));
  const domain = [...new Set(rows.map(({ method }) => method))];
  const color = {
    field: "method",
    type: "nominal" as const,
    title: null,
    scale: { domain, range: orderedColours(domain.length) },
    legend: { orient: "bottom" as const, columns: 2, symbolType: "stroke" as const },
  };
  const panel = (field: "correlation" | "worstBelowMedian", title: string, chance: number) => {
    const y = { type: "quantitative" as const, title, scale: { zero: false, nice: true } };
    return {
      ...{ width: 210, height: 220 },
      layer: [
        {
          data: { values: [{ chance }] },
          mark: { type: "rule" as const, color: COLOUR.reference, strokeDash: [4, 4] },
          encoding: { y: { ...y, field: "chance" } },
        },
        {
          data: plotData(rows, ["method", "epoch", field]),
          mark: { type: "line" as const, point: true },
          encoding: {
            x: { field: "epoch", type: "quantitative" as const, title: "epoch", axis: { tickMinStep: 1, format: "d" } },
            y: { ...y, field, aggregate: "mean" as const },
            color,
            tooltip: [{ field: "method" }, { field: "epoch" }, { field, aggregate: "mean" as const, format: ".3f" }],
          },
        },
      ],
    };
  };
  return framed({ title: "Does the signal know which images are hard?", caption: [...caption, "Means over seeds."] }, {
    hconcat: [
      panel("correlation", "ρ of signal and error", 0),
      panel("worstBelowMedian", "worst tenth with ε below the median", 0.5),
    ],
    spacing: 24,
  });
}
