/**
 * How difficult the images are to the model, and whether the difficult ones are those that it gets wrong.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

/** One image's difficulty D (eq. 8), the mean mutual information over its mask, in nats. */
export interface ImageDifficultyRow {
  readonly id: string;
  readonly difficulty: number;
}

/** Most bars of the histogram. */
const MOST_BINS = 40;

/**
 * Histogram of D over a set of images, with the percentile D_p that eq. 9 measures from.
 *
 * @param rows one an image
 * @param options `percentile`: p in [0, 100]; `percentileDifficulty`: D_p in nats; `epoch`: when D was estimated
 */
export function difficultyDistribution(
  rows: readonly ImageDifficultyRow[],
  { percentile, percentileDifficulty, epoch }: { percentile: number; percentileDifficulty: number; epoch?: number },
): Chart {
  const mark = [{ difficulty: percentileDifficulty, label: `${percentile}th percentile` }];
  const axis = { format: ".3~g", tickCount: 8, labelOverlap: "greedy", labelSeparation: 12 } as const;
  const difficulty = { field: "difficulty", type: "quantitative", title: "difficulty D (nats)", axis } as const;
  return framed({
    title: `Distribution of the difficulty D${epoch === undefined ? "" : ` at epoch ${epoch}`}`,
    caption: [
      `${rows.length} images. Eq. 9 measures from the dashed line: images to its right get an ε in the upper half of its range.`,
    ],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    layer: [
      {
        data: plotData(rows, ["difficulty"]),
        mark: { type: "bar", color: COLOUR.plain, opacity: 0.85 },
        encoding: {
          x: { ...difficulty, bin: { maxbins: MOST_BINS } },
          y: { aggregate: "count", type: "quantitative", title: "images", axis: { tickMinStep: 1 } },
          tooltip: [
            { field: "difficulty", bin: { maxbins: MOST_BINS }, title: "D (nats)" },
            { aggregate: "count", title: "images" },
          ],
        },
      },
      {
        data: plotData(mark, ["difficulty", "label"]),
        mark: { type: "rule", color: COLOUR.emphasis, strokeWidth: 2, strokeDash: [5, 3] },
        encoding: { x: difficulty },
      },
      {
        data: plotData(mark, ["difficulty", "label"]),
        mark: { type: "text", align: "left", baseline: "bottom", dx: 4, color: COLOUR.emphasis, fontWeight: 600 },
        encoding: { x: difficulty, y: { value: -3 }, text: { field: "label" } },
      },
    ],
  });
}

/** One image: its difficulty D in nats and the Dice coefficient of its prediction. */
export interface DifficultyErrorRow {
  readonly id: string;
  readonly difficulty: number;
  readonly dice: number;
}

/**
 * The error 1 − Dice of each image against its difficulty D.
 *
 * @param rows one an image
 * @param options `spearman`: rank correlation of D and 1 − Dice, in [−1, 1]; `images`: which ones they are, as in "test"
 */
export function difficultyVsError(
  rows: readonly DifficultyErrorRow[],
  { spearman, images }: { spearman: number; images?: string },
): Chart {
  const points = rows.map(({ id, difficulty, dice }) => ({ id, difficulty, error: 1 - dice }));
  return framed({
    title: "Difficulty D against the error of the prediction",
    caption: [`Spearman's rank correlation ${signed(spearman)}; ${rows.length} ${images ? `${images} ` : ""}images.`],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: plotData(points, ["id", "difficulty", "error"]),
    mark: { type: "point", color: COLOUR.plain, opacity: 0.6 },
    encoding: {
      x: { field: "difficulty", type: "quantitative", title: "difficulty D (nats)", scale: { zero: false } },
      y: { field: "error", type: "quantitative", title: "1 − Dice", scale: { domain: [0, 1] } },
      tooltip: [
        { field: "id", title: "image id" },
        { field: "difficulty", title: "D (nats)", format: ".4f" },
        { field: "error", title: "1 − Dice", format: ".4f" },
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

/** One synthetic image: D in nats, and the difficulty in [0, 1] that it was made with. */
export interface DifficultyTruthRow {
  readonly id: string;
  readonly difficulty: number;
  readonly trueDifficulty: number;
}

/**
 * The estimate D of each synthetic image against the difficulty that it was made with.
 *
 * @param options `spearman`: rank correlation of the two, in [−1, 1]
 */
export function difficultyVsTruth(rows: readonly DifficultyTruthRow[], { spearman }: { spearman: number }): Chart {
  return framed({
    title: "Estimated against true difficulty",
    caption: [`Spearman's rank correlation ${signed(spearman)}; ${rows.length} synthetic images.`],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: plotData(rows, ["id", "difficulty", "trueDifficulty"]),
    mark: { type: "point", color: COLOUR.plain, opacity: 0.6 },
    encoding: {
      x: {
        field: "trueDifficulty",
        type: "quantitative",
        title: "difficulty that the image was made with",
        scale: { domain: [0, 1] },
      },
      y: { field: "difficulty", type: "quantitative", title: "estimated difficulty D (nats)" },
      tooltip: [
        { field: "id", title: "image id" },
        { field: "trueDifficulty", title: "true", format: ".3f" },
        { field: "difficulty", title: "D (nats)", format: ".4f" },
      ],
    },
  });
}
