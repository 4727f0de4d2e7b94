/**
 * Whether eq. 2 holds, as printed and as corrected.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

/** One random pair of prediction and mask under one reading of eq. 2. */
export interface DecompositionResidual {
  /** `printed`: s and θ as the thesis prints them; `corrected`: as they must be for eq. 2 to be eq. 1. */
  readonly form: "printed" | "corrected";
  /** The Dice loss of the pair by eq. 1. */
  readonly dice: number;
  /** |eq. 1 − eq. 2|. */
  readonly residual: number;
}

/** Residuals below this are drawn here: a logarithmic axis has no zero. */
export const SMALLEST_RESIDUAL = 1e-9;

const FORMS = { printed: "as printed", corrected: "corrected" } as const;

/** |eq. 1 − eq. 2| of each pair against its Dice loss, for both readings of eq. 2, on a logarithmic axis. */
export function decompositionResidual(rows: readonly DecompositionResidual[]): Chart {
  const drawn = rows.map(({ form, dice, residual }) => ({
    reading: FORMS[form],
    dice,
    residual: Math.max(residual, SMALLEST_RESIDUAL),
  }));
  const pairs = rows.length / Math.max(new Set(rows.map((row) => row.form)).size, 1);
  return framed({
    title: "Distance of eq. 2 from eq. 1, as printed and corrected",
    caption: [`${pairs} random pairs of prediction and mask; float32 rounds at about 1e-7.`],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: plotData(drawn, ["reading", "dice", "residual"]),
    mark: { type: "point", opacity: 0.7 },
    encoding: {
      x: { field: "dice", type: "quantitative", title: "Dice loss by eq. 1", scale: { domain: [0, 1] } },
      y: {
        field: "residual",
        type: "quantitative",
        title: "|eq. 1 − eq. 2|",
        scale: { type: "log", domain: [SMALLEST_RESIDUAL, 1] },
        axis: { format: ".0e", values: [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1] },
      },
      color: {
        field: "reading",
        type: "nominal",
        title: "eq. 2",
        scale: { domain: Object.values(FORMS), range: [COLOUR.emphasis, COLOUR.plain] },
      },
      shape: {
        field: "reading",
        type: "nominal",
        title: "eq. 2",
        scale: { domain: Object.values(FORMS), range: ["triangle-up", "circle"] },
      },
      tooltip: [
        { field: "reading", title: "eq. 2" },
        { field: "dice", title: "Dice loss", format: ".4f" },
        { field: "residual", title: "residual", format: ".2e" },
      ],
    },
  });
}
