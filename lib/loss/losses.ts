/**
 * The losses that a network can be trained with, by the names that experiments give them. A loss of one's own is a file
 * and a row here.
 *
 * @module
 */
import { diceCrossEntropyLoss } from "./dice_cross_entropy_loss.ts";
import { diceLoss } from "./dice_loss.ts";
import { focalLoss } from "./focal_loss.ts";
import type { LossFunction } from "./loss_function.ts";
import { polyDice1Loss } from "./polydice1_loss.ts";
import { tvmfDiceLoss } from "./tvmf_dice_loss.ts";

/** What a loss takes of an experiment. */
export interface LossSettings {
  /** γ of the Focal loss. */
  readonly focalGamma: number;
}

/** The loss function of each name. */
export const LOSSES = {
  "dice": () => diceLoss,
  "focal": ({ focalGamma }) => (probability, mask) => focalLoss(probability, mask, { gamma: focalGamma }),
  "polydice1": () => polyDice1Loss,
  "tvmf": () => (probability, mask, _epsilon, kappa) => tvmfDiceLoss(probability, mask, { kappa }),
  "dice-ce": () => diceCrossEntropyLoss,
} satisfies Record<string, (settings: LossSettings) => LossFunction>;

/** Name of a loss. */
export type LossName = keyof typeof LOSSES;

/** All names, in the order of {@linkcode LOSSES}. */
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];
