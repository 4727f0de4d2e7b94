/**
 * How ε is spread over the images at each update.
 *
 * @module
 */
import type { Chart } from "../vega_lite.ts";
import type { ImageEpsilon } from "./epsilon_trajectories.ts";
import { plotData } from "./plot_data.ts";
import { framed, PLOT_HEIGHT, PLOT_WIDTH } from "./theme.ts";

/** Number of intervals that the range of ε is cut into. */
export const EPSILON_BINS = 20;

/**
 * The share of images in each interval of ε, one column for each update: a histogram seen from above.
 *
 * @param rows one an image and update
 * @param options `range`: [ε_min, ε_max] of the controller
 */
export function epsilonDistribution(
  rows: readonly ImageEpsilon[],
  { range }: { range: readonly [number, number] },
): Chart {
  return framed({
    title: "Distribution of ε at each update",
    caption: ["The darker a cell, the more of the training images have their ε in it."],
  }, {
    width: PLOT_WIDTH,
    height: PLOT_HEIGHT,
    data: plotData(epsilonHistogram(rows, range), ["epoch", "from", "to", "images", "share"]),
    mark: { type: "rect", stroke: "#ffffff", strokeWidth: 0.5 },
    encoding: {
      x: { field: "epoch", type: "ordinal", title: "epoch of the update", axis: { labelAngle: 0, labelOverlap: true } },
      y: { field: "from", type: "quantitative", title: "ε", scale: { domain: [...range], nice: false } },
      y2: { field: "to" },
      color: {
        field: "share",
        type: "quantitative",
        title: ["share of", "images"],
        scale: { range: ["#f7fafc", "#0072B2", "#00263d"], domainMin: 0 },
        legend: { format: ".0%", gradientLength: 120 },
      },
      tooltip: [
        { field: "epoch" },
        { field: "from", title: "ε from", format: ".3f" },
        { field: "to", title: "ε to", format: ".3f" },
        { field: "images" },
        { field: "share", format: ".1%" },
      ],
    },
  });
}

/** Number and share of images in each of {@link EPSILON_BINS} intervals of ε at each update; the last includes its end. */
export function epsilonHistogram(
  rows: readonly ImageEpsilon[],
  [least, most]: readonly [number, number],
): { epoch: number; from: number; to: number; images: number; share: number }[] {
  const width = (most - least) / EPSILON_BINS;
  return [...Map.groupBy(rows, (row) => row.epoch)].sort(([a], [b]) => a - b).flatMap(([epoch, group]) => {
    const counts = new Array<number>(EPSILON_BINS).fill(0);
    for (const { epsilon } of group) {
      const bin = width > 0 ? Math.floor((epsilon - least) / width) : 0;
      counts[Math.min(Math.max(bin, 0), EPSILON_BINS - 1)]++;
    }
    return counts.map((images, i) => ({
      epoch,
      from: least + i * width,
      to: least + (i + 1) * width,
      images,
      share: images / group.length,
    }));
  });
}
