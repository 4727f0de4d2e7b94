/**
 * The mean entropy of the predictions: how uncertain each pass is by itself.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { binaryEntropy } from "./binary_entropy.ts";
import { assertSamples } from "./samples.ts";

/**
 * Computes the mean over the passes of each pass' entropy, per pixel, in nats: the uncertainty that is in the data and
 * stays when the model is known.
 *
 * ```text
 * (1/N) Σₙ H(ŷⁿ)                                                      second term of (7)
 * ```
 *
 * @param samples ŷⁿ in [0, 1], one probability map a pass, `[N, batch, height, width]`
 * @returns `[batch, height, width]`, in [0, ln 2]
 * @throws {RangeError} if the samples have another rank or no pass
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * // Two passes that contradict each other: each is sure of itself.
 * const entropy = expectedEntropy(tf.tensor4d([[[[0]]], [[[1]]]]));
 * assertAlmostEquals(entropy.dataSync()[0], 0);
 * ```
 */
export function expectedEntropy(samples: tf.Tensor4D): tf.Tensor3D {
  assertSamples("compute the expected entropy", samples);
  return tf.tidy(() => tf.mean<tf.Tensor3D>(binaryEntropy(samples), 0));
}
