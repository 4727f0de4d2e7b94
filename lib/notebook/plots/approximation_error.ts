/**
 * How fast the Taylor polynomials reach the Dice loss.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

/** The largest |PolyDice-K − Dice| over some angles, for one order K. */
export interface ErrorOfOrder {
  readonly order: number;
  readonly error: number;
}

/** Errors below this are drawn here: a logarithmic axis has no zero, and float32 losses are no finer. */
export const SMALLEST_ERROR = 1e-9;

/** The largest error of PolyDice over all angles against its order K (eq. 4), on a logarithmic axis. */
export function approximationError(rows: readonly ErrorOfOrder[]): Chart {
  const drawn = rows.map((row) => ({ ...row, error: Math.max(row.error, SMALLEST_ERROR) }));
  return framed({
    title: "Largest distance between PolyDice of order K and Dice",
    caption: [
      "Over all angles from 0 to π/2. Dashed: 1e-5, which the law asks of K = 8.",
      ...(rows.some((row) => row.error < SMALLEST_ERROR) ? [`Errors below ${SMALLEST_ERROR} are drawn there.`] : []),
    ],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      {
        data: plotData(drawn, ["order", "error"]),
        mark: { type: "line", color: COLOUR.plain, point: { size: 60, color: COLOUR.plain } },
        encoding: {
          x: { field: "order", type: "ordinal", title: "order K", axis: { labelAngle: 0 } },
          y: {
            field: "error",
            type: "quantitative",
            title: "largest |PolyDice-K − Dice|",
            scale: { type: "log" },
            axis: { format: ".0e", values: Array.from({ length: 10 }, (_, power) => 10 ** -power) },
          },
          tooltip: [{ field: "order", title: "K" }, { field: "error", title: "largest error", format: ".2e" }],
        },
      },
      {
        data: { values: [{ law: 1e-5 }] },
        mark: { type: "rule", strokeDash: [4, 4], color: COLOUR.reference },
        encoding: { y: { field: "law", type: "quantitative" } },
      },
    ],
  });
}
