/**
 * Figure 1 of the thesis and its relatives: the losses and their slope against the angle between prediction and mask, and
 * how far two of the thesis' equations are from the Dice loss: its Taylor polynomials (eq. 4) and its parts (eq. 2).
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { COLOUR, framed, orderedColours, PLOT_SIZE, plotData, REFERENCE_LINE } from "./theme.ts";

const ANGLE = { field: "angle", title: "angle θ (rad)", format: ".3f" } as const;
const GRADIENT = { field: "gradient", title: "dL/dθ (loss per rad)", format: ".4f" } as const;

/** One point of a curve: the loss (no unit) of one image at an angle θ in radians. */
interface LossAtAngle {
  readonly angle: number;
  readonly loss: number;
}

/** One point of a curve: dL/dθ (loss per radian) at an angle θ in radians for one ε. */
interface GradientAtAngle {
  readonly epsilon: number;
  readonly angle: number;
  readonly gradient: number;
}

/**
 * PolyDice-1 loss against θ, one line for each ε, at a fixed scale s (eq. 5, Figure 1). The Dice loss 1 − s·cos θ at the
 * same angles can be given and is dashed.
 *
 * @param options `scale`: the s that the losses were computed at; `dice`: points of the Dice loss
 */
export function lossAgainstAngle(
  rows: readonly (LossAtAngle & { readonly epsilon: number })[],
  { scale, dice = [] }: { scale: number; dice?: readonly LossAtAngle[] },
): Chart {
  const y = { field: "loss", title: "loss of one image", format: ".4f" } as const;
  return framed({
    title: `PolyDice-1 loss against θ (s = ${scale})`,
    caption: [
      "Eq. 5, Figure 1 of the thesis: a larger ε makes the loss steeper, a negative one flatter.",
      ...(dice.length > 0 ? ["Dashed: the Dice loss 1 − s·cos θ, which ε = 0 follows while θ is small."] : []),
    ],
  }, {
    ...PLOT_SIZE,
    layer: [
      orderedLines({ rows, x: ANGLE, y, by: { field: "epsilon", title: "ε" } }),
      ...(dice.length > 0
        ? [{ data: plotData(dice, ["angle", "loss"]), mark: REFERENCE_LINE, encoding: lineAxes(ANGLE, y) }]
        : []),
    ],
  });
}

/** dL/dθ against θ, one line for each ε, at a fixed scale s: by eq. 5 the straight lines s(1 + 2ε)θ. */
export function gradientAgainstAngle(rows: readonly GradientAtAngle[], { scale }: { scale: number }): Chart {
  return framed({
    title: `Gradient of PolyDice-1 against θ (s = ${scale})`,
    caption: ["By eq. 5, dL/dθ = s(1 + 2ε)θ: the same error pulls harder on an image with a larger ε."],
  }, { ...PLOT_SIZE, ...orderedLines({ rows, x: ANGLE, y: GRADIENT, by: { field: "epsilon", title: "ε" } }) });
}

/** dL/dθ against ε, one line for each angle θ, at a fixed scale s: linear in ε, and zero at ε = −½ for every angle. */
export function gradientAgainstEpsilon(rows: readonly GradientAtAngle[], { scale }: { scale: number }): Chart {
  const x = { field: "epsilon", title: "ε", format: ".3f" } as const;
  return framed({
    title: `Gradient of PolyDice-1 against ε (s = ${scale})`,
    caption: ["One line for each angle. From ε = 0 to ε = 0.5, the thesis' range, every gradient doubles."],
  }, { ...PLOT_SIZE, ...orderedLines({ rows, x, y: GRADIENT, by: { ...ANGLE, title: "θ (rad)" } }) });
}

/**
 * PolyDice of order K against θ, one line for each K (eq. 4), with the Dice loss that they approach.
 *
 * @param options `scale`: the s that the losses were computed at; `dice`: points of 1 − s·cos θ
 */
export function diceApproximations(
  rows: readonly (LossAtAngle & { readonly order: number })[],
  { scale, dice }: { scale: number; dice: readonly LossAtAngle[] },
): Chart {
  const y = { field: "loss", title: "loss of one image", format: ".5f" } as const;
  return framed({
    title: `PolyDice of order K approaches the Dice loss (s = ${scale})`,
    caption: ["Eq. 4 cut off after K terms. Dashed: the Dice loss 1 − s·cos θ."],
  }, {
    ...PLOT_SIZE,
    layer: [
      orderedLines({ rows, x: ANGLE, y, by: { field: "order", title: "order K" }, smallestFirst: true }),
      { data: plotData(dice, ["angle", "loss"]), mark: REFERENCE_LINE, encoding: lineAxes(ANGLE, y) },
    ],
  });
}

/** Errors below this are drawn here: a logarithmic axis has no zero, and float32 losses are no finer. */
export const SMALLEST_ERROR = 1e-9;

/** The largest |PolyDice-K − Dice| over all angles against the order K (eq. 4), on a logarithmic axis. */
export function approximationError(rows: readonly { readonly order: number; readonly error: number }[]): Chart {
  const drawn = rows.map((row) => ({ ...row, error: Math.max(row.error, SMALLEST_ERROR) }));
  return framed({
    title: "Largest distance between PolyDice of order K and Dice",
    caption: [
      "Over all angles from 0 to π/2. Dashed: 1e-5, below which the project's tests hold K = 8.",
      ...(rows.some((row) => row.error < SMALLEST_ERROR) ? [`Errors below ${SMALLEST_ERROR} are drawn there.`] : []),
    ],
  }, {
    ...PLOT_SIZE,
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
  const reading = { field: "reading", type: "nominal", title: "eq. 2" } as const;
  const pairs = rows.length / Math.max(new Set(rows.map((row) => row.form)).size, 1);
  return framed({
    title: "Distance of eq. 2 from eq. 1, as printed and corrected",
    caption: [`${pairs} random pairs of prediction and mask; float32 rounds at about 1e-7.`],
  }, {
    ...PLOT_SIZE,
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
      color: { ...reading, scale: { domain: Object.values(FORMS), range: [COLOUR.emphasis, COLOUR.plain] } },
      shape: { ...reading, scale: { domain: Object.values(FORMS), range: ["triangle-up", "circle"] } },
      tooltip: [
        { field: "reading", title: "eq. 2" },
        { field: "dice", title: "Dice loss", format: ".4f" },
        { field: "residual", title: "residual", format: ".2e" },
      ],
    },
  });
}

/** A column of the rows: its name, its title with unit, and its number format in tooltips. */
interface Quantity<Row> {
  readonly field: keyof Row & string;
  readonly title: string;
  readonly format?: string;
}

/** What {@link orderedLines} draws. */
interface LineFamily<Row> {
  readonly rows: readonly Row[];
  readonly x: Quantity<Row>;
  readonly y: Quantity<Row>;
  /** The parameter: one line and one colour for each of its values. */
  readonly by: Quantity<Row>;
  /** Whether the first value of the legend is the smallest. Default: the largest, as lines lie in the plot. */
  readonly smallestFirst?: boolean;
}

/**
 * A layer of lines, one for each value of an ordered parameter, coloured from dark (smallest) to light green (largest) and
 * joined in order of x. The x axis ends with the data and the y axis need not hold zero.
 */
export function orderedLines<Row extends object>({ rows, x, y, by, smallestFirst = false }: LineFamily<Row>) {
  const values = [...new Set(rows.map((row) => Number(row[by.field])))].sort((a, b) => a - b);
  return {
    data: plotData(rows, [x.field, y.field, by.field]),
    mark: { type: "line" as const },
    encoding: {
      ...lineAxes(x, y),
      color: {
        field: by.field,
        type: "ordinal" as const,
        title: by.title,
        scale: { domain: values, range: orderedColours(values.length) },
        legend: {
          values: smallestFirst ? values : values.toReversed(),
          symbolType: "stroke" as const,
          labelExpr: "format(datum.value, '.3~g')", // with a true minus sign
        },
      },
      tooltip: [by, x, y].map(({ field, title, format }) => ({ field, title, ...(format ? { format } : {}) })),
    },
  };
}

/** The two axes of {@link orderedLines}, for layers that are drawn over it. */
export function lineAxes<Row>(x: Quantity<Row>, y: Quantity<Row>) {
  return {
    x: { field: x.field, type: "quantitative" as const, title: x.title, scale: { nice: false } },
    y: { field: y.field, type: "quantitative" as const, title: y.title, scale: { zero: false } },
  };
}
