/**
 * The PolyDice-1 loss, eq. 5 of the thesis: the loss whose shape ε is controlled, image by image.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { angularLoss } from "./angular_loss.ts";
import { assertImageShapes } from "../backend/image_shape.ts";

/**
 * Computes the PolyDice-1 loss of every image: the first term of the PolyDice loss, with its coefficient moved by ε.
 *
 * ```text
 * L = (1 − s) + s (½ + ε) θ²                                          (5)
 * ```
 *
 * s and θ are those of `diceDecomposition`. ε > 0 punishes a wrong direction more than the Dice loss does, ε < 0 less;
 * ε = 0 is the PolyDice loss of order 1.
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
