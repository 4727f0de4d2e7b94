import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { quantile, quantileGroups } from "../../lib/statistics/quantile.ts";
import { madeNumbers } from "./made_numbers.ts";

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

Deno.test("quantileGroups() are those of NumPy 2.4.6 (quantile, searchsorted)", () => {
  const { groups, bounds } = quantileGroups(madeNumbers(11, 4), 4);
  assertEquals(groups, [0, 1, 0, 3, 0, 3, 1, 2, 2, 3, 1]);
  const expected = [
    -0.3999686945229623,
    -0.2403762927466893,
    0.1340083099594378,
    0.3279786035548796,
    0.4758367453123614,
  ];
  for (const [index, bound] of bounds.entries()) assertAlmostEquals(bound, expected[index], 1e-14);
});

Deno.test("quantileGroups() differ in size by at most one where all values differ", () => {
  for (const count of [1, 2, 3, 4]) {
    const sizes = new Array(count).fill(0);
    for (const group of quantileGroups(madeNumbers(50, 8), count).groups) sizes[group]++;
    assertEquals(sizes.length, count);
    assertEquals(Math.max(...sizes) - Math.min(...sizes) <= 1, true, sizes.join());
  }
});

Deno.test("quantileGroups() keep equal values together", () => {
  assertEquals(quantileGroups([0, 0, 0, 0, 1], 4).groups, [0, 0, 0, 0, 3]);
});

Deno.test("quantileGroups() refuse no values and no groups", () => {
  assertThrows(() => quantileGroups([], 2), RangeError, "found none");
  assertThrows(() => quantileGroups([1], 0), RangeError, "found 0");
});
