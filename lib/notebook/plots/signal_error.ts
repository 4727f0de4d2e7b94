/**
 * How well signals tell which training images are hard, while a network learns.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, methodLabel, type NamedMethod, orderedColours } from "./theme.ts";

/** One update of one run. */
export interface SignalUpdate extends NamedMethod {
  readonly seed: number;
  readonly epoch: number;
  /** Spearman's ρ of the signal and the error. */
  readonly correlation: number;
  /** Share of the worst tenth of the images that gets an ε below the median. */
  readonly worstBelowMedian: number;
}

const PANEL = { width: 210, height: 220 } as const;

/**
 * Two panels over the epochs, a line a method, mean over seeds: ρ of the signal and the error, and the share of the worst
 * tenth that is taken for easy. Where a signal knew nothing the first were 0 and the second ½ (dashed).
 *
 * @param updates one row a run and update
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
      ...PANEL,
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
