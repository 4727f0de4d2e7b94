/**
 * How sure a mean over images is.
 *
 * @module
 */
import { pairedBootstrap, type PairedBootstrapOptions } from "./paired_bootstrap.ts";

/** A mean and its confidence interval. */
export interface MeanInterval {
  readonly mean: number;
  /** Lower end of the interval. */
  readonly low: number;
  /** Upper end of the interval. */
  readonly high: number;
}

/**
 * Computes the mean of the values and its percentile bootstrap interval: the values are drawn with replacement, and the
 * middle `confidence` of the means of these draws is the interval. It is {@linkcode pairedBootstrap} against zeros, so that
 * methods on the same images are drawn alike.
 *
 * The interval tells how far the mean would move with other images of the same kind, not with another seed.
 *
 * @throws {RangeError} if there is no value, a value is not finite, or an option is out of range
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * const { mean, low, high } = meanInterval([0.5, 0.6, 0.9]);
 * assert(low < mean && mean < high);
 * assertEquals(meanInterval([0.5]), { mean: 0.5, low: 0.5, high: 0.5 });
 * ```
 */
export function meanInterval(values: readonly number[], options: PairedBootstrapOptions = {}): MeanInterval {
  const { difference, lower, upper } = pairedBootstrap(values.map(() => 0), values, options);
  return { mean: difference, low: lower, high: upper };
}
