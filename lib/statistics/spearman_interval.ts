/**
 * How sure a rank correlation over images is.
 *
 * @module
 */
import { randomStream } from "../random/random_stream.ts";
import { quantile } from "./quantile.ts";
import { spearmanCorrelation } from "./spearman_correlation.ts";

/** Options of {@linkcode spearmanInterval}. */
export interface SpearmanIntervalOptions {
  /** How many times the pairs are drawn anew. Default 2000. */
  readonly resamples?: number;
  /** Share of the resampled correlations inside the interval, in (0, 1). Default 0.95. */
  readonly confidence?: number;
  /** Seed of the draws. Default 0. */
  readonly seed?: number;
}

/** A rank correlation and its confidence interval. */
export interface CorrelationInterval {
  /** Spearman's ρ, in [−1, 1]; NaN where one list is constant. */
  readonly correlation: number;
  /** Lower end of the interval; NaN where no draw has a correlation. */
  readonly lower: number;
  /** Upper end of the interval; NaN where no draw has a correlation. */
  readonly upper: number;
}

/**
 * Computes Spearman's ρ and its percentile bootstrap interval: pairs are drawn with replacement, and the middle
 * `confidence` of the correlations of these draws is the interval. Draws in which one list is constant have no correlation
 * and are left out.
 *
 * @param first at least two numbers
 * @param second as many, paired by position
 * @throws {RangeError} if the lengths differ, there are fewer than two pairs, or a value is NaN
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * const { lower, upper } = spearmanInterval([1, 2, 3, 4, 5, 6], [2, 1, 3, 5, 4, 6]);
 * assert(lower > -1 && upper <= 1 && lower < upper);
 * assertEquals(spearmanInterval([1, 2], [5, 5]).lower, NaN);
 * ```
 */
export function spearmanInterval(
  first: readonly number[],
  second: readonly number[],
  { resamples = 2000, confidence = 0.95, seed = 0 }: SpearmanIntervalOptions = {},
): CorrelationInterval {
  const correlation = spearmanCorrelation(first, second);
  const stream = randomStream(seed, "spearman interval");
  const correlations = Array.from({ length: resamples }, () => {
    const drawn = first.map(() => stream.integer(0, first.length - 1));
    return spearmanCorrelation(drawn.map((place) => first[place]), drawn.map((place) => second[place]));
  }).filter((value) => !Number.isNaN(value));
  if (correlations.length === 0) return { correlation, lower: NaN, upper: NaN };
  const tail = (1 - confidence) / 2;
  return { correlation, lower: quantile(correlations, tail), upper: quantile(correlations, 1 - tail) };
}
