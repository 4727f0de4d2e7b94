/**
 * An experiment: one flat record that says everything a training run depends on. Its hash names the run.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Precision } from "../backend/capture.ts";

/** Losses that a run can be trained with. */
export const LOSS_NAMES = ["dice", "focal", "polydice1", "tvmf", "dice-ce"] as const;

/** Name of a loss. */
export type LossName = typeof LOSS_NAMES[number];

/** Everything that a run depends on. The defaults of {@linkcode defineExperiment} are the thesis' settings. */
export interface Experiment {
  /** `"synthetic"`, `"kvasir-seg"` or `"cvc-clinicdb"`. */
  readonly dataset: string;
  /** Number of images of a synthetic data set; 0: all images there are. */
  readonly imageCount: number;
  /** Height = width, pixels. */
  readonly imageSize: number;
  /** How the data set is split: by image, by group (video sequence, near-duplicates), or as published. */
  readonly split: "random" | "grouped" | "published";
  /** Seed of the synthetic images and of the split; apart from `seed`, so that runs with other seeds share them. */
  readonly splitSeed: number;

  /** Channels of the U-Net's first block. */
  readonly baseWidth: number;
  /** Number of poolings of the U-Net. */
  readonly depth: number;

  /** The loss of training. */
  readonly loss: LossName;
  /** γ of the Focal loss; no other loss reads it. */
  readonly focalGamma: number;
  /** ε of every image where it is fixed, and before the first update where it is adaptive (Algorithm 1, line 2). */
  readonly epsilon: number;
  /** Whether ε stays, or follows the uncertainty. */
  readonly epsilonControl: "fixed" | "adaptive";

  /** E, passes over the training images. */
  readonly epochs: number;
  /** Images of one step. */
  readonly batchSize: number;
  /** Adam's step size. */
  readonly learningRate: number;
  /** Whether flips and brightness/contrast changes are applied in training. */
  readonly augmentation: boolean;
  /** Probability that an activation is dropped, in training and in MC Dropout. */
  readonly dropoutRate: number;

  /** τ: epochs between updates of ε. */
  readonly interval: number;
  /** E₀: first epoch at which an update may happen. */
  readonly startEpoch: number;
  /** N: stochastic passes of an update. */
  readonly passes: number;
  /** Percentile of D that normalises to 0. */
  readonly percentile: number;
  /** Lower end of the adaptive ε. */
  readonly epsilonMin: number;
  /** Upper end of the adaptive ε. */
  readonly epsilonMax: number;
  /** k of the sigmoid. */
  readonly slope: number;
  /** Over which images D is normalised: the whole training set (§3.2.1) or each batch (§4.1.1). */
  readonly normalizeOver: "set" | "batch";
  /** What D is: the mutual information over the lesion (eq. 8), the predictive entropy there, or the Dice loss of ȳ. */
  readonly difficulty: "mutual-information" | "entropy" | "loss";
  /**
   * Which image gets which of the controller's ε: the image that it was computed for, or, as a control with the same
   * values, an image drawn at random, or the image with the opposite rank of D.
   */
  readonly epsilonOrder: "uncertainty" | "random" | "reversed";

  /** Precision of convolutions in training; losses, metrics and uncertainty are float32 in any case. */
  readonly precision: Precision;
  /** Whether the training step is compiled with XLA; worth it on a GPU only. */
  readonly compile: boolean;
  /** Epochs without a higher validation Dice after which training stops; 0: it does not stop early. */
  readonly patience: number;
  /** Seed of weights, order, augmentation and dropout. */
  readonly seed: number;
}

/** The thesis' settings (§4.1.1), for PolyDice-1 with ε = 0 on Kvasir-SEG. */
export const THESIS_EXPERIMENT: Experiment = {
  dataset: "kvasir-seg",
  imageCount: 0,
  imageSize: 224,
  split: "grouped",
  splitSeed: 0,
  baseWidth: 64,
  depth: 4,
  loss: "polydice1",
  focalGamma: 2,
  epsilon: 0,
  epsilonControl: "fixed",
  epochs: 200,
  batchSize: 32,
  learningRate: 1e-3,
  augmentation: true,
  dropoutRate: 0.5,
  interval: 10,
  startEpoch: 0,
  passes: 10,
  percentile: 25,
  epsilonMin: 0,
  epsilonMax: 0.5,
  slope: 2,
  normalizeOver: "set",
  difficulty: "mutual-information",
  epsilonOrder: "uncertainty",
  precision: "float32",
  compile: false,
  patience: 0,
  seed: 1,
};

/**
 * An experiment: the thesis' settings with these changes.
 *
 * @throws {TypeError} When a key is unknown or a value is not of its kind; every fault is told.
 */
export function defineExperiment(changes: Partial<Experiment> = {}): Experiment {
  const experiment = { ...THESIS_EXPERIMENT, ...changes };
  const faults = [...faultsOf(experiment)];
  if (faults.length > 0) throw new TypeError(`Cannot define the experiment: ${faults.join("; ")}.`);
  return experiment;
}

/**
 * Version of how a run is computed. Raised when the same record gives other numbers than before, so that old runs are
 * not taken for new ones.
 */
export const COMPUTATION_VERSION = 1;

/**
 * The name of an experiment's run: the first 12 hexadecimal digits of a SHA-256 over the record, the data's fingerprint,
 * the backend's name (each draws its own random masks) and the version of the computation.
 */
export function experimentHash(experiment: Experiment, fingerprint: string, backend = "tensorflow"): string {
  const entries = Object.entries(experiment).sort(([a], [b]) => a < b ? -1 : 1);
  const text = JSON.stringify({ version: COMPUTATION_VERSION, backend, fingerprint, entries });
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

type Requirement = [description: string, holds: (value: number) => boolean];

const POSITIVE_INTEGER: Requirement = ["a positive integer", (value) => Number.isSafeInteger(value) && value > 0];
const COUNT: Requirement = ["an integer, 0 or more", (value) => Number.isSafeInteger(value) && value >= 0];
const FINITE: Requirement = ["a finite number", Number.isFinite];
const POSITIVE: Requirement = ["a positive number", (value) => Number.isFinite(value) && value > 0];

const REQUIREMENTS: Partial<Record<keyof Experiment, Requirement>> = {
  imageCount: COUNT,
  imageSize: POSITIVE_INTEGER,
  splitSeed: COUNT,
  baseWidth: POSITIVE_INTEGER,
  depth: POSITIVE_INTEGER,
  focalGamma: ["0 or more", (value) => value >= 0 && Number.isFinite(value)],
  epsilon: FINITE,
  epochs: POSITIVE_INTEGER,
  batchSize: POSITIVE_INTEGER,
  learningRate: POSITIVE,
  dropoutRate: ["in [0, 1)", (value) => value >= 0 && value < 1],
  interval: POSITIVE_INTEGER,
  startEpoch: COUNT,
  passes: POSITIVE_INTEGER,
  percentile: ["in [0, 100]", (value) => value >= 0 && value <= 100],
  epsilonMin: FINITE,
  epsilonMax: FINITE,
  slope: FINITE,
  patience: COUNT,
  seed: COUNT,
};

const CHOICES: Partial<Record<keyof Experiment, readonly string[]>> = {
  split: ["random", "grouped", "published"],
  loss: LOSS_NAMES,
  epsilonControl: ["fixed", "adaptive"],
  normalizeOver: ["set", "batch"],
  difficulty: ["mutual-information", "entropy", "loss"],
  epsilonOrder: ["uncertainty", "random", "reversed"],
  precision: ["float32", "bfloat16", "float16"],
};

function kindOf(value: unknown): string {
  return typeof value;
}

function* faultsOf(experiment: Experiment): Iterable<string> {
  for (const [key, value] of Object.entries(experiment)) {
    if (!(key in THESIS_EXPERIMENT)) {
      yield `unknown key "${key}"`;
      continue;
    }
    const name = key as keyof Experiment;
    const expected = kindOf(THESIS_EXPERIMENT[name]);
    if (kindOf(value) !== expected) yield `${key} must be a ${expected}, found ${Deno.inspect(value)}`;
    const [description, holds] = REQUIREMENTS[name] ?? [];
    if (typeof value === "number" && holds && !holds(value)) yield `${key} must be ${description}, found ${value}`;
    const choices = CHOICES[name];
    if (choices && !choices.includes(value as string)) {
      yield `${key} must be one of ${choices.join(", ")}, found ${Deno.inspect(value)}`;
    }
  }
  if (experiment.epsilonMin > experiment.epsilonMax) {
    yield `epsilonMin ${experiment.epsilonMin} is above epsilonMax ${experiment.epsilonMax}`;
  }
  if (experiment.epsilonControl === "adaptive" && experiment.loss !== "polydice1") {
    yield `adaptive ε needs the loss "polydice1", found "${experiment.loss}"`;
  }
  if (experiment.imageSize % 2 ** experiment.depth !== 0) {
    yield `imageSize ${experiment.imageSize} is no multiple of ${
      2 ** experiment.depth
    }, as depth ${experiment.depth} needs`;
  }
}
