/**
 * How hard PolyDice-1 pulls at an angle.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { orderedLines } from "./ordered_lines.ts";
import { framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

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
