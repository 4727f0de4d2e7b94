/**
 * The PolyDice loss of order K, eq. 4 of the thesis.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { angularLoss } from "./angular_loss.ts";
import { assertImageShapes } from "../backend/image_shape.ts";

/** Options of {@linkcode polyDiceLoss}. */
export interface PolyDiceOptions {
  /** K, how many terms of the cosine's series are kept; a whole number from 1. Default 1, the order the thesis trains with. */
  readonly order?: number;
}

/**
 * Computes the PolyDice loss of every image: the Dice loss with 1 − cos θ replaced by the first K terms of its Taylor
 * series.
 *
 * ```text
 * L = (1 − s) + s Σₖ₌₁..K αₖ θ²ᵏ,   αₖ = (−1)ᵏ⁻¹ / (2k)!            (4)
 * ```
 *
 * s and θ are those of `diceDecomposition`. The series converges to the Dice loss; K = 8 is within float32's rounding.
 *
 * Empty cases: both images all zero, 0; one of them, 1. Value and gradient are finite for every ŷ, ŷ = y included.
 *
 * Thesis eqs. 3 and 4; H. Aizawa, Polynomial Dice Loss for Medical Image Segmentation, arXiv 2606.23373, 2026.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @returns `[batch]`; not reduced over the batch
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`, or the order is not a whole number from 1
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * import { diceLoss } from "./dice_loss.ts";
 * const [probability, mask] = [tf.tensor3d([[[0.9, 0.2, 0.4]]]), tf.tensor3d([[[1, 0, 1]]])];
 * const loss = polyDiceLoss(probability, mask, { order: 8 });
 * assertAlmostEquals(loss.dataSync()[0], diceLoss(probability, mask).dataSync()[0], 1e-5);
 * ```
 */
export function polyDiceLoss(probability: tf.Tensor3D, mask: tf.Tensor3D, options: PolyDiceOptions = {}): tf.Tensor1D {
  const { order = 1 } = options;
  assertImageShapes("compute the PolyDice loss", { probability, mask });
  const coefficients = taylorCoefficients(order);
  return angularLoss(probability, mask, (squaredAngle) => {
    // Horner's scheme, from the last term to the first.
    let sum: tf.Tensor1D = tf.mul(squaredAngle, coefficients[order - 1]);
    for (let k = order - 1; k >= 1; k--) sum = tf.mul(squaredAngle, tf.add(sum, coefficients[k - 1]));
    return sum;
  });
}

/**
 * The coefficients α₁ … α_K of 1 − cos θ = Σ αₖ θ²ᵏ, αₖ = (−1)ᵏ⁻¹ / (2k)! (thesis eq. 4).
 *
 * @throws {RangeError} if the order is not a whole number from 1
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(taylorCoefficients(3), [1 / 2, -1 / 24, 1 / 720]);
 * ```
 */
export function taylorCoefficients(order: number): number[] {
  if (!Number.isInteger(order) || order < 1) {
    throw new RangeError(
      `Cannot compute the PolyDice loss: expected an order that is a whole number from 1, found ${order}`,
    );
  }
  let factorial = 1;
  return Array.from({ length: order }, (_, index) => {
    const k = index + 1;
    factorial *= (2 * k - 1) * (2 * k);
    return (k % 2 === 1 ? 1 : -1) / factorial;
  });
}
