import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { normalizeDifficulty } from "../../lib/control/normalize_difficulty.ts";
import { quantile } from "../../lib/statistics/quantile.ts";
import { populationStandardDeviation } from "../../lib/statistics/mean.ts";
import { assertClose, reference } from "../reference_vectors.ts";

const { difficulty, percentile, delta, percentileValue, std, normalized } = reference.controller;

Deno.test("normalizeDifficulty() has the reference's percentile, deviation and values to 1e-12", () => {
  assertAlmostEquals(quantile(difficulty, percentile / 100), percentileValue, 1e-12);
  assertAlmostEquals(populationStandardDeviation(difficulty), std, 1e-12);
  assertClose(normalizeDifficulty(difficulty, { percentile, delta }), normalized, 1e-10);
});

Deno.test("normalizeDifficulty() has the thesis' percentile and δ by default", () => {
  assertEquals(normalizeDifficulty(difficulty), normalizeDifficulty(difficulty, { percentile: 25, delta: 1e-8 }));
});

Deno.test("normalizeDifficulty() interpolates the percentile and divides by the population deviation", () => {
  // Sorted 0, 1, 2, 5: D_p = 0 + 0.75·1 at p = 25; mean 2, σ² = (4 + 1 + 0 + 9)/4.
  const deviation = Math.sqrt(14 / 4);
  const expected = [5, 0, 2, 1].map((value) => (value - 0.75) / deviation);
  assertClose(normalizeDifficulty([5, 0, 2, 1], { delta: 1e-15 }), expected, 1e-12);
});

Deno.test("normalizeDifficulty() of equal difficulties, and of a single one, is 0", () => {
  assertEquals(normalizeDifficulty([0.1, 0.1, 0.1]), [0, 0, 0]);
  assertEquals(normalizeDifficulty([0, 0]), [0, 0]);
  assertEquals(normalizeDifficulty([0.3]), [0]);
});

Deno.test("normalizeDifficulty() does not depend on the unit of the difficulties, but for δ", () => {
  const bits = difficulty.map((nats) => nats / Math.LN2);
  assertClose(normalizeDifficulty(bits), normalizeDifficulty(difficulty), 1e-5);
});

Deno.test("normalizeDifficulty() keeps the order and leaves a quarter of the images at or below 0", () => {
  const difficulties = fc.array(fc.double({ min: 0, max: Math.LN2, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(difficulties, (values) => {
      const result = normalizeDifficulty(values);
      assertEquals(result.every(Number.isFinite), true);
      const order = values.map((_, index) => index).sort((a, b) => values[a] - values[b]);
      for (let place = 1; place < order.length; place++) {
        assertEquals(result[order[place]] >= result[order[place - 1]], true);
      }
      const below = result.filter((value) => value <= 0).length;
      assertEquals(below >= Math.floor((values.length - 1) / 4) + 1, true);
    }),
    { seed: 5 },
  );
});

Deno.test("normalizeDifficulty() names the index of a difficulty that is not finite", () => {
  assertThrows(() => normalizeDifficulty([0.1, NaN]), RangeError, "expected finite numbers, found NaN at index 1");
  assertThrows(() => normalizeDifficulty([Infinity]), RangeError, "found Infinity at index 0");
});

Deno.test("normalizeDifficulty() refuses no difficulties, and options out of range", () => {
  assertThrows(() => normalizeDifficulty([]), RangeError, "expected at least one, found none");
  for (const percentile of [-1, 101, NaN]) {
    assertThrows(() => normalizeDifficulty([1, 2], { percentile }), RangeError, "expected a percentile in [0, 100]");
  }
  for (const delta of [0, -1, NaN]) {
    assertThrows(() => normalizeDifficulty([1, 2], { delta }), RangeError, "expected a positive delta");
  }
});
