/**
 * The ε of the images: the control function, how ε moves in training, and how it is distributed at each update.
 *
 * @module
 */
import { quantile } from "../../statistics/quantile.ts";
import type { Chart } from "../vega_lite.ts";
import { lineAxes, orderedLines } from "./loss_geometry.ts";
import { COLOUR, framed, PLOT_SIZE, plotData } from "./theme.ts";

/** ε at a normalised difficulty, in standard deviations from D_p. */
interface ControlledEpsilon {
  readonly normalized: number;
  readonly epsilon: number;
}

/**
 * ε against D_norm, one line for each slope k (eqs. 10 and 11).
 *
 * @param options `images`: the images of one update, each a dot at its own D_norm and ε
 */
export function controllerCurve(
  rows: readonly (ControlledEpsilon & { readonly slope: number })[],
  { images = [] }: { images?: readonly ControlledEpsilon[] } = {},
): Chart {
  const title = "normalised difficulty D_norm (standard deviations above the percentile)";
  const x = { field: "normalized", title, format: ".2f" } as const;
  const y = { field: "epsilon", title: "ε", format: ".3f" } as const;
  return framed({
    title: "The controller: ε against the normalised difficulty",
    caption: [
      "Eqs. 10 and 11. At the percentile ε is the middle of its range for every slope k.",
      ...(images.length > 0 ? [`Dots: the ${images.length} training images of one update.`] : []),
    ],
  }, {
    ...PLOT_SIZE,
    layer: [
      orderedLines({ rows, x, y, by: { field: "slope", title: "slope k" } }),
      ...(images.length > 0
        ? [{
          data: plotData(images, ["normalized", "epsilon"]),
          mark: { type: "point" as const, color: COLOUR.emphasis, opacity: 0.5, size: 30 },
          encoding: {
            ...lineAxes(x, y),
            tooltip: [x, y],
          },
        }]
        : []),
    ],
  });
}

/** The ε of one image after one update. */
export interface ImageEpsilon {
  /** Epoch before which the update was made, from 1. */
  readonly epoch: number;
  readonly id: string;
  readonly epsilon: number;
}

/** Most images that get a line of their own; median and quartiles are those of all. */
export const MOST_LINES = 150;

/** Most updates that each get their own tick on the axis. */
const MOST_TICKS = 12;

/**
 * ε of every image over the updates: thin lines, with the median and the band between the quartiles of all images.
 *
 * @param options `range`: [ε_min, ε_max] of the controller, which the axis spans
 */
export function epsilonTrajectories(
  rows: readonly ImageEpsilon[],
  { range }: { range: readonly [number, number] },
): Chart {
  const ids = [...new Set(rows.map((row) => row.id))];
  const count = Math.min(ids.length, MOST_LINES);
  const drawn = new Set(Array.from({ length: count }, (_, i) => ids[Math.floor(i * ids.length / count)]));
  const lines = rows.filter((row) => drawn.has(row.id));
  const summary = quartilesByEpoch(rows);
  const epochs = summary.map((row) => row.epoch);
  const once = epochs.length === 1; // one update: no line to draw, so images are ticks and the band is a bar
  const x = {
    field: "epoch",
    type: "quantitative" as const,
    title: "epoch of the update",
    axis: { format: "d", ...(epochs.length <= MOST_TICKS ? { values: epochs } : { tickMinStep: 1 }) },
    scale: once ? { domain: [epochs[0] - 1, epochs[0] + 1] } : { zero: false, nice: false, padding: 10 },
  };
  const y = { type: "quantitative" as const, title: "ε", scale: { domain: [...range] } };
  return framed({
    title: "ε of every image over the epochs",
    caption: [
      `Thin: ${drawn.size === ids.length ? "each" : drawn.size} of ${ids.length} training images. ` +
      "Thick: median and quartiles of all.",
      "An image keeps its ε from one update (dot) to the next; before the first, every ε is 0.",
    ],
  }, {
    ...{ ...PLOT_SIZE, width: PLOT_SIZE.width + 60 },
    layer: [
      {
        data: plotData(lines, ["epoch", "id", "epsilon"]),
        mark: once
          ? { type: "tick", orient: "horizontal", size: 60, thickness: 0.8, opacity: 0.3, color: COLOUR.plain }
          : { type: "line", strokeWidth: 0.8, opacity: 0.3, color: COLOUR.plain },
        encoding: {
          x,
          y: { ...y, field: "epsilon" },
          detail: { field: "id" },
          tooltip: [
            { field: "id", title: "image id" },
            { field: "epoch" },
            { field: "epsilon", title: "ε", format: ".3f" },
          ],
        },
      },
      {
        data: plotData(summary, ["epoch", "lower", "median", "upper"]),
        mark: once
          ? { type: "rule", color: COLOUR.emphasis, opacity: 0.22, strokeWidth: 60, strokeCap: "butt" }
          : { type: "area", color: COLOUR.emphasis, opacity: 0.22 },
        encoding: { x, y: { ...y, field: "lower" }, y2: { field: "upper" } },
      },
      {
        data: plotData(summary, ["epoch", "lower", "median", "upper"]),
        mark: { type: "line", strokeWidth: 2.5, color: COLOUR.emphasis, point: { size: 50, color: COLOUR.emphasis } },
        encoding: {
          x,
          y: { ...y, field: "median" },
          tooltip: [
            { field: "epoch" },
            { field: "lower", title: "lower quartile", format: ".3f" },
            { field: "median", format: ".3f" },
            { field: "upper", title: "upper quartile", format: ".3f" },
          ],
        },
      },
    ],
  });
}

/** Median and quartiles of ε at each update, by linear interpolation. */
export function quartilesByEpoch(rows: readonly ImageEpsilon[]) {
  return [...Map.groupBy(rows, (row) => row.epoch)]
    .sort(([a], [b]) => a - b)
    .map(([epoch, group]) => {
      const epsilons = group.map((row) => row.epsilon);
      const [lower, median, upper] = [0.25, 0.5, 0.75].map((fraction) => quantile(epsilons, fraction));
      return { epoch, lower, median, upper };
    });
}

/** Number of intervals that the range of ε is cut into. */
export const EPSILON_BINS = 20;

/**
 * The share of images in each interval of ε, one column for each update: a histogram seen from above.
 *
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
    ...PLOT_SIZE,
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
) {
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
