import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { equivalencePower, pairedPower, seedsForPower } from "../../lib/statistics/paired_power.ts";

/**
 * SciPy 1.17.1: `t = stats.t.ppf(1 - level / 2, n - 1)`, `nc = difference / deviation * n ** 0.5`,
 * `stats.nct.sf(t, n - 1, nc) + stats.nct.cdf(-t, n - 1, nc)`; TTestPower of statsmodels 0.15.0 has the same to 1e-14.
 */
const SCIPY: readonly [difference: number, deviation: number, count: number, level: number, power: number][] = [
  [0.5, 1, 34, 0.05, 0.8077775012792738],
  [0.018, 0.02, 10, 0.05, 0.7171812171251667],
  [-0.01, 0.03, 13, 0.05, 0.19801470030927404],
  [0.2, 1, 2, 0.05, 0.05197844977094983],
  [1, 1, 3, 0.01, 0.0391147998163674],
  [0.05, 1, 2000, 0.05, 0.6083669123508463],
  [0, 1, 8, 0.05, 0.05],
];

Deno.test("pairedPower() is the tails of SciPy's noncentral t, for 2 to 2000 pairs", () => {
  for (const [difference, deviation, count, level, power] of SCIPY) {
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
