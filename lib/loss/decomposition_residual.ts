/**
 * How far eq. 2 is from eq. 1, as it is printed and as it must read.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { randomStream } from "../random/random_stream.ts";
import { diceDecomposition } from "./dice_decomposition.ts";
import { diceLoss } from "./dice_loss.ts";

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
