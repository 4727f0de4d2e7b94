import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { randomStream } from "../../lib/random/random_stream.ts";
import { crossedBootstrap, meanInterval, pairedBootstrap } from "../../lib/statistics/bootstrap.ts";
import { crossedInterval } from "../../lib/statistics/crossed_effects.ts";
import { sampleStandardDeviation } from "../../lib/statistics/mean.ts";

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

Deno.test("pairedBootstrap() repeats itself, turns with the order of the methods and widens with confidence", () => {
  const interval = (seed: number) => pairedBootstrap(difficulty, better, { seed, resamples: 200 });
  assertEquals(interval(1), interval(1));
  assert(interval(1).lower !== interval(2).lower);
  const [forward, backward] = [interval(1), pairedBootstrap(better, difficulty, { seed: 1, resamples: 200 })];
  assertAlmostEquals(forward.difference, -backward.difference, 1e-12);
  assertAlmostEquals(forward.lower, -backward.upper, 1e-12);
  const widthAt = (confidence: number) => width(pairedBootstrap(difficulty, better, { confidence, resamples: 1000 }));
  assert(widthAt(0.99) > widthAt(0.95) && widthAt(0.95) > widthAt(0.5));
  assertEquals(pairedBootstrap([1, 2, 3], [3, 4, 5]), { difference: 2, lower: 2, upper: 2 });
});

Deno.test("pairedBootstrap() refuses lists that do not pair, and options out of range", () => {
  assertThrows(() => pairedBootstrap([1], [1, 2]), RangeError, "found 1 and 2");
  assertThrows(() => pairedBootstrap([], []), RangeError, "found 0 and 0");
  assertThrows(() => pairedBootstrap([1], [NaN], { resamples: 2 }), RangeError, "finite");
  for (const options of [{ resamples: 0 }, { confidence: 0 }, { confidence: 1 }, { confidence: 95 }]) {
    assertThrows(
      () => pairedBootstrap([1], [2], options),
      RangeError,
      "resamples from 1 and a confidence between 0 and 1",
    );
  }
});

const crossedStream = randomStream(5, "crossed bootstrap test");
const IMAGES = 80;
const FEWER = { resamples: 2000 };

/** Differences that have one part of the image, one of the seed and one of both. */
function made(seeds: number, deviation: { image: number; seed: number; both: number }): number[][] {
  const ofImage = Array.from({ length: IMAGES }, () => deviation.image * crossedStream.normal());
  return Array.from({ length: seeds }, () => {
    const ofSeed = deviation.seed * crossedStream.normal();
    return ofImage.map((value) => value + ofSeed + deviation.both * crossedStream.normal());
  });
}

const width = ({ lower, upper }: { lower: number; upper: number }) => upper - lower;

Deno.test("crossedBootstrap() of seeds that agree is as wide as the bootstrap over images", () => {
  const [differences] = made(1, { image: 0.1, seed: 0, both: 0 });
  const crossed = crossedBootstrap([differences, differences, differences], FEWER);
  const paired = pairedBootstrap(differences.map(() => 0), differences, FEWER);
  assertAlmostEquals(width(crossed), width(paired), 0.1 * width(paired));
  assertAlmostEquals(crossed.difference, paired.difference, 1e-12);
});

Deno.test("crossedBootstrap() is far wider than the bootstrap over images where seeds differ", () => {
  const differences = made(5, { image: 0.02, seed: 0.05, both: 0.02 });
  const means = differences[0].map((_, image) => differences.reduce((sum, list) => sum + list[image], 0) / 5);
  const paired = pairedBootstrap(means.map(() => 0), means, FEWER);
  assert(width(crossedBootstrap(differences, FEWER)) > 3 * width(paired));
});

Deno.test("crossedBootstrap() repeats itself, and refuses one seed, lists that do not pair, and options out of range", () => {
  const differences = made(3, { image: 0.1, seed: 0.1, both: 0 });
  assertEquals(crossedBootstrap(differences, FEWER), crossedBootstrap(differences, FEWER));
  const { lower, upper } = crossedBootstrap([[0.25, 0.25], [0.25, 0.25]], { resamples: 50 });
  assertEquals([lower, upper], [0.25, 0.25]);
  assertThrows(() => crossedBootstrap([[1, 2]]), RangeError, "two seeds or more");
  assertThrows(() => crossedBootstrap([]), RangeError, "of no seed");
  assertThrows(() => crossedBootstrap([[1, 2], [1]]), RangeError, "found lengths 2, 1");
  assertThrows(() => crossedBootstrap([[1], [1]], { resamples: 0 }), RangeError, "found 0 and 0.95");
  assertThrows(() => crossedBootstrap([[1], [1]], { confidence: 1 }), RangeError, "found 10000 and 1");
});

Deno.test("meanInterval() holds the mean, and narrows with √n as the standard error does", () => {
  const widthOf = (count: number) => {
    const values = Array.from({ length: count }, (_, index) => (index % 10) / 10);
    const { mean, low, high } = meanInterval(values, { resamples: 2000 });
    assertAlmostEquals(mean, 0.45, 1e-12);
    assert(low < mean && mean < high);
    return high - low;
  };
  // ±1.96 standard errors of values with deviation 0.287
  assertAlmostEquals(widthOf(160), 2 * 1.96 * 0.287 / Math.sqrt(160), 0.01);
  assertAlmostEquals(widthOf(40) / widthOf(160), 2, 0.25);
  assertThrows(() => meanInterval([]), RangeError);
});

Deno.test("pairedBootstrap() of many images draws as of few, without keeping what it has drawn", () => {
  const values = Array.from({ length: 2001 }, (_, index) => Math.sin(index)), resamples = 5000;
  const stream = randomStream(3, "paired bootstrap");
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (const _ of values) sum += values[stream.integer(0, values.length - 1)];
    return sum / values.length;
  }).sort((a, b) => a - b);
  for (const _ of ["first", "again"]) {
    const before = Deno.memoryUsage().external;
    const { low, high } = meanInterval(values, { resamples, seed: 3 });
    assert(means[124] <= low && low <= means[126] && means[4873] <= high && high <= means[4875]);
    assert(Deno.memoryUsage().external - before < 1e6);
  }
});

Deno.test("crossedInterval() is that of a two-way analysis of variance done by hand", () => {
  // Rows 1, 2, 6 and 3, 6, 6: means of rows 3 and 5, of columns 2, 4, 6, of all 4; what is left ±(0, 1, 1).
  // MS of rows 6/1, of columns 16/2, of the rest 4/2; all count: Var = (6 + 8 − 2)/6 = 2 with
  // 12²/(6²/1 + 8²/2 + 2²/2) = 144/70 degrees of freedom.
  const { difference, lower, upper } = crossedInterval([[1, 2, 6], [3, 6, 6]]);
  assertEquals(difference, 4);
  assertAlmostEquals(upper - 4, 4 - lower, 1e-12);
  assertAlmostEquals((upper - 4) / Math.SQRT2, 4.19, 0.02); // t₀.₉₇₅ at 2.057; at 2 it is 4.303
  const equal = crossedInterval([[1, 1], [1, 1]]);
  assertEquals([equal.lower, equal.upper], [1, 1]);
  assertThrows(() => crossedInterval([[1, 2]]), RangeError, "for two seeds or more, found lengths 2");
  assertThrows(() => crossedInterval([[1], [2]]), RangeError, "from 2");
});

Deno.test("crossedInterval() holds the truth about as often as it says, where crossedBootstrap() is too wide", () => {
  const trials = Array.from({ length: 200 }, () => made(10, { image: 0.1, seed: 0.05, both: 1 }));
  const intervals = trials.map(crossedInterval);
  const held = intervals.filter(({ lower, upper }) => lower <= 0 && upper >= 0).length / trials.length;
  assert(held >= 0.92 && held <= 0.995, `${held}`);
  const narrower = trials.slice(0, 10).map((differences, index) =>
    width(crossedBootstrap(differences, { resamples: 500 })) / width(intervals[index])
  );
  assert(narrower.every((ratio) => ratio > 1.1), `${narrower}`);
});
