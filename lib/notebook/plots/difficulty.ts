/**
 * How difficult the images are to the model, and whether the difficult ones are those that it gets wrong.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { COLOUR, framed, PLOT_SIZE, plotData, type PlotText } from "./theme.ts";

/** One image's difficulty D (eq. 8), the mean mutual information over its mask, in nats. */
interface ImageDifficultyRow {
  readonly id: string;
  readonly difficulty: number;
}

/** How the histogram is binned. */
const BIN = { maxbins: 40 } as const;

/**
 * Histogram of D over a set of images, with the percentile D_p that eq. 9 measures from.
 *
 * @param options `percentile`: p in [0, 100]; `percentileDifficulty`: D_p in nats; `epoch`: when D was estimated
 */
export function difficultyDistribution(
  rows: readonly ImageDifficultyRow[],
  { percentile, percentileDifficulty, epoch }: { percentile: number; percentileDifficulty: number; epoch?: number },
): Chart {
  const data = plotData([{ difficulty: percentileDifficulty, label: `${percentile}th percentile` }], [
    "difficulty",
    "label",
  ]);
  const axis = { format: ".3~g", tickCount: 8, labelOverlap: "greedy", labelSeparation: 12 } as const;
  const difficulty = { field: "difficulty", type: "quantitative", title: "difficulty D (nats)", axis } as const;
  return framed({
    title: `Distribution of the difficulty D${epoch === undefined ? "" : ` at epoch ${epoch}`}`,
    caption: [
      `${rows.length} images. Eq. 9 measures from the dashed line: images to its right get an ε in the upper half of its range.`,
    ],
  }, {
    ...PLOT_SIZE,
    layer: [
      {
        data: plotData(rows, ["difficulty"]),
        mark: { type: "bar", color: COLOUR.plain, opacity: 0.85 },
        encoding: {
          x: { ...difficulty, bin: BIN },
          y: { aggregate: "count", type: "quantitative", title: "images", axis: { tickMinStep: 1 } },
          tooltip: [{ field: "difficulty", bin: BIN, title: "D (nats)" }, { aggregate: "count", title: "images" }],
        },
      },
      {
        data,
        mark: { type: "rule", color: COLOUR.emphasis, strokeWidth: 2, strokeDash: [5, 3] },
        encoding: { x: difficulty },
      },
      {
        data,
        mark: { type: "text", align: "left", baseline: "bottom", dx: 4, color: COLOUR.emphasis, fontWeight: 600 },
        encoding: { x: difficulty, y: { value: -3 }, text: { field: "label" } },
      },
    ],
  });
}

/**
 * The error 1 − Dice of each image against its difficulty D.
 *
 * @param options `spearman`: rank correlation of D and 1 − Dice, in [−1, 1]; `images`: which ones they are, as in "test"
 */
export function difficultyVsError(
  rows: readonly (ImageDifficultyRow & { readonly dice: number })[],
  { spearman, images }: { spearman: number; images?: string },
): Chart {
  return scatter(
    rows.map(({ id, difficulty, dice }) => ({ id, difficulty, error: 1 - dice })),
    {
      title: "Difficulty D against the error of the prediction",
      caption: [`Spearman's rank correlation ${signed(spearman)}; ${rows.length} ${images ? `${images} ` : ""}images.`],
    },
    { field: "difficulty", title: "difficulty D (nats)", scale: { zero: false }, short: "D (nats)", format: ".4f" },
    { field: "error", title: "1 − Dice", scale: { domain: [0, 1] }, short: "1 − Dice", format: ".4f" },
  );
}

/**
 * The estimate D of each synthetic image against the difficulty in [0, 1] that it was made with.
 *
 * @param options `spearman`: rank correlation of the two, in [−1, 1]
 */
export function difficultyVsTruth(
  rows: readonly (ImageDifficultyRow & { readonly trueDifficulty: number })[],
  { spearman }: { spearman: number },
): Chart {
  return scatter(
    rows,
    {
      title: "Estimated against true difficulty",
      caption: [`Spearman's rank correlation ${signed(spearman)}; ${rows.length} synthetic images.`],
    },
    {
      field: "trueDifficulty",
      title: "difficulty that the image was made with",
      scale: { domain: [0, 1] },
      short: "true",
      format: ".3f",
    },
    { field: "difficulty", title: "estimated difficulty D (nats)", short: "D (nats)", format: ".4f" },
  );
}

/** One axis of a scatter plot, and how its tooltip names and formats the value. */
interface Axis<Row> {
  readonly field: keyof Row & string;
  readonly title: string;
  readonly scale?: { readonly zero?: boolean; readonly domain?: [number, number] };
  readonly short: string;
  readonly format: string;
}

/** A point an image. */
function scatter<Row extends { readonly id: string }>(
  rows: readonly Row[],
  text: PlotText,
  x: Axis<Row>,
  y: Axis<Row>,
): Chart {
  const axis = ({ short: _short, format: _format, ...rest }: Axis<Row>) => ({ ...rest, type: "quantitative" as const });
  return framed(text, {
    ...PLOT_SIZE,
    data: plotData(rows, ["id", x.field, y.field]),
    mark: { type: "point", color: COLOUR.plain, opacity: 0.6 },
    encoding: {
      x: axis(x),
      y: axis(y),
      tooltip: [
        { field: "id", title: "image id" },
        ...[x, y].map(({ field, short, format }) => ({ field, title: short, format })),
      ],
    },
  });
}

/**
 * A correlation with its sign and two digits, or "not defined" for NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([signed(0.5), signed(-0.123)], ["+0.50", "−0.12"]);
 * ```
 */
export function signed(correlation: number): string {
  if (!Number.isFinite(correlation)) return "not defined"; // one image, or values that are all equal
  return `${correlation < 0 ? "−" : "+"}${Math.abs(correlation).toFixed(2)}`;
}
