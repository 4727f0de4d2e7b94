/**
 * The entropy of the mean prediction: how uncertain all passes are together.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { binaryEntropy } from "./binary_entropy.ts";
import { assertSamples } from "./samples.ts";

/**
 * Computes the entropy of the mean of the passes, per pixel, in nats: the total uncertainty, that of the data and that of
 * the model.
 *
 * ```text
 * H(ȳ),   ȳ = (1/N) Σₙ ŷⁿ                                             first term of (7)
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
 * // Two passes that contradict each other: together they know nothing.
 * const entropy = predictiveEntropy(tf.tensor4d([[[[0]]], [[[1]]]]));
 * assertAlmostEquals(entropy.dataSync()[0], Math.LN2, 1e-6);
 * ```
 */
export function predictiveEntropy(samples: tf.Tensor4D): tf.Tensor3D {
  assertSamples("compute the predictive entropy", samples);
  return tf.tidy(() => binaryEntropy(tf.mean<tf.Tensor3D>(samples, 0)));
}
