/**
 * Entropies of the passes of MC Dropout and their mutual information, eq. 7 of the thesis: how unsure the passes are
 * together, how unsure each is by itself, and how much they disagree.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";

/** Smallest probability that the logarithm sees, just above float32's smallest normal number: 0 · log 0 becomes 0 and not NaN. */
const SMALLEST_PROBABILITY = 1e-37;

/**
 * Computes the entropy of every pixel's probability, in nats.
 *
 * ```text
 * H(p) = −p log p − (1 − p) log(1 − p),   0 log 0 = 0
 * ```
 *
 * It is exactly 0 at 0 and 1, and largest at ½, with ln 2 ≈ 0.693.
 *
 * Used by eq. 7 of the thesis.
 *
 * @param probability in [0, 1], any shape
 * @returns same shape, in [0, ln 2]
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const [never, even, always] = binaryEntropy(tf.tensor1d([0, 0.5, 1])).dataSync();
 * assertAlmostEquals(never, 0);
 * assertAlmostEquals(even, Math.LN2, 1e-6);
 * assertAlmostEquals(always, 0);
 * ```
 */
export function binaryEntropy<T extends tf.Tensor>(probability: T): T {
  return tf.tidy(() => {
    const complement = tf.sub(1, probability);
    return tf.add<T>(informationContent(probability), informationContent(complement));
  });
}

/** −p log p of every element. */
function informationContent(probability: tf.Tensor): tf.Tensor {
  return tf.mul(probability, tf.neg(tf.log(tf.maximum(probability, SMALLEST_PROBABILITY))));
}

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

function assertSamples(action: string, samples: tf.Tensor): void {
  if (samples.rank === 4 && samples.shape[0] > 0) return;
  throw new RangeError(
    `Cannot ${action}: expected samples of shape [N, batch, height, width] with at least one pass, ` +
      `found [${samples.shape.join(", ")}]`,
  );
}
