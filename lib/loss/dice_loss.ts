/**
 * The Dice loss, eq. 1 of the thesis.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { EMPTY_BELOW, QUOTIENT_SCALE } from "./dice_geometry.ts";
import { assertImageShapes } from "../backend/image_shape.ts";

/**
 * Computes the Dice loss of every image: one minus the overlap of prediction and mask, relative to their sizes.
 *
 * ```text
 * L = 1 − 2 Σ ŷy / Σ (ŷ² + y²)         sums over the pixels of one image        (1)
 * ```
 *
 * Empty cases: both images all zero, 0; one of them all zero, 1. The gradient is finite everywhere: 0 for an all-zero
 * mask, −2y/Σy² (towards the mask) for an all-zero prediction.
 *
 * Thesis eq. 1; F. Milletari et al., V-Net, 3DV 2016.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @returns `[batch]`, in [0, 1]; not reduced over the batch
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * // One pixel found, one missed, one too many: 1 − 2·1/(2 + 2) = ½.
 * const loss = diceLoss(tf.tensor3d([[[1, 0, 1, 0]]]), tf.tensor3d([[[1, 1, 0, 0]]]));
 * assertAlmostEquals(loss.dataSync()[0], 0.5);
 * ```
 */
export function diceLoss(probability: tf.Tensor3D, mask: tf.Tensor3D): tf.Tensor1D {
  assertImageShapes("compute the Dice loss", { probability, mask });
  return tf.tidy(() => {
    const target = tf.cast(mask, "float32");
    const overlap = tf.mul(2 * QUOTIENT_SCALE, tf.sum(tf.mul(probability, target), [1, 2]));
    const sizes = tf.sum(tf.add(tf.square(probability), tf.square(target)), [1, 2]);
    // 1, or 0 where both are empty; there 0/1 stands in for 0/0.
    const one = tf.step(tf.sub(sizes, EMPTY_BELOW));
    const divisor = tf.mul(QUOTIENT_SCALE, tf.add(sizes, tf.sub(1, one)));
    return tf.sub<tf.Tensor1D>(one, tf.div(overlap, divisor));
  });
}
