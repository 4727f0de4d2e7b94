/**
 * How difficult the training images are to the model.
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
