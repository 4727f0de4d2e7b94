/**
 * How ε scales the pull of PolyDice-1.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import type { GradientAtAngle } from "./gradient_against_angle.ts";
import { orderedLines } from "./ordered_lines.ts";
import { framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

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
