/**
 * How far two of the thesis' equations are from the Dice loss: its Taylor polynomials (eq. 4) and its parts (eq. 2).
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

/** Errors below this are drawn here: a logarithmic axis has no zero, and float32 losses are no finer. */
export const SMALLEST_ERROR = 1e-9;

/** The largest |PolyDice-K − Dice| over some angles, for one order K. */
export interface ErrorOfOrder {
  readonly order: number;
  readonly error: number;
}

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

/** One random pair of prediction and mask under one reading of eq. 2. */
export interface DecompositionResidual {
  /** `printed`: s and θ as the thesis prints them; `corrected`: as they must be for eq. 2 to be eq. 1. */
  readonly form: "printed" | "corrected";
  /** The Dice loss of the pair by eq. 1. */
  readonly dice: number;
  /** |eq. 1 − eq. 2|. */
  readonly residual: number;
}

const FORMS = { printed: "as printed", corrected: "corrected" } as const;

/** |eq. 1 − eq. 2| of each pair against its Dice loss, for both readings of eq. 2, on a logarithmic axis. */
export function decompositionResidual(rows: readonly DecompositionResidual[]): Chart {
  const drawn = rows.map(({ form, dice, residual }) => ({
    reading: FORMS[form],
    dice,
    residual: Math.max(residual, SMALLEST_ERROR),
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
        scale: { type: "log", domain: [SMALLEST_ERROR, 1] },
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
