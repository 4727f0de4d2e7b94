/**
 * The methods that the thesis compares (Table 2), as values in a table.
 *
 * @module
 */
import { diceLoss } from "../loss/dice_loss.ts";
import { focalLoss } from "../loss/focal_loss.ts";
import type { LossFunction } from "../loss/loss_function.ts";
import { polyDice1Loss } from "../loss/polydice1_loss.ts";
import { tvmfDiceLoss } from "../loss/tvmf_dice_loss.ts";
import type { Experiment, LossName } from "./experiment.ts";

/** Names of the thesis' five methods, in the order of its Table 2. */
export const METHOD_NAMES = ["dice", "focal", "polydice1", "polydice1-fixed", "adaptive"] as const;

/** Name of a method. */
export type MethodName = typeof METHOD_NAMES[number];

/** A method: what people call it, and how its experiment differs from others of one comparison. */
export interface Method {
  readonly name: MethodName;
  readonly title: string;
  readonly settings: Partial<Experiment>;
  /** Whether ε is chosen on the validation images from a grid. */
  readonly searchesEpsilon: boolean;
}

/** The thesis' five methods. */
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
};

/** κ of the t-vMF Dice loss where it is trained with a fixed one. */
const TVMF_KAPPA = 8;

const LOSSES: Readonly<Record<LossName, (experiment: Pick<Experiment, "focalGamma">) => LossFunction>> = {
  dice: () => diceLoss,
  focal: ({ focalGamma }) => (probability, mask) => focalLoss(probability, mask, { gamma: focalGamma }),
  polydice1: () => polyDice1Loss,
  tvmf: () => (probability, mask) => tvmfDiceLoss(probability, mask, { kappa: TVMF_KAPPA }),
};

/** The loss function of an experiment. */
export function lossFunction(experiment: Pick<Experiment, "loss" | "focalGamma">): LossFunction {
  return LOSSES[experiment.loss](experiment);
}
