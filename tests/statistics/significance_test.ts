import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { holmCorrection } from "../../lib/statistics/holm_correction.ts";
import { equivalencePower, pairedPower, seedsForPower } from "../../lib/statistics/paired_power.ts";
import { equivalenceTest, pairedTTest } from "../../lib/statistics/paired_t_test.ts";
import { wilcoxonSignedRank } from "../../lib/statistics/wilcoxon_signed_rank.ts";
import { madeNumbers } from "./made_numbers.ts";

/** Darwin's maize: differences of 15 pairs, from SciPy's manual. */
const DARWIN = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];

/** scipy.stats.wilcoxon of SciPy 1.17.1 with NumPy 2.4.6: zero_method "wilcox", correction True, two-sided. */
const SCIPY: readonly [name: string, differences: number[], statistic: number, pValue: number, how: string][] = [
  ["Darwin's maize", DARWIN, 96, 0.041259765625, "exact"],
  ["7 pairs", madeNumbers(7, 7), 15, 0.9375, "exact"],
  ["25 pairs", madeNumbers(25, 25), 217, 0.14847958087921143, "exact"],
  ["50 pairs", madeNumbers(50, 50), 942, 0.002799360749817126, "exact"],
  ["51 pairs", madeNumbers(51, 51), 782, 0.26667346627131916, "normal"],
  ["120 pairs", madeNumbers(120, 120), 5081, 0.00014547484989357371, "normal"],
  [
    "80 pairs with ties and zeros",
    madeNumbers(80, 3).map((value) => Math.round(value * 10)),
    1868.5,
    0.03500633770024166,
    "normal",
  ],
  ["12 pairs with ties and zeros", [-4, 3, 4, -1, 3, -3, -2, 0, 0, 3, 5, 2], 37.5, 0.3290820844605248, "normal"],
  ["the far tail", madeNumbers(200, 9).map((value) => value + 0.4), 20100, 1.4470017348102398e-34, "normal"],
];

Deno.test("wilcoxonSignedRank() is SciPy's, exact and normal, with ties and zeros, to the far tail", () => {
  for (const [name, differences, statistic, pValue, distribution] of SCIPY) {
    for (const sign of [1, -1]) {
      const test = wilcoxonSignedRank(differences.map((value) => sign * value));
      const largest = test.pairs * (test.pairs + 1) / 2;
      assertEquals(
        [test.statistic, test.distribution],
        [sign > 0 ? statistic : largest - statistic, distribution],
        name,
      );
      assertAlmostEquals(test.pValue / pValue, 1, 1e-10, name);
    }
  }
});

Deno.test("wilcoxonSignedRank() leaves zeros out, has a p-value of at most 1, and refuses no differences and NaN", () => {
  const { statistic, pairs, pValue } = wilcoxonSignedRank([...DARWIN, 0, -0, 0]);
  assertEquals({ statistic, pairs, pValue }, { statistic: 96, pairs: 15, pValue: 0.041259765625 });
  for (const differences of [[0, 0], [1, -2, 3, -4, -5, 5, 4, -3, 2, -1], [1, 2, -3], [1]]) {
    assertEquals(wilcoxonSignedRank(differences).pValue, 1, `${differences}`);
  }
  assertThrows(() => wilcoxonSignedRank([]), RangeError, "found none");
  assertThrows(() => wilcoxonSignedRank([1, NaN]), RangeError, "found NaN at 1");
});

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

Deno.test("equivalenceTest() of equal differences is certain, and refuses a single one, NaN and a margin that is none", () => {
  assertEquals(equivalenceTest([0.25, 0.25], 0.5), { pValue: 0, lower: 0.25, upper: 0.25 });
  assertEquals([equivalenceTest([0.5, 0.5], 0.5).pValue, equivalenceTest([-1, -1], 0.5).pValue], [1, 1]);
  assertThrows(() => equivalenceTest([0.1], 1), RangeError, "at least two differences, all finite, found 1");
  assertThrows(() => equivalenceTest([0.1, NaN], 1), RangeError, "found NaN");
  for (const margin of [0, -1, NaN, Infinity]) {
    assertThrows(() => equivalenceTest([0.1, 0.2], margin), RangeError, `a margin above 0, found ${margin}`);
  }
});

const DIFFERENCES = [-0.0262, -0.0074, -0.0235, -0.0326, -0.0173];

Deno.test("pairedTTest() has the quantile and the tail of Student's t with n − 1 degrees of freedom", () => {
  // By hand: mean −0.0214, s 0.009561, SE 0.004276; t 5.005 and 9.144; quantile of t(4) 2.77645.
  const { mean, lower, upper, pValue } = pairedTTest(DIFFERENCES);
  assertAlmostEquals(mean, -0.0214, 1e-12);
  assertAlmostEquals(upper - mean, 2.77645 * 0.0042759, 1e-6);
  assertAlmostEquals(mean - lower, upper - mean, 1e-12);
  assertAlmostEquals(pValue, 0.00746, 1e-4);
  assert(pairedTTest(DIFFERENCES, 0.0177).pValue < 0.001);
});

Deno.test("pairedTTest() finds p < 0.05 exactly where the interval leaves out what is tested", () => {
  const { lower, upper } = pairedTTest(DIFFERENCES);
  for (const end of [lower, upper]) assertAlmostEquals(pairedTTest(DIFFERENCES, end).pValue, 0.05, 1e-9);
  assertEquals(pairedTTest(DIFFERENCES, pairedTTest(DIFFERENCES).mean).pValue, 1);
  // One side of the equivalence test is half of it.
  const margin = 0.03;
  assertAlmostEquals(2 * equivalenceTest(DIFFERENCES, margin).pValue, pairedTTest(DIFFERENCES, -margin).pValue, 1e-9);
});

Deno.test("pairedTTest() of equal differences is sure, and refuses a single one and what is no number", () => {
  assertEquals(pairedTTest([1, 1], 1), { mean: 1, lower: 1, upper: 1, pValue: 1 });
  assertEquals(pairedTTest([1, 1]).pValue, 0);
  for (const bad of [[1], [1, NaN]]) assertThrows(() => pairedTTest(bad), RangeError, "at least two differences");
  assertThrows(() => pairedTTest([1, 2], Infinity), RangeError);
});

Deno.test("holmCorrection() is that of statsmodels 0.15.0 (multipletests, method holm)", () => {
  const expected = [0.05, 0.12, 0.12, 0.03, 0.5, 0.12];
  const adjusted = holmCorrection([0.01, 0.04, 0.03, 0.005, 0.5, 0.04]);
  for (const [index, value] of adjusted.entries()) assertAlmostEquals(value, expected[index], 1e-15);
});

Deno.test("holmCorrection() is the largest of (m − j + 1)·p₍ⱼ₎ up to the own place, for random and for tied p-values", () => {
  for (const [count, tied] of [[2, false], [10, false], [40, false], [3, true], [40, true]] as const) {
    const pValues = madeNumbers(count, count).map((value) =>
      tied ? Math.round(8 * (value + 0.4)) / 80 : (value + 0.4) ** 3
    );
    const sorted = pValues.toSorted((a, b) => a - b);
    for (const [index, adjusted] of holmCorrection(pValues).entries()) {
      const upTo = sorted.slice(0, sorted.lastIndexOf(pValues[index]) + 1);
      assertAlmostEquals(adjusted, Math.min(1, Math.max(...upTo.map((p, place) => (count - place) * p))), 1e-14);
    }
  }
});

Deno.test("holmCorrection() leaves one test as it is, never exceeds 1, and refuses what is no p-value", () => {
  assertEquals(holmCorrection([0.2]), [0.2]);
  assertEquals(holmCorrection([0.9, 0.8]), [1, 1]);
  assertEquals(holmCorrection([]), []);
  assertThrows(() => holmCorrection([0.1, 1.1]), RangeError, "found 1.1 at 1");
  assertThrows(() => holmCorrection([NaN]), RangeError, "found NaN at 0");
});

/**
 * SciPy 1.17.1: `t = stats.t.ppf(1 - level / 2, n - 1)`, `nc = difference / deviation * n ** 0.5`,
 * `stats.nct.sf(t, n - 1, nc) + stats.nct.cdf(-t, n - 1, nc)`; TTestPower of statsmodels 0.15.0 has the same to 1e-14.
 */
const NONCENTRAL_T: readonly [difference: number, deviation: number, count: number, level: number, power: number][] = [
  [0.5, 1, 34, 0.05, 0.8077775012792738],
  [0.018, 0.02, 10, 0.05, 0.7171812171251667],
  [-0.01, 0.03, 13, 0.05, 0.19801470030927404],
  [0.2, 1, 2, 0.05, 0.05197844977094983],
  [1, 1, 3, 0.01, 0.0391147998163674],
  [0.05, 1, 2000, 0.05, 0.6083669123508463],
  [0, 1, 8, 0.05, 0.05],
];

Deno.test("pairedPower() is the tails of SciPy's noncentral t, for 2 to 2000 pairs", () => {
  for (const [difference, deviation, count, level, power] of NONCENTRAL_T) {
    assertAlmostEquals(pairedPower({ difference, deviation, count, level }), power, 1e-8, `${count} pairs`);
  }
});

/**
 * SciPy 1.17.1, `integrate.quad` over x of `max(0, norm.cdf((m - d) * r - t * x) - norm.cdf((-m - d) * r + t * x))` times
 * `chi(n - 1, scale=(n - 1) ** -0.5).pdf(x)`, with `r = n ** 0.5 / deviation` and `t = t.ppf(0.95, n - 1)`.
 */
const QUAD: readonly [margin: number, deviation: number, count: number, difference: number, power: number][] = [
  [0.01, 0.02, 36, 0, 0.8051491016577389],
  [0.01, 0.02, 10, 0, 0.06545825672304972], // 0.0654 of 400 000 drawn studies
  [0.01, 0.01, 10, 0, 0.7952072667058983],
  [0.01, 0.02, 60, 0.003, 0.8492179136554864],
  [0.01, 0.001, 2, 0, 0.9645742104199968],
];

Deno.test("equivalencePower() is the integral that SciPy takes, and the same for a difference of either sign", () => {
  for (const [margin, deviation, count, difference, power] of QUAD) {
    assertAlmostEquals(equivalencePower({ margin, deviation, count, difference }), power, 1e-6, `${count} pairs`);
    assertAlmostEquals(equivalencePower({ margin, deviation, count, difference: -difference }), power, 1e-6);
  }
});

Deno.test("seedsForPower() is the first number of seeds with the power, as statsmodels' solve_power rounded up", () => {
  const paired = (effect: number) => (count: number) => pairedPower({ difference: effect, deviation: 1, count });
  assertEquals(seedsForPower(paired(0.5)), 34); // 33.367…
  assertEquals(seedsForPower(paired(0.6), 0.9), 32); // 31.172…
  assertEquals(seedsForPower(paired(100)), 2);
  const seeds = seedsForPower((count) => equivalencePower({ margin: 0.01, deviation: 0.03, count }), 0.9);
  const power = (count: number) => equivalencePower({ margin: 0.01, deviation: 0.03, count });
  assert(power(seeds) >= 0.9 && power(seeds - 1) < 0.9);
});

Deno.test("powers refuse designs out of range, and a count of seeds that nothing reaches", () => {
  const design = { difference: 0.1, deviation: 0.2, count: 5 };
  const bad = [{ deviation: 0 }, { count: 1 }, { count: 2.5 }, { level: 0 }, { level: 0.6 }, { difference: NaN }];
  for (const change of bad) {
    const [[name, value]] = Object.entries(change);
    assertThrows(() => pairedPower({ ...design, ...change }), RangeError, `${name} ${value}`);
  }
  assertThrows(() => equivalencePower({ ...design, margin: 0 }), RangeError, "margin 0");
  assertThrows(() => seedsForPower(() => 0.5), RangeError, "with up to 1000000 seeds, found less");
  assertThrows(() => seedsForPower(() => 0.5, 1), RangeError, "between 0 and 1, found 1");
});
