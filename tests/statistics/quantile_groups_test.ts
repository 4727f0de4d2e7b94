import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { quantileGroups } from "../../lib/statistics/quantile_groups.ts";
import { madeNumbers } from "./made_numbers.ts";

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
