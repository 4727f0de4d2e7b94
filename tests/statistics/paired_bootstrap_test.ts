import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { pairedBootstrap } from "../../lib/statistics/paired_bootstrap.ts";
import { sampleStandardDeviation } from "../../lib/statistics/standard_deviation.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

const stream = randomStream(11, "bootstrap test");
const difficulty = Array.from({ length: 200 }, () => stream.uniform());
const gains = difficulty.map(() => 0.02 + 0.1 * stream.normal());
const better = difficulty.map((value, index) => value + gains[index]);

Deno.test("pairedBootstrap() has the width of the normal interval of the paired differences", () => {
  const { difference, lower, upper } = pairedBootstrap(difficulty, better, { resamples: 4000 });
  const standardError = sampleStandardDeviation(gains) / Math.sqrt(gains.length);
  assertAlmostEquals(upper - lower, 2 * 1.96 * standardError, 0.1 * 2 * 1.96 * standardError);
  assertAlmostEquals((upper + lower) / 2, difference, 0.2 * standardError);
});

Deno.test("pairedBootstrap() is the same for the same seed and differs for another", () => {
  const interval = (seed: number) => pairedBootstrap(difficulty, better, { seed, resamples: 200 });
  assertEquals(interval(1), interval(1));
  assert(interval(1).lower !== interval(2).lower);
});

Deno.test("pairedBootstrap() of a constant difference is that difference alone", () => {
  assertEquals(pairedBootstrap([1, 2, 3], [3, 4, 5]), { difference: 2, lower: 2, upper: 2 });
});

Deno.test("pairedBootstrap() turns its sign with the order of the methods", () => {
  const [forward, backward] = [pairedBootstrap(difficulty, better), pairedBootstrap(better, difficulty)];
  assertAlmostEquals(forward.difference, -backward.difference, 1e-12);
  assertAlmostEquals(forward.lower, -backward.upper, 1e-12);
});

Deno.test("pairedBootstrap() gives a wider interval for a higher confidence", () => {
  const width = (confidence: number) => {
    const { lower, upper } = pairedBootstrap(difficulty, better, { confidence, resamples: 1000 });
    return upper - lower;
  };
  assert(width(0.99) > width(0.95) && width(0.95) > width(0.5));
});

Deno.test("pairedBootstrap() refuses lists that do not pair, and options out of range", () => {
  assertThrows(() => pairedBootstrap([1], [1, 2]), RangeError, "found 1 and 2");
  assertThrows(() => pairedBootstrap([], []), RangeError, "found 0 and 0");
  assertThrows(() => pairedBootstrap([1], [NaN], { resamples: 2 }), RangeError, "finite");
  assertThrows(() => pairedBootstrap([1], [2], { resamples: 0 }), RangeError, "resamples");
  for (const confidence of [0, 1, 95]) {
    assertThrows(() => pairedBootstrap([1], [2], { confidence }), RangeError, "confidence between 0 and 1");
  }
});
