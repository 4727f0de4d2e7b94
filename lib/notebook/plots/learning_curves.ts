/**
 * How training went: loss and validation Dice by epoch.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { framed, methodLabel, methodScales, type NamedMethod, plotData } from "./theme.ts";

/** One epoch of a run, from 1: mean loss over its training images, mean Dice over the validation images. */
interface EpochPoint {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly valDice: number;
}

/** One run: its method, its seed and what happened by epoch. */
export interface TrainingCurve extends NamedMethod {
  readonly seed: number;
  readonly history: readonly EpochPoint[];
}

/**
 * Training loss (left) and validation Dice (right) against the epoch, one colour and dash for each method. With several
 * seeds, each run is a thin line and the mean over seeds a thick one. A dot marks each run's best validation epoch.
 */
export function learningCurves(runs: readonly TrainingCurve[]): Chart {
  const seeds = new Set(runs.map((run) => run.seed)).size;
  const scales = methodScales(runs);
  const labelled = runs.map((run) =>
    run.history.map((epoch) => ({ ...epoch, method: methodLabel(run), seed: run.seed }))
  );
  const points = labelled.flat();
  const best = labelled.filter((history) => history.length > 0).map(bestEpoch);
  const several = scales.colour.domain.length > 1;
  const legend = several ? { orient: "bottom", columns: 3, symbolType: "stroke", symbolSize: 300 } as const : null;
  const method = { field: "method", type: "nominal", title: null, legend } as const;
  const color = { ...method, scale: scales.colour };
  const dash = several ? { strokeDash: { ...method, scale: scales.dash } } : {};
  const axis = { tickMinStep: 1, format: "d" };
  const x = { field: "epoch", type: "quantitative", title: "epoch", axis } as const;

  const panel = (field: "trainLoss" | "valDice", title: string, scale: { zero?: boolean; domain?: number[] }) => {
    const data = plotData(points, ["method", "seed", "epoch", field]);
    const y = { field, type: "quantitative" as const, title, scale };
    const shown = [{ field: "method" }, { field: "seed" }, { field: "epoch" }, { field, title, format: ".4f" }];
    return {
      ...{ width: 232, height: 230 },
      layer: [
        {
          data,
          mark: { type: "line" as const, strokeWidth: seeds > 1 ? 1 : 2, opacity: seeds > 1 ? 0.35 : 1 },
          encoding: { x, y, detail: { field: "seed" }, color, ...dash, tooltip: shown },
        },
        ...(seeds > 1
          ? [{
            data,
            mark: { type: "line" as const, strokeWidth: 2.5 },
            encoding: { x, y: { ...y, aggregate: "mean" as const }, color, ...dash },
          }]
          : []),
        ...(field === "valDice"
          ? [{
            data: plotData(best, ["method", "seed", "epoch", field]),
            mark: { type: "point" as const, size: 45, stroke: "#ffffff", strokeWidth: 1, opacity: 1 },
            encoding: { x, y, color, tooltip: shown },
          }]
          : []),
      ],
    };
  };

  return framed({
    title: "Learning curves",
    caption: [
      several
        ? "Losses of different methods have different scales: compare their course, not their height."
        : `${scales.colour.domain[0] ?? "no run"}.`,
      `${seeds > 1 ? `Thick: mean of ${seeds} seeds. ` : "One seed. "}Dot: the best validation epoch.`,
    ],
  }, {
    hconcat: [
      panel("trainLoss", "training loss", { zero: false }),
      panel("valDice", "validation Dice", { domain: [0, 1] }),
    ],
    spacing: 24,
  });
}

/** The epoch with the highest validation Dice, the earliest of equals. */
function bestEpoch<Point extends EpochPoint>(history: readonly Point[]): Point {
  return history.reduce((best, point) => point.valDice > best.valDice ? point : best);
}
