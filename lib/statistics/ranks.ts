/**
 * The ranks of a list of numbers.
 *
 * @module
 */

/**
 * Computes the rank of every value: 1 for the smallest, n for the largest. Equal values share the mean of the ranks that
 * they take together.
 *
 * @param values numbers, none NaN
 * @throws {RangeError} if a value is NaN, which has no place in the order
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(ranks([30, 10, 20, 10]), [4, 1.5, 3, 1.5]);
 * ```
 */
export function ranks(values: readonly number[]): number[] {
  const nan = values.findIndex((value) => Number.isNaN(value));
  if (nan >= 0) throw new RangeError(`Cannot rank values: expected numbers, found NaN at ${nan}`);
  const order = values.map((_, index) => index).sort((a, b) => values[a] - values[b]);
  const result = new Array<number>(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1; // one past the last value equal to the one at start
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    const shared = (start + 1 + end) / 2; // mean of the ranks start + 1 … end
    for (let place = start; place < end; place++) result[order[place]] = shared;
    start = end;
  }
  return result;
}
