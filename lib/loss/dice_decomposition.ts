/**
 * The Dice loss taken apart into a length and an angle, eq. 2 of the thesis.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { diceGeometry } from "./dice_geometry.ts";
import { assertImageShapes } from "../backend/image_shape.ts";
import { squaredAngle } from "./squared_angle.ts";

/** The two components of the Dice loss, L = 1 − s·cos θ; each `[batch]`. */
export interface DiceDecomposition {
  /** s in [0, 1]: 1 where prediction and mask have one length. */
  readonly scale: tf.Tensor1D;
  /** cos θ in [0, 1]: 1 where they have one direction. */
  readonly cosine: tf.Tensor1D;
  /** θ in [0, π/2], radians. */
  readonly angle: tf.Tensor1D;
}

/**
 * Computes scale and angle of the Dice loss of every image, read as two vectors of height · width pixels.
 *
 * ```text
 * s = 2‖ŷ‖‖y‖ / (‖ŷ‖² + ‖y‖²)      cos θ = ⟨ŷ, y⟩ / (‖ŷ‖‖y‖)      L = 1 − s·cos θ      (2)
 * ```
 *
 * Here the code departs from the printed thesis: eq. 2 is printed with s = 2⟨ŷ, y⟩/(‖ŷ‖² + ‖y‖²) and without the
 * arccosine of θ, and does not equal eq. 1 then. The form above does.
 *
 * Empty cases: one image all zero, s = 0, cos θ = 0, θ = π/2; both all zero, s = 1, cos θ = 1, θ = 0. So 1 − s·cos θ is
 * the Dice loss there as well. All gradients are finite. θ has a kink where ŷ has the direction of y, and its gradient is
 * taken as 0 there; a loss needs θ², which has none: `squaredAngle`.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * import { diceLoss } from "./dice_loss.ts";
 * const [probability, mask] = [tf.tensor3d([[[0.9, 0.2, 0.4]]]), tf.tensor3d([[[1, 0, 1]]])];
 * const { scale, cosine } = diceDecomposition(probability, mask);
 * const rebuilt = tf.sub(1, tf.mul(scale, cosine));
 * assertAlmostEquals(rebuilt.dataSync()[0], diceLoss(probability, mask).dataSync()[0], 1e-6);
 * ```
 */
export function diceDecomposition(probability: tf.Tensor3D, mask: tf.Tensor3D): DiceDecomposition {
  assertImageShapes("decompose the Dice loss", { probability, mask });
  const { scale, cosine, angle } = tf.tidy(() => {
    const { scale, squaredChord } = diceGeometry(probability, tf.cast(mask, "float32"));
    const squared = squaredAngle(squaredChord);
    // √ has an infinite slope at 0: take it of 1 where θ² = 0, then put the 0 back.
    const positive = tf.step(squared);
    const root = tf.sqrt(tf.add(squared, tf.sub(1, positive)));
    return {
      scale,
      cosine: tf.sub<tf.Tensor1D>(1, tf.div(squaredChord, 2)),
      angle: tf.mul<tf.Tensor1D>(root, positive),
    };
  });
  return { scale, cosine, angle };
}
