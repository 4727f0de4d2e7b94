/**
 * The Taylor polynomials of the Dice loss, by order.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { lineAxes, orderedLines } from "./ordered_lines.ts";
import { plotData } from "./plot_data.ts";
import { framed, PLOT_HEIGHT, PLOT_WIDTH, REFERENCE_LINE } from "./theme.ts";

/** One point of a curve: the loss of order K at an angle θ in radians. */
export interface LossOfOrder {
  readonly order: number;
  readonly angle: number;
  readonly loss: number;
}

/**
 * PolyDice of order K against θ, one line for each K (eq. 4), with the Dice loss that they approach.
 *
 * @param rows points of the curves
 * @param options `scale`: the s that the losses were computed at; `dice`: points of 1 − s·cos θ
 */
export function diceApproximations(
  rows: readonly LossOfOrder[],
  { scale, dice }: { scale: number; dice: readonly Omit<LossOfOrder, "order">[] },
): Chart {
  const x = { field: "angle", title: "angle θ (rad)", format: ".3f" } as const;
  const y = { field: "loss", title: "loss of one image", format: ".5f" } as const;
  return framed({
    title: `PolyDice of order K approaches the Dice loss (s = ${scale})`,
    caption: ["Eq. 4 cut off after K terms. Dashed: the Dice loss 1 − s·cos θ."],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      orderedLines({ rows, x, y, by: { field: "order", title: "order K" }, smallestFirst: true }),
      { data: plotData(dice, ["angle", "loss"]), mark: REFERENCE_LINE, encoding: lineAxes(x, y) },
    ],
  });
}
