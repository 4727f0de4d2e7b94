/**
 * The paired bootstrap: how sure the difference between two methods on the same images is.
 *
 * @module
 */
import { randomStream } from "../random/random_stream.ts";
import { mean } from "./mean.ts";
import { quantile } from "./quantile.ts";

/** Options of {@linkcode pairedBootstrap}. */
export interface PairedBootstrapOptions {
  /** How many times the images are drawn anew. Default 10 000. */
  readonly resamples?: number;
  /** Share of the resampled means inside the interval, in (0, 1). Default 0.95. */
  readonly confidence?: number;
  /** Seed of the draws. Default 0. */
  readonly seed?: number;
}

/** A mean difference and its confidence interval. */
export interface DifferenceInterval {
  /** Mean of second − first. */
  readonly difference: number;
  /** Lower end of the interval. */
  readonly lower: number;
  /** Upper end of the interval. */
  readonly upper: number;
}

/**
 * Computes the mean difference second − first and its percentile bootstrap interval: images are drawn with replacement, the
 * mean difference of each draw is kept, and the middle `confidence` of them is the interval. Pairing by image takes out
 * that some images are hard for every method. An interval that holds 0 means that these images do not tell the two apart.
 *
 * @param first one metric of every image by one method
 * @param second the same metric of the same images, in the same order, by another
 * @throws {RangeError} if the lengths differ, there is no pair, a value is not finite, or an option is out of range
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * const { difference, lower, upper } = pairedBootstrap([0.5, 0.6, 0.9], [0.6, 0.8, 0.95], { seed: 7 });
 * assert(lower <= difference && difference <= upper && lower > 0);
 * ```
 */
export function pairedBootstrap(
  first: readonly number[],
  second: readonly number[],
  options: PairedBootstrapOptions = {},
): DifferenceInterval {
  const { resamples = 10_000, confidence = 0.95, seed = 0 } = options;
  if (first.length !== second.length || first.length === 0) {
    throw new RangeError(
      `Cannot bootstrap a difference: expected two lists of one length from 1, ` +
        `found ${first.length} and ${second.length}`,
    );
  }
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new RangeError(
      `Cannot bootstrap a difference: expected resamples to be a whole number from 1, found ${resamples}`,
    );
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`Cannot bootstrap a difference: expected a confidence between 0 and 1, found ${confidence}`);
  }
  const differences = first.map((value, index) => second[index] - value);
  const last = differences.length - 1;
  const stream = randomStream(seed, "paired bootstrap");
  const means = Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let draw = 0; draw <= last; draw++) sum += differences[stream.integer(0, last)];
    return sum / differences.length;
  });
  const tail = (1 - confidence) / 2;
  return { difference: mean(differences), lower: quantile(means, tail), upper: quantile(means, 1 - tail) };
}
