/**
 * The Dice loss taken apart into a length and an angle, eq. 2 of the thesis, and how far eq. 2 as it is printed is from eq. 1.
 *
 * @module
 */
import { assertImageShapes } from "../backend/image_shape.ts";
import { tf } from "../backend/tf.ts";
import { randomStream } from "../random/random_stream.ts";
import { diceGeometry, squaredAngle } from "./dice_geometry.ts";
import { diceLoss } from "./dice_loss.ts";

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

/** One pair of prediction and mask under one reading of eq. 2. */
export interface DecompositionResidualRow {
  /** As the thesis prints it, or in the form that makes it true. */
  readonly form: "printed" | "corrected";
  /** Dice loss by eq. 1. */
  readonly dice: number;
  /** |1 − s·cos θ − Dice loss| */
  readonly residual: number;
}

const SIDE = 12;

/**
 * Compares 1 − s·cos θ with the Dice loss on random pairs: once with s = 2‖ŷ‖‖y‖ / (‖ŷ‖² + ‖y‖²) and θ the angle between ŷ
 * and y, once with what the thesis prints, s = 2⟨ŷ,y⟩ / (‖ŷ‖² + ‖y‖²) and θ = ⟨ŷ,y⟩ / (‖ŷ‖‖y‖).
 *
 * @param count Number of pairs.
 */
export async function decompositionResiduals(count: number, seed: number): Promise<DecompositionResidualRow[]> {
  const stream = randomStream(seed, "decomposition residuals");
  const shape: [number, number, number] = [count, SIDE, SIDE];
  const masks = new Float32Array(count * SIDE * SIDE);
  const probabilities = masks.map((_, index) => {
    // From pair to pair the prediction follows the mask more closely, so that the Dice loss covers its range.
    const agreement = Math.floor(index / SIDE ** 2) / count;
    masks[index] = stream.uniform() < 0.3 ? 1 : 0;
    return agreement * masks[index] + (1 - agreement) * stream.uniform();
  });
  const tensors = tf.tidy(() => {
    const [probability, mask] = [tf.tensor3d(probabilities, shape), tf.tensor3d(masks, shape)];
    const dice = diceLoss(probability, mask);
    const { scale, cosine, angle } = diceDecomposition(probability, mask);
    const corrected = tf.sub(1, tf.mul(scale, tf.cos(angle)));
    const printed = tf.sub(1, tf.mul(tf.mul(scale, cosine), tf.cos(cosine)));
    return [dice, corrected, printed];
  });
  const [dice, corrected, printed] = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  const rows = (form: DecompositionResidualRow["form"], values: ArrayLike<number>) =>
    Array.from(dice, (loss, index) => ({ form, dice: loss, residual: Math.abs(values[index] - loss) }));
  return [...rows("printed", printed), ...rows("corrected", corrected)];
}
