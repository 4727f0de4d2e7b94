/**
 * The losses that a network can be trained with, by the names that experiments give them. A loss of one's own is a file
 * and a name and a row here.
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
 * for (const { make } of Object.values(LOSSES)) {
 *   assertEquals(make({ focalGamma: 2 })(probability, mask, epsilon, kappa).shape, [2]);
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

/** A loss that experiments can name. */
export interface Loss {
  /** Name for people. */
  readonly title: string;
  /** Whether it reads ε, so that the controller can give every image its own. */
  readonly readsEpsilon?: boolean;
  /** The function with an experiment's settings. */
  readonly make: (settings: LossSettings) => LossFunction;
}

/** Name of a loss. */
export type LossName = "dice" | "focal" | "polydice1" | "tvmf" | "dice-ce";

/** The loss of each name. */
export const LOSSES: Readonly<Record<LossName, Loss>> = {
  "dice": { title: "Dice loss", make: () => diceLoss },
  "focal": {
    title: "Focal loss",
    make: ({ focalGamma: gamma }) => (probability, mask) => focalLoss(probability, mask, { gamma }),
  },
  "polydice1": { title: "PolyDice-1", readsEpsilon: true, make: () => polyDice1Loss },
  "tvmf": {
    title: "Adaptive t-vMF Dice loss",
    make: () => (probability, mask, _epsilon, kappa) => tvmfDiceLoss(probability, mask, { kappa }),
  },
  "dice-ce": { title: "cross entropy + Dice loss", make: () => diceCrossEntropyLoss },
};

/** All names, in the order of {@linkcode LOSSES}. */
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];

/** Those that read ε. */
export const EPSILON_LOSSES: readonly LossName[] = LOSS_NAMES.filter((name) => LOSSES[name].readsEpsilon);
