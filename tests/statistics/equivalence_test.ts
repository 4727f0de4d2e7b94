import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { equivalenceTest } from "../../lib/statistics/equivalence.ts";
import { madeNumbers } from "./made_numbers.ts";

/**
 * statsmodels 0.15.0: `w = DescrStatsW(d)`, `w.ttost_mean(-margin, margin)[0]` and `w.tconfint_mean(alpha=0.1)`, with `d` of the
 * same generator as `madeNumbers()`.
 */
const STATSMODELS: readonly [d: readonly number[], margin: number, pValue: number, lower: number, upper: number][] = [
  [scaled(10, 21, 0.05), 0.02, 0.0112759654305752, -0.0034562610317268915, 0.015315747750323544],
  [scaled(24, 22, 0.05), 0.02, 4.2705434266004963e-05, -0.0006313474938878186, 0.010298285764795792],
  [scaled(4, 23, 0.05), 0.01, 0.3973141928605486, -0.023953612820127257, 0.007789227282899462],
  [scaled(24, 22, 0.01).map((value) => value + 0.05), 0.02, 1, 0.04987373050122242, 0.05205965715295915],
  [[0.001, 0.002], 0.01, 0.018702559241276673, -0.0016568757573375186, 0.004656875757337519],
];

function scaled(count: number, seed: number, scale: number): number[] {
  return madeNumbers(count, seed).map((value) => scale * value);
}

Deno.test("equivalenceTest() has the p-value and the interval of statsmodels", () => {
  for (const [differences, margin, pValue, lower, upper] of STATSMODELS) {
    const test = equivalenceTest(differences, margin);
    assertAlmostEquals(test.pValue / pValue, 1, 1e-10);
    assertAlmostEquals(test.lower, lower, 1e-12);
    assertAlmostEquals(test.upper, upper, 1e-12);
  }
});

Deno.test("equivalenceTest() has p = 0.05 where an end of its interval is the margin, on either side", () => {
  const differences = scaled(12, 4, 0.1);
  const { lower, upper } = equivalenceTest(differences, 1);
  const margin = Math.max(-lower, upper);
  assertAlmostEquals(equivalenceTest(differences, margin).pValue, 0.05, 1e-10);
  assertAlmostEquals(equivalenceTest(differences.map((value) => -value), margin).pValue, 0.05, 1e-10);
});

Deno.test("equivalenceTest() of differences that are all equal is certain", () => {
  assertEquals(equivalenceTest([0.25, 0.25], 0.5), { pValue: 0, lower: 0.25, upper: 0.25 });
  assertEquals([equivalenceTest([0.5, 0.5], 0.5).pValue, equivalenceTest([-1, -1], 0.5).pValue], [1, 1]);
});

Deno.test("equivalenceTest() refuses too few differences, NaN and a margin that is none", () => {
  assertThrows(() => equivalenceTest([0.1], 1), RangeError, "at least two finite differences, found 1");
  assertThrows(() => equivalenceTest([0.1, NaN], 1), RangeError, "found NaN at 1");
  for (const margin of [0, -1, NaN, Infinity]) {
    assertThrows(() => equivalenceTest([0.1, 0.2], margin), RangeError, `a margin above 0, found ${margin}`);
  }
});
