/**
 * Prediction and mask as two vectors: what the losses need of their lengths and of the angle between them.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";

/**
 * Σx² of an image up to which it counts as empty, so that no divisor underflows in float32. It is far under anything that
 * matters: a length ‖x‖ of 3e-14.
 */
export const EMPTY_BELOW = 1e-27;

/**
 * A factor, 2³⁰, by which numerator and denominator of a quotient of squared lengths are multiplied. It changes no digit of
 * the quotient. But the gradient of a/b divides by b², and this keeps b² in float32's range, from the smallest b that is
 * not empty (1e-27 · 2³⁰)² ≈ 1e-36 to images of 10⁹ pixels.
 */
export const QUOTIENT_SCALE = 2 ** 30;

/** Lengths and angle of a prediction and its mask, each `[batch]`, for losses to compute with. */
export interface DiceGeometry {
  /** s = 2‖ŷ‖‖y‖ / (‖ŷ‖² + ‖y‖²): 1 for equal lengths, 0 if one image is empty, 1 if both are. */
  readonly scale: tf.Tensor1D;
  /** d = ‖ŷ/‖ŷ‖ − y/‖y‖‖² = 2(1 − cos θ): 0 for one direction and if both are empty, 2 for none in common and if one is empty. */
  readonly squaredChord: tf.Tensor1D;
  /** 1 where both images have a positive pixel and so a direction, 0 where one or both are empty. */
  readonly hasAngle: tf.Tensor1D;
}

/**
 * Computes the geometry of every image. The angle comes as the squared chord between the two unit vectors and not as a
 * cosine, because near cos θ = 1 the chord keeps the digits that the cosine loses; for ŷ = y it is exactly 0.
 *
 * All values and gradients are finite. Where an image is empty the values are constants and the gradients 0.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape, float32
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const { scale, squaredChord } = diceGeometry(tf.tensor3d([[[0.5, 0.5]]]), tf.tensor3d([[[1, 1]]]));
 * assertAlmostEquals(scale.dataSync()[0], 0.8, 1e-6); // lengths 1 : 2
 * assertAlmostEquals(squaredChord.dataSync()[0], 0, 1e-6); // one direction
 * ```
 */
export function diceGeometry(probability: tf.Tensor3D, mask: tf.Tensor3D): DiceGeometry {
  const predictionSquared = tf.sum(tf.square(probability), [1, 2], true); // ‖ŷ‖², [batch, 1, 1]
  const maskSquared = tf.sum(tf.square(mask), [1, 2], true); // ‖y‖²
  // Yes and no as 1 and 0: `step` has a gradient (0) where a comparison has none.
  const hasPrediction = tf.step(tf.sub(predictionSquared, EMPTY_BELOW));
  const hasMask = tf.step(tf.sub(maskSquared, EMPTY_BELOW));
  const both = tf.mul(hasPrediction, hasMask);
  const neither = tf.mul(tf.sub(1, hasPrediction), tf.sub(1, hasMask));
  const one = tf.sub(tf.sub(1, both), neither);

  // Where there is no angle the lengths are moved away from 0, so that no root and no quotient below meets one. What
  // comes of them there is multiplied by 0 at the end.
  const predictionLength = tf.sqrt(tf.add(predictionSquared, tf.sub(1, both)));
  const maskLength = tf.sqrt(tf.add(maskSquared, tf.sub(1, both)));

  const product = tf.mul(2 * QUOTIENT_SCALE, tf.mul(predictionLength, maskLength));
  const squares = tf.mul(QUOTIENT_SCALE, tf.add(tf.square(predictionLength), tf.square(maskLength)));
  const scale = tf.div(product, squares);
  const difference = tf.sub(tf.div(probability, predictionLength), tf.div(mask, maskLength));
  const squaredChord = tf.sum(tf.square(difference), [1, 2], true);

  const perImage = (value: tf.Tensor): tf.Tensor1D => tf.reshape(value, [probability.shape[0]]);
  return {
    scale: perImage(tf.add(tf.mul(scale, both), neither)),
    squaredChord: perImage(tf.add(tf.mul(squaredChord, both), tf.mul(2, one))),
    hasAngle: perImage(both),
  };
}
