import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { epsilonFromDifficulty, normalizeDifficulty } from "../../lib/control/epsilon_from_difficulty.ts";
import { populationStandardDeviation } from "../../lib/statistics/mean.ts";
import { quantile } from "../../lib/statistics/quantile.ts";
import { assertClose, reference } from "../reference_vectors.ts";

const { difficulty, percentile, delta, percentileValue, std, normalized, epsilon, epsilonMin, epsilonMax, k } =
  reference.controller;

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

Deno.test("epsilonFromDifficulty() has the reference's values to 1e-12", () => {
  assertClose(epsilonFromDifficulty(normalized, { epsilonMin, epsilonMax, slope: k }), epsilon, 1e-12);
});

Deno.test("epsilonFromDifficulty() has the thesis' range and slope by default", () => {
  assertEquals(
    epsilonFromDifficulty(normalized),
    epsilonFromDifficulty(normalized, { epsilonMin: 0, epsilonMax: 0.5, slope: 2 }),
  );
});

Deno.test("epsilonFromDifficulty() is the middle of the range at 0 and its ends far away, without overflow", () => {
  const options = { epsilonMin: -0.2, epsilonMax: 0.6 };
  assertClose(epsilonFromDifficulty([-1e300, -50, 0, 50, 1e300], options), [-0.2, -0.2, 0.2, 0.6, 0.6], 1e-12);
});

Deno.test("epsilonFromDifficulty() is as far above the middle as below it for opposite difficulties", () => {
  const [low, high] = epsilonFromDifficulty([-0.7, 0.7]);
  assertClose([low + high], [0.5], 1e-12);
  assertClose([high], [0.5 / (1 + Math.exp(-1.4))], 1e-12);
});

Deno.test("epsilonFromDifficulty() of slope 0 is the middle for every image", () => {
  assertEquals(epsilonFromDifficulty([-3, 0, 2], { slope: 0 }), [0.25, 0.25, 0.25]);
});

Deno.test("epsilonFromDifficulty() refuses NaN and a range upside down", () => {
  assertThrows(() => epsilonFromDifficulty([0, NaN]), RangeError, "found NaN at index 1");
  assertThrows(() => epsilonFromDifficulty([0], { epsilonMin: 1 }), RangeError, "found 1 and 0.5");
  assertThrows(() => epsilonFromDifficulty([0], { epsilonMax: NaN }), RangeError, "found 0 and NaN");
  assertThrows(() => epsilonFromDifficulty([0], { slope: Infinity }), RangeError, "finite slope");
});
