/**
 * The bootstrap over images and seeds: how sure a difference between two methods is when both could have been others.
 *
 * @module
 */
import { randomStream } from "../random/random_stream.ts";
import { mean } from "./mean.ts";
import type { DifferenceInterval, PairedBootstrapOptions } from "./paired_bootstrap.ts";
import { quantile } from "./quantile.ts";

/**
 * Computes the mean of differences that belong to a seed and an image, and its percentile interval when seeds and images
 * are drawn anew, independently of each other and with replacement (the "pigeonhole" bootstrap of A. B. Owen, Ann. Appl.
 * Stat. 1, 2007). Where images alone are drawn, the interval says what other images would give with these very training
 * runs; this one says what other runs would give too, and is the wider the more the difference changes from seed to seed.
 *
 * @param differences `[seeds][images]`, second method minus first
 * @param options as of `pairedBootstrap()`
 * @throws {RangeError} if there are fewer than two seeds, no image, lists of different lengths, or options out of range
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * const { difference, lower, upper } = crossedBootstrap([[0.1, 0.2], [-0.1, 0.1]], { seed: 7 });
 * assert(lower < 0 && difference > 0 && upper === 0.2);
 * ```
 */
export function crossedBootstrap(
  differences: readonly (readonly number[])[],
  options: PairedBootstrapOptions = {},
): DifferenceInterval {
  const { resamples = 10_000, confidence = 0.95, seed = 0 } = options;
  const [seeds, images] = [differences.length, differences[0]?.length ?? 0];
  if (seeds < 2 || images === 0 || differences.some(({ length }) => length !== images)) {
    throw new RangeError(
      "Cannot bootstrap over seeds and images: expected lists of one length from 1 for two seeds or more, " +
        `found lengths ${differences.map(({ length }) => length).join(", ") || "of no seed"}`,
    );
  }
  if (!Number.isInteger(resamples) || resamples < 1 || !(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      "Cannot bootstrap over seeds and images: expected resamples from 1 and a confidence between 0 and 1, " +
        `found ${resamples} and ${confidence}`,
    );
  }
  const stream = randomStream(seed, "crossed bootstrap");
  const means = Array.from({ length: resamples }, () => {
    const times = new Array<number>(seeds).fill(0); // how often each seed is drawn
    for (let draw = 0; draw < seeds; draw++) times[stream.integer(0, seeds - 1)]++;
    let sum = 0;
    for (let draw = 0; draw < images; draw++) {
      const image = stream.integer(0, images - 1);
      for (let index = 0; index < seeds; index++) sum += times[index] * differences[index][image];
    }
    return sum / (seeds * images);
  });
  const tail = (1 - confidence) / 2;
  return {
    difference: mean(differences.flat()),
    lower: quantile(means, tail),
    upper: quantile(means, 1 - tail),
  };
}
