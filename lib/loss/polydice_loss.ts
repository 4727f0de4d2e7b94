/**
 * The PolyDice losses, eqs. 4 and 5 of the thesis: the Dice loss with a polynomial of the squared angle in place of
 * 1 − cos θ. PolyDice-1 is the one whose shape ε controls, image by image.
 *
 * @module
 */
import { assertImageShapes } from "../backend/image_shape.ts";
import { tf } from "../backend/tf.ts";
import { diceGeometry, squaredAngle } from "./dice_geometry.ts";
import { diceLoss } from "./dice_loss.ts";

/**
 * Computes the PolyDice-1 loss of every image: the first term of the PolyDice loss, with its coefficient moved by ε.
 *
 * ```text
 * L = (1 − s) + s (½ + ε) θ²                                          (5)
 * ```
 *
 * s and θ are those of `diceDecomposition`. ε = 0 is the PolyDice loss of order 1;
 * ε > 0 punishes a wrong direction more than that does, ε < 0 less.
 *
 * Empty cases: both images all zero, 0; one of them, 1. Value and gradient are finite for every ŷ, ŷ = y included.
 *
 * Thesis eq. 5; the idea of moving the first coefficient is that of Z. Leng et al., PolyLoss, ICLR 2022.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @param epsilon ε: one number for all images, or one an image, `[batch]`; a tensor has a gradient
 * @returns `[batch]`; not reduced over the batch
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`, or epsilon is neither a finite number nor
 *   `[batch]`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * // Nothing in common but one length: s = 1, θ = π/2.
 * const loss = polyDice1Loss(tf.tensor3d([[[1, 0]]]), tf.tensor3d([[[0, 1]]]), 0.25);
 * assertAlmostEquals(loss.dataSync()[0], 0.75 * (Math.PI / 2) ** 2, 1e-5);
 * ```
 */
export function polyDice1Loss(
  probability: tf.Tensor3D,
  mask: tf.Tensor3D,
  epsilon: number | readonly number[] | tf.Tensor1D,
): tf.Tensor1D {
  assertImageShapes("compute the PolyDice-1 loss", { probability, mask });
  assertEpsilon(epsilon, probability.shape[0]);
  return angularLoss(probability, mask, (squaredAngle) => {
    const coefficient = tf.add(0.5, epsilon as tf.TensorLike | tf.Tensor1D);
    return tf.mul<tf.Tensor1D>(coefficient, squaredAngle);
  });
}

function assertEpsilon(epsilon: number | readonly number[] | tf.Tensor1D, batch: number): void {
  if (typeof epsilon === "number") {
    if (Number.isFinite(epsilon)) return;
    throw new RangeError(`Cannot compute the PolyDice-1 loss: expected a finite epsilon, found ${epsilon}`);
  }
  const shape = Array.isArray(epsilon) ? [epsilon.length] : (epsilon as tf.Tensor1D).shape;
  if (shape.length !== 1 || shape[0] !== batch) {
    throw new RangeError(
      `Cannot compute the PolyDice-1 loss: expected epsilon of shape [${batch}], one an image, ` +
        `found [${shape.join(", ")}]`,
    );
  }
}

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
