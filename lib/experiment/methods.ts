/**
 * Methods: named changes of an experiment. The thesis' methods, other baselines, and every variant of an ablation are
 * values in one table; a method of one's own is a row here, or an entry of a study's file.
 *
 * @module
 */
import type { Experiment } from "./experiment.ts";

/** A method: what people call it, and what its experiment changes of the profile's. */
export interface Method {
  /** Name for people. */
  readonly title: string;
  /** What its experiment changes. */
  readonly set: Partial<Experiment>;
}

const ADAPTIVE = { loss: "polydice1", epsilon: 0, epsilonControl: "adaptive" } as const;

/** The adaptive method with one choice of it changed. */
function adaptive(title: string, set: Partial<Experiment>): Method {
  return { title, set: { ...ADAPTIVE, ...set } };
}

/** PolyDice-1 with the same ε for every image and epoch. */
function fixed(epsilon: number): Method {
  return {
    title: `PolyDice-1 (ε = ${`${epsilon}`.replace("-", "−")})`,
    set: { loss: "polydice1", epsilon, epsilonControl: "fixed" },
  };
}

/** All methods by name. */
export const METHODS: Readonly<Record<string, Method>> = {
  // The thesis' Table 2; its best fixed ε is chosen among those below by a study.
  "dice": { title: "Dice", set: { loss: "dice" } },
  "focal": { title: "Focal (γ = 2)", set: { loss: "focal" } },
  "polydice1": fixed(0),
  "adaptive": { title: "Adaptive PolyDice-1", set: ADAPTIVE },
  // Baselines that the thesis does not have.
  "dice-ce": { title: "Cross entropy + Dice", set: { loss: "dice-ce" } },
  "tvmf": { title: "Adaptive t-vMF Dice", set: { loss: "tvmf" } },
  // One ε for all images.
  "polydice1-minus-0.25": fixed(-0.25),
  "polydice1-0.25": fixed(0.25),
  "polydice1-0.35": fixed(0.35),
  "polydice1-0.5": fixed(0.5),
  "polydice1-1": fixed(1),
  // The controller's ε to other images than it was computed for.
  "mean": adaptive("the mean ε for every image", { epsilonOrder: "mean" }),
  "random": adaptive("the same ε to random images", { epsilonOrder: "random" }),
  "reversed": adaptive("the same ε in reversed order", { epsilonOrder: "reversed" }),
  // Another signal in the place of D.
  "lesion-entropy": adaptive("D from the entropy over the lesion", { difficulty: "entropy" }),
  "image-entropy": adaptive("D from the entropy over the image", { difficulty: "image-entropy" }),
  "bottleneck": adaptive("D from the bottleneck's dropout alone", { difficulty: "bottleneck-information" }),
  "disagreement": adaptive("D from the passes' disagreement", { difficulty: "disagreement" }),
  "dice-loss": adaptive("D from the Dice loss", { difficulty: "loss" }),
  "oracle": adaptive("D from the true difficulty", { difficulty: "oracle" }),
  // Another strength.
  "range-0-1": adaptive("ε in [0, 1]", { epsilonMax: 1 }),
  "range-0-2": adaptive("ε in [0, 2]", { epsilonMax: 2 }),
  "range-around-0": adaptive("ε in [−0.25, 0.25]", { epsilonMin: -0.25, epsilonMax: 0.25 }),
  // Other settings of the thesis' method.
  "tau-1": adaptive("τ = 1", { interval: 1 }),
  "tau-2": adaptive("τ = 2", { interval: 2 }),
  "tau-6": adaptive("τ = 6", { interval: 6 }),
  "n-2": adaptive("N = 2", { passes: 2 }),
  "n-5": adaptive("N = 5", { passes: 5 }),
  "n-20": adaptive("N = 20", { passes: 20 }),
  "p-0.125": adaptive("p = 0.125", { dropoutRate: 0.125 }),
  "p-0.25": adaptive("p = 0.25", { dropoutRate: 0.25 }),
  "percentile-0": adaptive("percentile = 0", { percentile: 0 }),
  "percentile-50": adaptive("percentile = 50", { percentile: 50 }),
  "percentile-75": adaptive("percentile = 75", { percentile: 75 }),
  "k-0.5": adaptive("k = 0.5", { slope: 0.5 }),
  "k-1": adaptive("k = 1", { slope: 1 }),
  "k-4": adaptive("k = 4", { slope: 4 }),
  "e0-6": adaptive("E₀ = 6", { startEpoch: 6 }),
  "in-batch": adaptive("D normalised in each batch", { normalizeOver: "batch" }),
};

/** All names, in the order of the table. */
export const METHOD_NAMES: readonly string[] = Object.keys(METHODS);

/** A name of a method, a study or a data set: for files and commands. */
export const NAME = /^[a-z0-9][a-z0-9.-]*$/;
