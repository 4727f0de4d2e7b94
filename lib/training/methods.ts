/**
 * The methods that are compared, as values in a table: the thesis' five (Table 2) and two baselines more.
 *
 * @module
 */
import { diceCrossEntropyLoss } from "../loss/dice_cross_entropy_loss.ts";
import { diceLoss } from "../loss/dice_loss.ts";
import { focalLoss } from "../loss/focal_loss.ts";
import type { LossFunction } from "../loss/loss_function.ts";
import { polyDice1Loss } from "../loss/polydice1_loss.ts";
import { adaptiveKappa, tvmfDiceLoss } from "../loss/tvmf_dice_loss.ts";
import type { Experiment, LossName } from "./experiment.ts";

/** Names of the thesis' five methods, in the order of its Table 2. */
export const METHOD_NAMES = ["dice", "focal", "polydice1", "polydice1-fixed", "adaptive"] as const;

/** Names of the baselines that the thesis does not have. */
export const EXTRA_METHOD_NAMES = ["dice-ce", "tvmf"] as const;

/** Name of a method. */
export type MethodName = typeof METHOD_NAMES[number] | typeof EXTRA_METHOD_NAMES[number];

/** A method: what people call it, and how its experiment differs from others of one comparison. */
export interface Method {
  /** Name for programs. */
  readonly name: MethodName;
  /** Name for people. */
  readonly title: string;
  /** What its experiment changes. */
  readonly settings: Partial<Experiment>;
  /** Whether ε is chosen on the validation images from a grid. */
  readonly searchesEpsilon: boolean;
}

/** All methods. */
export const METHODS: Readonly<Record<MethodName, Method>> = {
  "dice": { name: "dice", title: "Dice", settings: { loss: "dice" }, searchesEpsilon: false },
  "focal": { name: "focal", title: "Focal (γ = 2)", settings: { loss: "focal" }, searchesEpsilon: false },
  "polydice1": {
    name: "polydice1",
    title: "PolyDice-1 (ε = 0)",
    settings: { loss: "polydice1", epsilon: 0 },
    searchesEpsilon: false,
  },
  "polydice1-fixed": {
    name: "polydice1-fixed",
    title: "PolyDice-1 (best ε)",
    settings: { loss: "polydice1" },
    searchesEpsilon: true,
  },
  "adaptive": {
    name: "adaptive",
    title: "Adaptive PolyDice-1",
    settings: { loss: "polydice1", epsilon: 0, epsilonControl: "adaptive" },
    searchesEpsilon: false,
  },
  "dice-ce": {
    name: "dice-ce",
    title: "Cross entropy + Dice",
    settings: { loss: "dice-ce" },
    searchesEpsilon: false,
  },
  "tvmf": { name: "tvmf", title: "Adaptive t-vMF Dice", settings: { loss: "tvmf" }, searchesEpsilon: false },
};

const LOSSES: Readonly<Record<LossName, (experiment: Pick<Experiment, "focalGamma">) => LossFunction>> = {
  dice: () => diceLoss,
  focal: ({ focalGamma }) => (probability, mask) => focalLoss(probability, mask, { gamma: focalGamma }),
  polydice1: () => polyDice1Loss,
  tvmf: () => (probability, mask, kappa) => tvmfDiceLoss(probability, mask, { kappa }),
  "dice-ce": () => diceCrossEntropyLoss,
};

/** The loss function of an experiment. */
export function lossFunction(experiment: Pick<Experiment, "loss" | "focalGamma">): LossFunction {
  return LOSSES[experiment.loss](experiment);
}

/**
 * What the loss takes as third argument for an image: its ε; for the t-vMF Dice loss κ, which follows the validation Dice
 * of the epoch before and not the image.
 *
 * @param validationDice 0 before the first epoch's end
 */
export function lossSteepness({ loss }: Pick<Experiment, "loss">, epsilon: number, validationDice: number): number {
  return loss === "tvmf" ? adaptiveKappa(validationDice) : epsilon;
}
