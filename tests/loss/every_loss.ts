/**
 * Every loss under a name, for tests of what they have in common.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import { diceCrossEntropyLoss } from "../../lib/loss/dice_cross_entropy_loss.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { focalLoss } from "../../lib/loss/focal_loss.ts";
import { polyDice1Loss, polyDiceLoss } from "../../lib/loss/polydice_loss.ts";
import { tvmfDiceLoss } from "../../lib/loss/tvmf_dice_loss.ts";

/** A loss with all but ε set. */
export type LossOfEpsilon = (probability: tf.Tensor3D, mask: tf.Tensor3D, epsilon: tf.Tensor1D) => tf.Tensor1D;

/** A loss and the range that its values lie in for an ε in [−0.25, 0.5]. */
export interface LossCase {
  readonly loss: LossOfEpsilon;
  readonly largest: number;
}

/** −log 1e-37, the cost of a pixel that is wrong with certainty. */
const LARGEST_CROSS_ENTROPY = 37 * Math.LN10;

/** 1 − cos θ with one term, ½(π/2)²: what the PolyDice losses can reach above 1. */
const LARGEST_POLYDICE = (Math.PI / 2) ** 2;

/** The losses, each with the largest value that it can have; the smallest is 0. */
export const EVERY_LOSS: Record<string, LossCase> = {
  "Dice": { loss: diceLoss, largest: 1 },
  "PolyDice K = 1": { loss: (probability, mask) => polyDiceLoss(probability, mask), largest: LARGEST_POLYDICE / 2 },
  "PolyDice K = 3": { loss: (probability, mask) => polyDiceLoss(probability, mask, { order: 3 }), largest: 1.01 },
  "PolyDice K = 8": { loss: (probability, mask) => polyDiceLoss(probability, mask, { order: 8 }), largest: 1 },
  "PolyDice-1": { loss: polyDice1Loss, largest: LARGEST_POLYDICE },
  "Focal γ = 0": {
    loss: (probability, mask) => focalLoss(probability, mask, { gamma: 0 }),
    largest: LARGEST_CROSS_ENTROPY,
  },
  "Focal γ = ½": {
    loss: (probability, mask) => focalLoss(probability, mask, { gamma: 0.5 }),
    largest: LARGEST_CROSS_ENTROPY,
  },
  "Focal γ = 2": { loss: (probability, mask) => focalLoss(probability, mask), largest: LARGEST_CROSS_ENTROPY },
  "t-vMF Dice κ = 0": { loss: (probability, mask) => tvmfDiceLoss(probability, mask), largest: 1 },
  "t-vMF Dice κ = 32": { loss: (probability, mask) => tvmfDiceLoss(probability, mask, { kappa: 32 }), largest: 4 },
  // The third argument as κ of each image; κ may not be negative, ε may.
  "t-vMF Dice, κ by image": {
    loss: (probability, mask, epsilon) =>
      tf.tidy(() => tvmfDiceLoss(probability, mask, { kappa: tf.mul(64, tf.abs(epsilon)) })),
    largest: 4,
  },
  "cross entropy + Dice": { loss: diceCrossEntropyLoss, largest: LARGEST_CROSS_ENTROPY + 1 },
};

/** The gradient of the sum of a loss over the images, with respect to the probability, in the images' order. */
export function gradientOf(
  loss: (probability: tf.Tensor3D) => tf.Tensor1D,
  probability: tf.Tensor3D,
): number[] {
  return tf.tidy(() => Array.from(tf.grad((x) => tf.sum(loss(x as tf.Tensor3D)))(probability).dataSync()));
}
