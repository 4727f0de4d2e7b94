import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { randomStream } from "../../lib/random/random_stream.ts";
import { pearsonCorrelation, spearmanCorrelation, spearmanInterval } from "../../lib/statistics/correlation.ts";
import { madeNumbers } from "./made_numbers.ts";

/** What hand-written ranks gave before `@stdlib`'s took their place: Pearson's correlation of them. */
const BEFORE: readonly [pairs: number, tied: boolean, correlation: number][] = [
  [3, false, 0.9999999999999998],
  [3, true, 0.8660254037844387],
  [10, false, 0.2727272727272727],
  [10, true, 0.296531443900236],
  [50, false, 0.042785114045618244],
  [50, true, 0.014210501485522336],
  [200, false, 0.04460211505287633],
  [200, true, 0.04577154883335928],
];

Deno.test("spearmanCorrelation() has the values of before, with and without ties", () => {
  for (const [pairs, tied, correlation] of BEFORE) {
    const [first, second] = [pairs, pairs + 1].map((seed) =>
      madeNumbers(pairs, seed).map((value) => tied ? Math.round(value * 10) : value)
    );
    assertAlmostEquals(spearmanCorrelation(first, second), correlation, 1e-14);
  }
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
