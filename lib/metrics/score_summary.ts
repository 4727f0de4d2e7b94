/**
 * The scores of many images in a few numbers.
 *
 * @module
 */
import { mean } from "../statistics/mean.ts";
import { type MeanInterval, meanInterval } from "../statistics/bootstrap.ts";
import { orderCorrelation } from "../statistics/correlation.ts";
import { METRIC_NAMES, type MetricName } from "./metric_names.ts";

/** Scores of one image; with `difficulty` and `entropy` where stochastic passes were made. */
export interface ImageScores extends Readonly<Record<MetricName, number>> {
  /** The image. */
  readonly id: string;
  /** Share of the image that is lesion in the mask. */
  readonly foreground: number;
  /** D of eq. 8 over the mask's lesion, nats. */
  readonly difficulty?: number;
  /** Mean predictive entropy over the image, nats. */
  readonly entropy?: number;
}

/** Means over images, and whether uncertainty and error go together. */
export interface ScoreSummary {
  /** Number of images. */
  readonly images: number;
  /** Mean of each metric over the images with its bootstrap interval. */
  readonly metrics: Readonly<Record<MetricName, MeanInterval>>;
  /** Only where there were stochastic passes. */
  readonly uncertainty?: {
    /** Mean D, nats. */
    readonly difficulty: number;
    /** Mean entropy, nats. */
    readonly entropy: number;
    /** Spearman's ρ of D and 1 − Dice; NaN where one of them is constant. */
    readonly difficultyError: number;
    /** Spearman's ρ of the entropy and 1 − Dice; NaN where one of them is constant. */
    readonly entropyError: number;
  };
}

/**
 * Summarises the scores of images.
 *
 * @throws {RangeError} if there is no image
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const scores = { id: "a", dice: 0.5, iou: 1 / 3, precision: 0.5, recall: 0.5, foreground: 0.1 };
 * assertEquals(summarizeScores([scores]).metrics.dice, { mean: 0.5, low: 0.5, high: 0.5 });
 * ```
 */
export function summarizeScores(scores: readonly ImageScores[]): ScoreSummary {
  if (scores.length === 0) throw new RangeError("Cannot summarise scores: expected at least one image, found none");
  const metrics = Object.fromEntries(
    METRIC_NAMES.map((name) => [name, meanInterval(scores.map((image) => image[name]))]),
  ) as ScoreSummary["metrics"];
  const column = (name: "difficulty" | "entropy") =>
    scores.flatMap((image) => image[name] === undefined ? [] : [image[name]]);
  const [difficulties, entropies] = [column("difficulty"), column("entropy")];
  if (difficulties.length < scores.length || entropies.length < scores.length) {
    return { images: scores.length, metrics };
  }
  const errors = scores.map(({ dice }) => 1 - dice);
  return {
    images: scores.length,
    metrics,
    uncertainty: {
      difficulty: mean(difficulties),
      entropy: mean(entropies),
      difficultyError: orderCorrelation(difficulties, errors),
      entropyError: orderCorrelation(entropies, errors),
    },
  };
}
