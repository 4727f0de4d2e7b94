/**
 * The arithmetic mean.
 *
 * @module
 */

/**
 * Computes the mean of the values, Σx / n.
 *
 * @param values at least one number; a NaN makes the mean NaN
 * @throws {RangeError} if there is no value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(mean([1, 2, 6]), 3);
 * ```
 */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("Cannot compute a mean: expected at least one value, found none");
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
