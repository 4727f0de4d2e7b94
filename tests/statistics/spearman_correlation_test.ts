import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { pearsonCorrelation } from "../../lib/statistics/pearson_correlation.ts";
import { ranks } from "../../lib/statistics/ranks.ts";
import { spearmanCorrelation } from "../../lib/statistics/spearman_correlation.ts";

Deno.test("ranks() gives equal values the mean of their ranks", () => {
  assertEquals(ranks([3, 1, 2]), [3, 1, 2]);
  assertEquals(ranks([5, 5, 1, 5, 0]), [4, 4, 2, 4, 1]);
  assertEquals(ranks([]), []);
  assertThrows(() => ranks([1, NaN]), RangeError, "found NaN at 1");
});

Deno.test("pearsonCorrelation() of the textbook's numbers", () => {
  // Deviations (−2, −1, 0, 1, 2) and (−2, 0, −1, 2, 1): 8 / √(10 · 10).
  assertAlmostEquals(pearsonCorrelation([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]), 0.8, 1e-12);
});

Deno.test("spearmanCorrelation() is 1 − 6Σd²/(n(n² − 1)) where no values are equal", () => {
  // IQ and hours of television, the usual example: Σd² = 194, n = 10.
  const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
  const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
  assertAlmostEquals(spearmanCorrelation(iq, hours), 1 - 6 * 194 / (10 * 99), 1e-12);
});

Deno.test("spearmanCorrelation() shares ranks where values are equal", () => {
  // Ranks (1, 2.5, 2.5, 4) and (1, 3, 2, 4): Pearson of those, 4.5 / √(4.5 · 5).
  assertAlmostEquals(spearmanCorrelation([1, 2, 2, 3], [10, 30, 20, 40]), 4.5 / Math.sqrt(4.5 * 5), 1e-12);
});

Deno.test("correlations are ±1 for lists in the same and in opposite order, and NaN for a constant one", () => {
  assertAlmostEquals(spearmanCorrelation([1, 2, 3], [1, 10, 100]), 1, 1e-12);
  assertAlmostEquals(spearmanCorrelation([1, 2, 3], [5, 4, -100]), -1, 1e-12);
  assertEquals(spearmanCorrelation([1, 2, 3], [7, 7, 7]), NaN);
});

Deno.test("correlations refuse lists of different lengths, and a single pair", () => {
  assertThrows(() => pearsonCorrelation([1, 2], [1, 2, 3]), RangeError, "found 2 and 3");
  assertThrows(() => spearmanCorrelation([1], [2]), RangeError, "of one length from 2, found 1 and 1");
});
