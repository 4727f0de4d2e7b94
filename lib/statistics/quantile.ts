/**
 * Quantiles of a list of numbers (none in `@stdlib`), and groups between them.
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
  return quantiles(values, [fraction])[0];
}

/** Several quantiles of one list, which is sorted once. */
function quantiles(values: readonly number[], fractions: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError("Cannot compute a quantile: expected at least one value, found none");
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`Cannot compute a quantile: expected finite values, found ${values[bad]} at ${bad}`);
  }
  const sorted = Float64Array.from(values).sort();
  return fractions.map((fraction) => {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new RangeError(`Cannot compute a quantile: expected a fraction in [0, 1], found ${fraction}`);
    }
    const position = (sorted.length - 1) * fraction;
    const lower = Math.floor(position);
    const upper = Math.min(lower + 1, sorted.length - 1);
    return sorted[lower] + (position - lower) * (sorted[upper] - sorted[lower]);
  });
}

/**
 * Computes the ends of the middle `confidence` of the values: the percentile interval of a bootstrap.
 *
 * @param values at least one finite number
 * @param confidence share of the values between the ends, in (0, 1)
 */
export function percentileInterval(values: readonly number[], confidence: number): { lower: number; upper: number } {
  const tail = (1 - confidence) / 2;
  const [lower, upper] = quantiles(values, [tail, 1 - tail]);
  return { lower, upper };
}

/** Values in groups, lowest first. */
export interface QuantileGroups {
  /** Of each value, from 0. */
  readonly groups: readonly number[];
  /** Lowest value, the quantiles between the groups, highest value: one more than groups. */
  readonly bounds: readonly number[];
}

/**
 * Puts values into groups between their quantiles: thirds, quartiles. A value that equals a quantile belongs to the group
 * below it, so equal values stay together, and groups may differ in size.
 *
 * @param values at least one finite number
 * @param count number of groups
 * @throws {RangeError} if there is no value, one is not finite, or the count is not a whole number from 1
 */
export function quantileGroups(values: readonly number[], count: number): QuantileGroups {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot form groups: expected a whole number of them from 1, found ${count}`);
  }
  const bounds = quantiles(values, Array.from({ length: count + 1 }, (_, index) => index / count));
  const between = bounds.slice(1, -1);
  return { groups: values.map((value) => between.filter((bound) => bound < value).length), bounds };
}
