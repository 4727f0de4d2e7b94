/**
 * The form that all PolyDice losses share: a length term and a function of the squared angle, eqs. 4 and 5.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { diceGeometry } from "./dice_geometry.ts";
import { diceLoss } from "./dice_loss.ts";
import { squaredAngle } from "./squared_angle.ts";

/**
 * Computes L = (1 − s) + s·f(θ²) of every image, where f stands for 1 − cos θ or a polynomial in its place.
 *
 * Where prediction or mask is empty there is no angle, and the loss is the Dice loss: 1 if one is empty, 0 if both are.
 * For an all-zero prediction the slope of L depends on the direction in which it grows; the Dice loss' gradient −2y/Σy²,
 * which is that of steepest descent for every f ≥ 0 with f(0) = 0, is taken there.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @param angularTerm f: θ² `[batch]` → `[batch]`
 * @returns `[batch]`
 *
 * @example With f = 1 − cos θ this is the Dice loss.
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * import { diceLoss } from "./dice_loss.ts";
 * const [probability, mask] = [tf.tensor3d([[[0.9, 0.2, 0.4]]]), tf.tensor3d([[[1, 0, 1]]])];
 * const loss = angularLoss(probability, mask, (squared) => tf.sub(1, tf.cos(tf.sqrt(squared))));
 * assertAlmostEquals(loss.dataSync()[0], diceLoss(probability, mask).dataSync()[0], 1e-6);
 * ```
 */
export function angularLoss(
  probability: tf.Tensor3D,
  mask: tf.Tensor3D,
  angularTerm: (squaredAngle: tf.Tensor1D) => tf.Tensor1D,
): tf.Tensor1D {
  return tf.tidy(() => {
    const target = tf.cast(mask, "float32");
    const { scale, squaredChord, hasAngle } = diceGeometry(probability, target);
    const loss = tf.add(tf.sub(1, scale), tf.mul(scale, angularTerm(squaredAngle(squaredChord)))); // (1 − s) + s f(θ²)
    const withoutAngle = tf.mul(tf.sub(1, hasAngle), diceLoss(probability, target));
    return tf.add<tf.Tensor1D>(tf.mul(hasAngle, loss), withoutAngle);
  });
}
