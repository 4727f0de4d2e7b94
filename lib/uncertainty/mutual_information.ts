/**
 * The mutual information between prediction and weights, eq. 7 of the thesis: how much the passes disagree.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { expectedEntropy } from "./expected_entropy.ts";
import { predictiveEntropy } from "./predictive_entropy.ts";
import { assertSamples } from "./samples.ts";

/**
 * Computes the mutual information of every pixel, in nats: the part of the uncertainty that comes from the model.
 *
 * ```text
 * I = H(ȳ) − (1/N) Σₙ H(ŷⁿ),   ȳ = (1/N) Σₙ ŷⁿ                       (7)
 * ```
 *
 * Passes that agree give 0, passes that contradict each other with certainty up to ln 2, one pass 0. It is never negative
 * (entropy is concave); what rounding leaves below 0 is set to 0.
 *
 * Thesis eq. 7; Y. Gal and Z. Ghahramani, Dropout as a Bayesian approximation, ICML 2016.
 *
 * @param samples ŷⁿ in [0, 1], one probability map a pass, `[N, batch, height, width]`
 * @returns `[batch, height, width]`, in [0, ln 2]
 * @throws {RangeError} if the samples have another rank or no pass
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const agree = mutualInformation(tf.tensor4d([[[[0.3]]], [[[0.3]]]]));
 * const disagree = mutualInformation(tf.tensor4d([[[[0]]], [[[1]]]]));
 * assertAlmostEquals(agree.dataSync()[0], 0, 1e-6);
 * assertAlmostEquals(disagree.dataSync()[0], Math.LN2, 1e-6);
 * ```
 */
export function mutualInformation(samples: tf.Tensor4D): tf.Tensor3D {
  assertSamples("compute the mutual information", samples);
  return tf.tidy(() => tf.relu(tf.sub<tf.Tensor3D>(predictiveEntropy(samples), expectedEntropy(samples))));
}
