/**
 * The t-vMF Dice loss, an extra baseline that the thesis cites, and its adaptive form.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { diceGeometry } from "./dice_geometry.ts";
import { assertImageShapes } from "../backend/image_shape.ts";

/** Options of {@linkcode tvmfDiceLoss}. */
export interface TvmfDiceOptions {
  /**
   * κ ≥ 0, how sharply the similarity falls off with the angle: one for all images, or one each, `[batch]`. Default 0, with
   * which the adaptive form starts.
   */
  readonly kappa?: number | tf.Tensor1D;
}

/**
 * Computes the t-vMF Dice loss of every image: the cosine similarity bent by κ, squared distance from 1.
 *
 * ```text
 * φ = (1 + cos θ) / (1 + κ (1 − cos θ)) − 1,   L = (1 − φ)²
 * ```
 *
 * θ is that of `diceDecomposition`; the length of the prediction does not matter. κ = 0 gives φ = cos θ.
 *
 * Empty cases: both images all zero, 0; one of them, the value of cos θ = 0, as for disjoint images. The gradient is
 * finite, and 0 where an image is empty.
 *
 * S. Kato and K. Hotta, Adaptive t-vMF Dice loss, Comput. Biol. Med. 168, 2024; [7] of the thesis.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @returns `[batch]`, in [0, 4]; not reduced over the batch
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`, or kappa is a number that is
 *   negative or not finite, or a tensor that is not `[batch]`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * // Disjoint: cos θ = 0, φ = 1/(1 + κ) − 1.
 * const loss = tvmfDiceLoss(tf.tensor3d([[[1, 0]]]), tf.tensor3d([[[0, 1]]]), { kappa: 3 });
 * assertAlmostEquals(loss.dataSync()[0], (2 - 1 / 4) ** 2, 1e-5);
 * ```
 */
export function tvmfDiceLoss(probability: tf.Tensor3D, mask: tf.Tensor3D, options: TvmfDiceOptions = {}): tf.Tensor1D {
  const { kappa = 0 } = options;
  assertImageShapes("compute the t-vMF Dice loss", { probability, mask });
  if (typeof kappa === "number" && !(kappa >= 0 && Number.isFinite(kappa))) {
    throw new RangeError(`Cannot compute the t-vMF Dice loss: expected a finite kappa from 0, found ${kappa}`);
  }
  if (typeof kappa !== "number" && (kappa.rank !== 1 || kappa.shape[0] !== probability.shape[0])) {
    throw new RangeError(
      `Cannot compute the t-vMF Dice loss: expected one kappa an image, [${
        probability.shape[0]
      }], found [${kappa.shape}]`,
    );
  }
  return tf.tidy(() => {
    const { squaredChord } = diceGeometry(probability, tf.cast(mask, "float32"));
    const oneMinusCosine = tf.div(squaredChord, 2);
    const ratio = tf.div(tf.sub(2, oneMinusCosine), tf.add(1, tf.mul(kappa, oneMinusCosine)));
    const similarity = tf.sub(ratio, 1); // φ
    return tf.square<tf.Tensor1D>(tf.sub(1, similarity));
  });
}

/** κ of the adaptive t-vMF Dice loss for a perfect validation Dice (Kato and Hotta 2024). */
const LARGEST_KAPPA = 32;

/**
 * Computes the κ of the adaptive t-vMF Dice loss: κ = 32 · validation Dice of the epoch before, so that the loss sharpens
 * as the model gets better.
 *
 * @param validationDice mean Dice coefficient on the validation set, in [0, 1]; 0 before the first validation
 * @throws {RangeError} if it is not in [0, 1]
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([0, 0.5, 1].map(adaptiveKappa), [0, 16, 32]);
 * ```
 */
export function adaptiveKappa(validationDice: number): number {
  if (!(validationDice >= 0 && validationDice <= 1)) {
    throw new RangeError(`Cannot adapt kappa: expected a validation Dice in [0, 1], found ${validationDice}`);
  }
  return LARGEST_KAPPA * validationDice;
}
