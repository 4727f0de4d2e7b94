import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { randomStream } from "../../lib/random/random_stream.ts";
import { crossedBootstrap } from "../../lib/statistics/crossed_bootstrap.ts";
import { pairedBootstrap } from "../../lib/statistics/paired_bootstrap.ts";

const stream = randomStream(5, "crossed bootstrap test");
const IMAGES = 80;
const OPTIONS = { resamples: 2000 };

/** Differences that have one part of the image, one of the seed and one of both. */
function made(seeds: number, deviation: { image: number; seed: number; both: number }): number[][] {
  const ofImage = Array.from({ length: IMAGES }, () => deviation.image * stream.normal());
  return Array.from({ length: seeds }, () => {
    const ofSeed = deviation.seed * stream.normal();
    return ofImage.map((value) => value + ofSeed + deviation.both * stream.normal());
  });
}

const width = ({ lower, upper }: { lower: number; upper: number }) => upper - lower;

Deno.test("crossedBootstrap() of seeds that agree is as wide as the bootstrap over images", () => {
  const [differences] = made(1, { image: 0.1, seed: 0, both: 0 });
  const crossed = crossedBootstrap([differences, differences, differences], OPTIONS);
  const paired = pairedBootstrap(differences.map(() => 0), differences, OPTIONS);
  assertAlmostEquals(width(crossed), width(paired), 0.1 * width(paired));
  assertAlmostEquals(crossed.difference, paired.difference, 1e-12);
});

Deno.test("crossedBootstrap() is far wider than the bootstrap over images where seeds differ", () => {
  const differences = made(5, { image: 0.02, seed: 0.05, both: 0.02 });
  const means = differences[0].map((_, image) => differences.reduce((sum, list) => sum + list[image], 0) / 5);
  const paired = pairedBootstrap(means.map(() => 0), means, OPTIONS);
  assert(width(crossedBootstrap(differences, OPTIONS)) > 3 * width(paired));
});

Deno.test("crossedBootstrap() gives the same interval for the same seed", () => {
  const differences = made(3, { image: 0.1, seed: 0.1, both: 0 });
  assertEquals(crossedBootstrap(differences, { seed: 4 }), crossedBootstrap(differences, { seed: 4 }));
});

Deno.test("crossedBootstrap() of a constant difference is that difference alone", () => {
  const { lower, upper } = crossedBootstrap([[0.25, 0.25], [0.25, 0.25]], { resamples: 50 });
  assertEquals([lower, upper], [0.25, 0.25]);
});

Deno.test("crossedBootstrap() refuses one seed, lists that do not pair, and options out of range", () => {
  assertThrows(() => crossedBootstrap([[1, 2]]), RangeError, "two seeds or more");
  assertThrows(() => crossedBootstrap([]), RangeError, "of no seed");
  assertThrows(() => crossedBootstrap([[1, 2], [1]]), RangeError, "found lengths 2, 1");
  assertThrows(() => crossedBootstrap([[1], [1]], { resamples: 0 }), RangeError, "found 0 and 0.95");
  assertThrows(() => crossedBootstrap([[1], [1]], { confidence: 1 }), RangeError, "found 10000 and 1");
});
