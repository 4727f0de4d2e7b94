/**
 * The sum of cross entropy and Dice loss, what many segmentation frameworks train with.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { diceLoss } from "./dice_loss.ts";
import { focalLoss } from "./focal_loss.ts";

/**
 * Computes the cross entropy and the Dice loss of every image, and adds them with equal weights.
 *
 * ```text
 * L = mean over pixels of −log p_t  +  1 − 2Σŷy / Σ(ŷ² + y²)
 * ```
 *
 * Cross entropy is the Focal loss with γ = 0. Empty cases as those of the two: both images all zero, 0.
 *
 * F. Isensee et al., nnU-Net, Nature Methods 18, 2021, and MONAI's DiceCELoss use this sum. The thesis does not; it is an
 * extra baseline.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @returns `[batch]`; not reduced over the batch
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const [probability, mask] = [tf.fill<tf.Rank.R3>([1, 2, 2], 0.5), tf.ones<tf.Rank.R3>([1, 2, 2])];
 * // −log ½ + 1 − 2 · ½ / (¼ + 1)
 * assertAlmostEquals(diceCrossEntropyLoss(probability, mask).dataSync()[0], Math.LN2 + 0.2, 1e-5);
 * ```
 */
export function diceCrossEntropyLoss(probability: tf.Tensor3D, mask: tf.Tensor3D): tf.Tensor1D {
  return tf.tidy(() => tf.add<tf.Tensor1D>(focalLoss(probability, mask, { gamma: 0 }), diceLoss(probability, mask)));
}
