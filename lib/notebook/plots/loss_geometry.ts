/**
 * Figure 1 of the thesis and its relatives: the losses and their slope against the angle between prediction and mask.
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

/** One point of a curve: dL/dθ (loss per radian) at an angle θ in radians for one ε. */
export interface GradientAtAngle {
  readonly epsilon: number;
  readonly angle: number;
  readonly gradient: number;
}

/** dL/dθ against θ, one line for each ε, at a fixed scale s: by eq. 5 the straight lines s(1 + 2ε)θ. */
export function gradientAgainstAngle(rows: readonly GradientAtAngle[], { scale }: { scale: number }): Chart {
  return framed({
    title: `Gradient of PolyDice-1 against θ (s = ${scale})`,
    caption: ["By eq. 5, dL/dθ = s(1 + 2ε)θ: the same error pulls harder on an image with a larger ε."],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    ...orderedLines({
      rows,
      x: { field: "angle", title: "angle θ (rad)", format: ".3f" },
      y: { field: "gradient", title: "dL/dθ (loss per rad)", format: ".4f" },
      by: { field: "epsilon", title: "ε" },
    }),
  });
}

/** dL/dθ against ε, one line for each angle θ, at a fixed scale s: linear in ε, and zero at ε = −½ for every angle. */
export function gradientAgainstEpsilon(rows: readonly GradientAtAngle[], { scale }: { scale: number }): Chart {
  return framed({
    title: `Gradient of PolyDice-1 against ε (s = ${scale})`,
    caption: ["One line for each angle. From ε = 0 to ε = 0.5, the thesis' range, every gradient doubles."],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    ...orderedLines({
      rows,
      x: { field: "epsilon", title: "ε", format: ".3f" },
      y: { field: "gradient", title: "dL/dθ (loss per rad)", format: ".4f" },
      by: { field: "angle", title: "θ (rad)", format: ".3f" },
    }),
  });
}

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
