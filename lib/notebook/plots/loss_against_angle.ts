/**
 * Figure 1 of the thesis: the shape of PolyDice-1 for several ε.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { lineAxes, orderedLines } from "./ordered_lines.ts";
import { plotData } from "./plot_data.ts";
import { framed, PLOT_HEIGHT, PLOT_WIDTH, REFERENCE_LINE } from "./theme.ts";

/** One point of a curve: the loss (no unit) of one image at an angle θ in radians for one ε. */
export interface LossAtAngle {
  readonly epsilon: number;
  readonly angle: number;
  readonly loss: number;
}

/**
 * PolyDice-1 loss against θ, one line for each ε, at a fixed scale s (eq. 5, Figure 1). The Dice loss 1 − s·cos θ at the
 * same angles can be given and is dashed.
 *
 * @param rows points of the curves; lines are joined in order of the angle
 * @param options `scale`: the s that the losses were computed at; `dice`: points of the Dice loss
 */
export function lossAgainstAngle(
  rows: readonly LossAtAngle[],
  { scale, dice = [] }: { scale: number; dice?: readonly Omit<LossAtAngle, "epsilon">[] },
): Chart {
  const x = { field: "angle", title: "angle θ (rad)", format: ".3f" } as const;
  const y = { field: "loss", title: "loss of one image", format: ".4f" } as const;
  return framed({
    title: `PolyDice-1 loss against θ (s = ${scale})`,
    caption: [
      "Eq. 5, Figure 1 of the thesis: a larger ε makes the loss steeper, a negative one flatter.",
      ...(dice.length > 0 ? ["Dashed: the Dice loss 1 − s·cos θ, which ε = 0 follows while θ is small."] : []),
    ],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      orderedLines({ rows, x, y, by: { field: "epsilon", title: "ε" } }),
      ...(dice.length > 0
        ? [{ data: plotData(dice, ["angle", "loss"]), mark: REFERENCE_LINE, encoding: lineAxes(x, y) }]
        : []),
    ],
  });
}
