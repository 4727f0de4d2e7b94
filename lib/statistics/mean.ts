/**
 * Mean and standard deviation. By hand: the explorer's page computes with them too, and another order of summing would
 * change the last digits of what is recorded.
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

/**
 * Computes the standard deviation of a whole population, √(Σ(x − x̄)² / n): the σ of eq. 9, where the training set is all
 * there is. One value has 0.
 *
 * @param values at least one number
 * @throws {RangeError} if there is no value
 */
export function populationStandardDeviation(values: readonly number[]): number {
  return Math.sqrt(squaredDeviations(values) / values.length);
}

/**
 * Computes the sample standard deviation, √(Σ(x − x̄)² / (n − 1)): the spread that a table states over images or seeds.
 *
 * @param values at least two numbers
 * @throws {RangeError} if there are fewer than two values
 */
export function sampleStandardDeviation(values: readonly number[]): number {
  if (values.length < 2) {
    throw new RangeError(
      `Cannot compute a sample standard deviation: expected at least two values, found ${values.length}`,
    );
  }
  return Math.sqrt(squaredDeviations(values) / (values.length - 1));
}

function squaredDeviations(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}
