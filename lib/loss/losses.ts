/**
 * The losses that a network can be trained with, by the names that experiments give them. A loss of one's own is a file
 * and a row here.
 *
 * @module
 */
import type { tf } from "../backend/tf.ts";
import { diceCrossEntropyLoss } from "./dice_cross_entropy_loss.ts";
import { diceLoss } from "./dice_loss.ts";
import { focalLoss } from "./focal_loss.ts";
import { polyDice1Loss } from "./polydice_loss.ts";
import { tvmfDiceLoss } from "./tvmf_dice_loss.ts";

/**
 * A loss of training: probability ŷ and mask y, both `[batch, height, width]`, and one ε an image, `[batch]`, to one loss
 * an image, `[batch]`. The training loss of a batch is the mean of the result.
 *
 * The last argument is κ of the adaptive t-vMF Dice loss, `[batch]`: 32 · validation Dice of the epoch before, the same for
 * every image. A loss leaves out what it does not read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const [probability, mask] = [tf.fill<tf.Rank.R3>([2, 3, 3], 0.5), tf.ones<tf.Rank.R3>([2, 3, 3])];
 * const [epsilon, kappa] = [tf.tensor1d([0, 0.5]), tf.tensor1d([16, 16])];
 * for (const loss of Object.values(LOSSES)) {
 *   assertEquals(loss({ focalGamma: 2 })(probability, mask, epsilon, kappa).shape, [2]);
 * }
 * ```
 */
export type LossFunction = (
  probability: tf.Tensor3D,
  mask: tf.Tensor3D,
  epsilon: tf.Tensor1D,
  kappa: tf.Tensor1D,
) => tf.Tensor1D;

/** What a loss takes of an experiment. */
export interface LossSettings {
  /** γ of the Focal loss. */
  readonly focalGamma: number;
}

/** Name of a loss. */
export type LossName = "dice" | "focal" | "polydice1" | "tvmf" | "dice-ce";

/** The loss function of each name. */
export const LOSSES: Readonly<Record<LossName, (settings: LossSettings) => LossFunction>> = {
  "dice": (): LossFunction => diceLoss,
  "focal": ({ focalGamma }: LossSettings): LossFunction => (probability, mask) =>
    focalLoss(probability, mask, { gamma: focalGamma }),
  "polydice1": (): LossFunction => polyDice1Loss,
  "tvmf": (): LossFunction => (probability, mask, _epsilon, kappa) => tvmfDiceLoss(probability, mask, { kappa }),
  "dice-ce": (): LossFunction => diceCrossEntropyLoss,
};

/** All names, in the order of {@linkcode LOSSES}. */
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];
