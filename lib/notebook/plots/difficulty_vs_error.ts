/**
 * Whether D tells which images the model gets wrong.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

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
