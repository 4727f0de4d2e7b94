/**
 * Whether D finds the difficulty that synthetic images were made with.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import { signed } from "./difficulty_vs_error.ts";
import { plotData } from "./plot_data.ts";
import { COLOUR, framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

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
