/**
 * The control function from difficulty to ε.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { lineAxes, orderedLines } from "./ordered_lines.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

/** One point of a curve: ε at a normalised difficulty (in standard deviations from D_p) for one slope k. */
export interface ControllerPoint {
  readonly slope: number;
  readonly normalized: number;
  readonly epsilon: number;
}

/**
 * ε against D_norm, one line for each slope k (eqs. 10 and 11).
 *
 * @param rows points of the curves
 * @param options `images`: the images of one update, each a dot at its own D_norm and ε
 */
export function controllerCurve(
  rows: readonly ControllerPoint[],
  { images = [] }: { images?: readonly { readonly normalized: number; readonly epsilon: number }[] } = {},
): Chart {
  const x = {
    field: "normalized",
    title: "normalised difficulty D_norm (standard deviations above the percentile)",
    format: ".2f",
  } as const;
  const y = { field: "epsilon", title: "ε", format: ".3f" } as const;
  return framed({
    title: "The controller: ε against the normalised difficulty",
    caption: [
      "Eqs. 10 and 11. At the percentile ε is the middle of its range for every slope k.",
      ...(images.length > 0 ? [`Dots: the ${images.length} training images of one update.`] : []),
    ],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      orderedLines({ rows, x, y, by: { field: "slope", title: "slope k" } }),
      ...(images.length > 0
        ? [{
          data: plotData(images, ["normalized", "epsilon"]),
          mark: { type: "point" as const, color: COLOUR.emphasis, opacity: 0.5, size: 30 },
          encoding: {
            ...lineAxes(x, y),
            tooltip: [x, y].map(({ field, title, format }) => ({ field, title, format })),
          },
        }]
        : []),
    ],
  });
}
