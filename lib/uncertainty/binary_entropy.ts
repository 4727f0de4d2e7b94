/**
 * The entropy of a yes-or-no prediction.
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
