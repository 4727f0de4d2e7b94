import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { quantile } from "../../lib/statistics/quantile.ts";

// Expected values by numpy.percentile's default, linear interpolation.
const CASES: [values: number[], fraction: number, expected: number][] = [
  [[4, 1, 3, 2], 0, 1],
  [[4, 1, 3, 2], 0.25, 1.75],
  [[4, 1, 3, 2], 0.5, 2.5],
  [[4, 1, 3, 2], 1, 4],
  [[10, 2, 33, 4, 5], 0.9, 23.8],
  [[7], 0.3, 7],
  [[1, 1, 1, 9], 0.25, 1],
];

for (const [values, fraction, expected] of CASES) {
  Deno.test(`quantile() of [${values}] at ${fraction} is ${expected}`, () => {
    assertAlmostEquals(quantile(values, fraction), expected, 1e-12);
  });
}

Deno.test("quantile() orders by number, not by text, and leaves the list as it is", () => {
  const values = [10, 9, 100];
  assertEquals(quantile(values, 0.5), 10);
  assertEquals(values, [10, 9, 100]);
});

Deno.test("quantile() refuses an empty list, values that are not finite and a fraction outside of [0, 1]", () => {
  assertThrows(() => quantile([], 0.5), RangeError, "at least one value");
  assertThrows(() => quantile([1, NaN], 0.5), RangeError, "found NaN at 1");
  assertThrows(() => quantile([1, 2], 25), RangeError, "a fraction in [0, 1], found 25");
});
