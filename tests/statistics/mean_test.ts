import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { mean, populationStandardDeviation, sampleStandardDeviation } from "../../lib/statistics/mean.ts";

const VALUES = [2, 4, 4, 4, 5, 5, 7, 9];

Deno.test("mean() is the sum over the number", () => {
  assertEquals(mean(VALUES), 5);
  assertThrows(() => mean([]), RangeError, "expected at least one value, found none");
});

Deno.test("populationStandardDeviation() divides by n, sampleStandardDeviation() by n − 1", () => {
  assertAlmostEquals(populationStandardDeviation(VALUES), 2, 1e-12);
  assertAlmostEquals(sampleStandardDeviation(VALUES), Math.sqrt(32 / 7), 1e-12);
});

Deno.test("a single value has the population deviation 0 and no sample deviation", () => {
  assertEquals(populationStandardDeviation([3]), 0);
  assertThrows(() => sampleStandardDeviation([3]), RangeError, "expected at least two values, found 1");
  assertThrows(() => populationStandardDeviation([]), RangeError, "expected at least one value");
});

Deno.test("the standard deviation of small differences between large values is not lost", () => {
  assertAlmostEquals(populationStandardDeviation([1e9, 1e9 + 2]), 1, 1e-6);
});
