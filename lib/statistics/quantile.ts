/**
 * Quantiles of a list of numbers.
 *
 * @module
 */

/**
 * Computes the quantile of the values by linear interpolation between the two neighbours in order, as NumPy, pandas and R
 * (type 7) do by default.
 *
 * ```text
 * position h = (n − 1)·fraction,   x₍⌊h⌋₎ + (h − ⌊h⌋)·(x₍⌊h⌋₊₁₎ − x₍⌊h⌋₎)     x₍₀₎ ≤ x₍₁₎ ≤ … sorted
 * ```
 *
 * @param values at least one finite number, in any order; left as they are
 * @param fraction in [0, 1]: 0.25 is the 25th percentile, 0.5 the median
 * @throws {RangeError} if there is no value, a value is not finite, or the fraction is outside [0, 1]
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(quantile([4, 1, 3, 2], 0.25), 1.75);
 * assertEquals(quantile([5], 0.9), 5);
 * ```
 */
export function quantile(values: readonly number[], fraction: number): number {
  if (values.length === 0) throw new RangeError("Cannot compute a quantile: expected at least one value, found none");
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`Cannot compute a quantile: expected finite values, found ${values[bad]} at ${bad}`);
  }
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new RangeError(`Cannot compute a quantile: expected a fraction in [0, 1], found ${fraction}`);
  }
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * fraction;
  const lower = Math.floor(position);
  const upper = Math.min(lower + 1, sorted.length - 1);
  return sorted[lower] + (position - lower) * (sorted[upper] - sorted[lower]);
}
