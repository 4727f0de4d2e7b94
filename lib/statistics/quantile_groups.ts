/**
 * Groups of about equal size by a quantity.
 *
 * @module
 */
import { quantile } from "./quantile.ts";

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
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(quantileGroups([40, 10, 30, 20], 2), { groups: [1, 0, 1, 0], bounds: [10, 25, 40] });
 * ```
 */
export function quantileGroups(values: readonly number[], count: number): QuantileGroups {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`Cannot form groups: expected a whole number of them from 1, found ${count}`);
  }
  const bounds = Array.from({ length: count + 1 }, (_, index) => quantile(values, index / count));
  const between = bounds.slice(1, -1);
  return { groups: values.map((value) => between.filter((bound) => bound < value).length), bounds };
}
