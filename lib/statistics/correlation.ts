/**
 * Whether two quantities order the images alike.
 *
 * @module
 */
import ranksOf from "@stdlib/stats-ranks";
import { randomStream } from "../random/random_stream.ts";
import type { PairedBootstrapOptions } from "./bootstrap.ts";
import { mean } from "./mean.ts";
import { percentileInterval } from "./quantile.ts";

/**
 * Computes Pearson's correlation of two equally long lists: Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² Σ(y − ȳ)²).
 *
 * @param first at least two numbers
 * @param second as many, paired by position
 * @returns in [−1, 1]; NaN if one list is constant, as it then has no correlation
 * @throws {RangeError} if the lengths differ or there are fewer than two pairs
 */
export function pearsonCorrelation(first: readonly number[], second: readonly number[]): number {
  if (first.length !== second.length || first.length < 2) {
    throw new RangeError(
      `Cannot compute a correlation: expected two lists of one length from 2, found ${first.length} and ${second.length}`,
    );
  }
  const [firstMean, secondMean] = [mean(first), mean(second)];
  let [product, firstSquares, secondSquares] = [0, 0, 0];
  for (let index = 0; index < first.length; index++) {
    const [x, y] = [first[index] - firstMean, second[index] - secondMean];
    product += x * y;
    firstSquares += x * x;
    secondSquares += y * y;
  }
  const correlation = product / (Math.sqrt(firstSquares) * Math.sqrt(secondSquares));
  return Math.max(-1, Math.min(1, correlation)); // rounding may step over by one digit; NaN stays NaN
}

/**
 * Computes Spearman's rank correlation ρ: Pearson's correlation of the ranks. It tells whether two quantities order the
 * images alike, however they are scaled, as the estimated difficulty D and the true one.
 *
 * Equal values share the mean of their ranks.
 *
 * @param first at least two numbers
 * @param second as many, paired by position
 * @returns in [−1, 1]; NaN if one list is constant
 * @throws {RangeError} if the lengths differ, there are fewer than two pairs, or a value is NaN
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const values = [0.1, 0.7, 0.2, 3];
 * assertAlmostEquals(spearmanCorrelation(values, values.map(Math.exp)), 1);
 * assertAlmostEquals(spearmanCorrelation(values, values.map((value) => -value)), -1);
 * ```
 */
export function spearmanCorrelation(first: readonly number[], second: readonly number[]): number {
  return pearsonCorrelation(ranks(first), ranks(second));
}

/** Spearman's ρ, and NaN for fewer than two pairs as well: one image has no order. */
export function orderCorrelation(first: readonly number[], second: readonly number[]): number {
  return Math.min(first.length, second.length) < 2 ? NaN : spearmanCorrelation(first, second);
}

/** The rank of every value, from 1; equal values share the mean of theirs. */
function ranks(values: readonly number[]): number[] {
  const nan = values.findIndex((value) => Number.isNaN(value)); // would get a rank like any number
  if (nan >= 0) throw new RangeError(`Cannot rank values: expected numbers, found NaN at ${nan}`);
  return ranksOf([...values]);
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
 * and are left out. By default 2000 draws.
 *
 * @param first at least two numbers
 * @param second as many, paired by position
 * @throws {RangeError} if the lengths differ, there are fewer than two pairs, or a value is NaN
 */
export function spearmanInterval(
  first: readonly number[],
  second: readonly number[],
  { resamples = 2000, confidence = 0.95, seed = 0 }: PairedBootstrapOptions = {},
): CorrelationInterval {
  const correlation = spearmanCorrelation(first, second);
  const stream = randomStream(seed, "spearman interval");
  const correlations = Array.from({ length: resamples }, () => {
    const drawn = first.map(() => stream.integer(0, first.length - 1));
    return spearmanCorrelation(drawn.map((place) => first[place]), drawn.map((place) => second[place]));
  }).filter((value) => !Number.isNaN(value));
  if (correlations.length === 0) return { correlation, lower: NaN, upper: NaN };
  return { correlation, ...percentileInterval(correlations, confidence) };
}
