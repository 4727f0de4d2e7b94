/**
 * The ablations of the thesis' choices: named experiments that differ from the adaptive method in one setting.
 *
 * @module
 */
import type { Experiment } from "./experiment.ts";

/** One setting of an ablation. */
export interface AblationVariant {
  /** Name for files: of a–z, 0–9, point and hyphen. */
  readonly name: string;
  /** What people call it. */
  readonly title: string;
  /** What differs from the adaptive method in the profile. */
  readonly changes: Partial<Experiment>;
}

/** The adaptive method as the profile has it, which all variants are compared with. */
export const REFERENCE: AblationVariant = { name: "reference", title: "as in the profile", changes: {} };

/** Variants by the choice that they try. The reference stands under its own name. */
export const ABLATIONS: Readonly<Record<string, readonly AblationVariant[]>> = {
  "reference": [REFERENCE],
  "interval": [1, 2, 6].map((interval) => variant("tau", "τ", interval, { interval })),
  "passes": [2, 5, 20].map((passes) => variant("n", "N", passes, { passes })),
  "dropout": [0.125, 0.25].map((dropoutRate) => variant("p", "p", dropoutRate, { dropoutRate })),
  "percentile": [0, 50, 75].map((percentile) => variant("percentile", "percentile", percentile, { percentile })),
  "slope": [0.5, 1, 4].map((slope) => variant("k", "k", slope, { slope })),
  "range": [
    { name: "range-0-1", title: "ε in [0, 1]", changes: { epsilonMax: 1 } },
    { name: "range-around-0", title: "ε in [−0.25, 0.25]", changes: { epsilonMin: -0.25, epsilonMax: 0.25 } },
  ],
  "start": [6].map((startEpoch) => variant("e0", "E₀", startEpoch, { startEpoch })),
  "normalisation": [{ name: "in-batch", title: "D normalised in each batch", changes: { normalizeOver: "batch" } }],
  "signal": [
    { name: "random", title: "the same ε to random images", changes: { epsilonOrder: "random" } },
    { name: "reversed", title: "the same ε in reversed order", changes: { epsilonOrder: "reversed" } },
    { name: "fixed-0", title: "ε = 0 for every image", changes: { epsilonControl: "fixed" } },
    { name: "fixed-0.25", title: "ε = 0.25 for every image", changes: { epsilon: 0.25, epsilonControl: "fixed" } },
  ],
  "difficulty": [
    { name: "entropy", title: "D from predictive entropy", changes: { difficulty: "entropy" } },
    { name: "loss", title: "D from the Dice loss", changes: { difficulty: "loss" } },
  ],
};

function variant(name: string, symbol: string, value: number, changes: Partial<Experiment>): AblationVariant {
  return { name: `${name}-${value}`, title: `${symbol} = ${value}`, changes };
}
