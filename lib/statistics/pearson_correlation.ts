/**
 * Pearson's linear correlation.
 *
 * @module
 */
import { mean } from "./mean.ts";

/**
 * Computes Pearson's correlation of two equally long lists: Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)² Σ(y − ȳ)²).
 *
 * @param first at least two numbers
 * @param second as many, paired by position
 * @returns in [−1, 1]; NaN if one list is constant, as it then has no correlation
 * @throws {RangeError} if the lengths differ or there are fewer than two pairs
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(pearsonCorrelation([1, 2, 3], [10, 20, 30]), 1);
 * ```
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
