/**
 * The focal loss, one of the thesis' baselines.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { assertImageShapes } from "../backend/image_shape.ts";

/** Options of {@linkcode focalLoss}. */
export interface FocalOptions {
  /** γ ≥ 0, how much pixels that are already right are faded out. Default 2, as in the thesis (§4.1.2). */
  readonly gamma?: number;
}

/**
 * Smallest p_t that the logarithm sees, and smallest 1 − p_t that is raised to γ: just above float32's smallest normal
 * number, so that every ŷ of a lesion's pixel keeps its true value and gradient. Only 0 itself is held here, where the loss
 * is infinite (−log 1e-37 ≈ 85 instead) and where the power's slope is for γ < 1.
 */
const SMALLEST = 1e-37;

/**
 * Computes the focal loss of every image: the cross entropy of its pixels, weighted by how wrong they still are.
 *
 * ```text
 * L = mean over the pixels of −(1 − p_t)^γ log p_t,   p_t = ŷ where y = 1, 1 − ŷ where y = 0       in nats
 * ```
 *
 * γ = 0 is the cross entropy. There is no class weight α. It has no empty case: an all-zero mask is a mask.
 *
 * Finite everywhere: p_t is held at 1e-37 from below, so a pixel that is wrong with certainty costs 85 nats and has the
 * gradient 0. A pixel of the background is that where ŷ rounds to 1, from a difference of the logits of about 17 on: 1 − ŷ
 * has no more digits there.
 *
 * Thesis §4.1.2; T.-Y. Lin et al., Focal loss for dense object detection, ICCV 2017.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @returns `[batch]`; mean over pixels, not reduced over the batch
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`, or gamma is negative or not finite
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const loss = focalLoss(tf.tensor3d([[[0.5, 0.5]]]), tf.tensor3d([[[1, 0]]]), { gamma: 2 });
 * assertAlmostEquals(loss.dataSync()[0], 0.25 * Math.LN2, 1e-6);
 * ```
 */
export function focalLoss(probability: tf.Tensor3D, mask: tf.Tensor3D, options: FocalOptions = {}): tf.Tensor1D {
  const { gamma = 2 } = options;
  assertImageShapes("compute the focal loss", { probability, mask });
  if (!(gamma >= 0 && Number.isFinite(gamma))) {
    throw new RangeError(`Cannot compute the focal loss: expected a finite gamma from 0, found ${gamma}`);
  }
  return tf.tidy(() => {
    const positive = tf.cast(mask, "float32");
    const negative = tf.sub(1, positive);
    const complement = tf.sub(1, probability);
    const right = tf.add(tf.mul(positive, probability), tf.mul(negative, complement)); // p_t
    const crossEntropy = tf.neg(tf.log(tf.maximum(right, SMALLEST)));
    // 1 − p_t, put together from ŷ and 1 − ŷ: a small ŷ keeps its digits that way.
    const wrong = tf.add(tf.mul(positive, complement), tf.mul(negative, probability));
    const weight = tf.pow(tf.maximum(wrong, SMALLEST), gamma);
    return tf.mean<tf.Tensor1D>(tf.mul(weight, crossEntropy), [1, 2]);
  });
}
