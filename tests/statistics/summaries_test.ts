import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { randomStream } from "../../lib/random/random_stream.ts";
import { pearsonCorrelation, spearmanCorrelation, spearmanInterval } from "../../lib/statistics/correlation.ts";
import { mean, populationStandardDeviation, sampleStandardDeviation } from "../../lib/statistics/mean.ts";
import { quantile, quantileGroups } from "../../lib/statistics/quantile.ts";
import { madeNumbers } from "./made_numbers.ts";

const VALUES = [2, 4, 4, 4, 5, 5, 7, 9];

Deno.test("mean() divides by n, populationStandardDeviation() too, sampleStandardDeviation() by n − 1", () => {
  assertEquals(mean(VALUES), 5);
  assertAlmostEquals(populationStandardDeviation(VALUES), 2, 1e-12);
  assertAlmostEquals(sampleStandardDeviation(VALUES), Math.sqrt(32 / 7), 1e-12);
  assertEquals(populationStandardDeviation([3]), 0);
  assertThrows(() => mean([]), RangeError, "expected at least one value, found none");
  assertThrows(() => sampleStandardDeviation([3]), RangeError, "expected at least two values, found 1");
  assertThrows(() => populationStandardDeviation([]), RangeError, "expected at least one value");
  // Small differences between large values are not lost.
  assertAlmostEquals(populationStandardDeviation([1e9, 1e9 + 2]), 1, 1e-6);
});

// Expected values by numpy.percentile's default, linear interpolation.
const CASES: [values: number[], fraction: number, expected: number][] = [
  [[4, 1, 3, 2], 0, 1],
  [[4, 1, 3, 2], 0.25, 1.75],
  [[4, 1, 3, 2], 0.5, 2.5],
  [[4, 1, 3, 2], 1, 4],
  [[10, 2, 33, 4, 5], 0.9, 23.8],
  [[7], 0.3, 7],
  [[1, 1, 1, 9], 0.25, 1],
  [[10, 9, 100], 0.5, 10], // by number, not by text
];

Deno.test("quantile() is NumPy's percentile, leaves the list as it is, and refuses what has none", () => {
  for (const [values, fraction, expected] of CASES) {
    const before = values.slice();
    assertAlmostEquals(quantile(values, fraction), expected, 1e-12, `${values} at ${fraction}`);
    assertEquals(values, before);
  }
  assertThrows(() => quantile([], 0.5), RangeError, "at least one value");
  assertThrows(() => quantile([1, NaN], 0.5), RangeError, "found NaN at 1");
  assertThrows(() => quantile([1, 2], 25), RangeError, "a fraction in [0, 1], found 25");
});

Deno.test("quantileGroups() are those of NumPy 2.4.6 (quantile, searchsorted)", () => {
  const { groups, bounds } = quantileGroups(madeNumbers(11, 4), 4);
  assertEquals(groups, [0, 1, 0, 3, 0, 3, 1, 2, 2, 3, 1]);
  const expected = [-0.3999686945229623, -0.2403762927466893, 0.1340083099594378, 0.3279786035548796];
  expected.forEach((bound, index) => assertAlmostEquals(bounds[index], bound, 1e-14));
});

Deno.test("quantileGroups() keep equal values together, and refuse no values and no groups", () => {
  assertEquals(quantileGroups([0, 0, 0, 0, 1], 4).groups, [0, 0, 0, 0, 3]);
  assertThrows(() => quantileGroups([], 2), RangeError, "found none");
  assertThrows(() => quantileGroups([1], 0), RangeError, "found 0");
});

Deno.test("correlations are the textbook's, share ranks, lie in [−1, 1], and refuse what has none", () => {
  // Deviations (−2, −1, 0, 1, 2) and (−2, 0, −1, 2, 1): 8 / √(10 · 10).
  assertAlmostEquals(pearsonCorrelation([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]), 0.8, 1e-12);
  // 1 − 6Σd²/(n(n² − 1)) where no values are equal; IQ and hours of television, the usual example: Σd² = 194.
  const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
  const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
  assertAlmostEquals(spearmanCorrelation(iq, hours), 1 - 6 * 194 / (10 * 99), 1e-12);
  // Ranks (1, 2.5, 2.5, 4) and (1, 3, 2, 4): Pearson of those, 4.5 / √(4.5 · 5).
  assertAlmostEquals(spearmanCorrelation([1, 2, 2, 3], [10, 30, 20, 40]), 4.5 / Math.sqrt(4.5 * 5), 1e-12);
  assertAlmostEquals(spearmanCorrelation([1, 2, 3], [1, 10, 100]), 1, 1e-12);
  assertAlmostEquals(spearmanCorrelation([1, 2, 3], [5, 4, -100]), -1, 1e-12);
  assertEquals(spearmanCorrelation([1, 2, 3], [7, 7, 7]), NaN);
  assertThrows(() => pearsonCorrelation([1, 2], [1, 2, 3]), RangeError, "found 2 and 3");
  assertThrows(() => spearmanCorrelation([1], [2]), RangeError, "of one length from 2, found 1 and 1");
  assertThrows(() => spearmanCorrelation([1, NaN], [1, 2]), RangeError, "found NaN at 1");
});

/** Pairs whose second number is the first's `share` and chance's rest. */
function pairs(count: number, share: number): [number[], number[]] {
  const stream = randomStream(3, "pairs", count);
  const first = Array.from({ length: count }, () => stream.uniform());
  return [first, first.map((value) => share * value + (1 - share) * stream.uniform())];
}

Deno.test("spearmanInterval() holds the correlation, and 0 only where there is none", () => {
  for (const [share, holdsZero] of [[0, true], [0.8, false]] as const) {
    const { correlation, lower, upper } = spearmanInterval(...pairs(60, share));
    assert(lower < correlation && correlation < upper);
    assertEquals(lower < 0 && upper > 0, holdsZero);
  }
});

Deno.test("spearmanInterval() narrows with more pairs and widens with more confidence", () => {
  const width = (...args: Parameters<typeof spearmanInterval>) => {
    const { lower, upper } = spearmanInterval(...args);
    return upper - lower;
  };
  const [few, many] = [pairs(20, 0.5), pairs(200, 0.5)];
  assert(width(...many) < width(...few) / 2);
  assert(width(...few, { confidence: 0.5 }) < width(...few));
});

Deno.test("spearmanInterval() of one order is 1 throughout, of a constant list it is not defined", () => {
  for (const end of Object.values(spearmanInterval([1, 2, 3, 4], [2, 4, 6, 8]))) assertAlmostEquals(end, 1);
  assertEquals(spearmanInterval([1, 2, 3], [5, 5, 5]), { correlation: NaN, lower: NaN, upper: NaN });
});
