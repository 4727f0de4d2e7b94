/**
 * Spearman's rank correlation.
 *
 * @module
 */
import { pearsonCorrelation } from "./pearson_correlation.ts";
import { ranks } from "./ranks.ts";

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
