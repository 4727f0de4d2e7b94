/**
 * An experiment: one flat record of everything that decides a training, but for the images themselves and the backend. It
 * is resolved once, where a user's choice comes in.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Precision } from "../backend/capture.ts";
import type { EpsilonOrder } from "../control/epsilon_order.ts";
import { EPSILON_LOSSES, LOSS_NAMES, type LossName } from "../loss/losses.ts";
import type { DataFingerprint } from "../data/open_data.ts";

/** What D of an image can be: the mutual information over the lesion (eq. 8), and what is tried in its place. */
export const DIFFICULTY_SIGNALS = [
  /** Mean mutual information over the lesion: the thesis' D. */
  "mutual-information",
  /** Mean predictive entropy over the lesion. */
  "entropy",
  /** Mean predictive entropy over the whole image; needs no mask. */
  "image-entropy",
  /** Mean mutual information over the lesion from passes in which only the bottleneck drops activations. */
  "bottleneck-information",
  /** 1 − mean Dice between any two passes; needs no mask. */
  "disagreement",
  /** Dice loss of ȳ. */
  "loss",
  /** The difficulty that a synthetic image was made with. */
  "oracle",
] as const;

/** See {@linkcode DIFFICULTY_SIGNALS}. */
export type DifficultySignal = typeof DIFFICULTY_SIGNALS[number];

/** Everything that a run depends on. The defaults of {@linkcode defineExperiment} are the thesis' settings. */
export interface Experiment {
  /** `"synthetic"`, `"kvasir-seg"`, `"cvc-clinicdb"`, or the name of images of one's own. */
  readonly dataset: string;
  /** At most so many images, drawn by `splitSeed`; 0: all there are, of the synthetic data set 400. */
  readonly imageCount: number;
  /** Height = width, pixels. */
  readonly imageSize: number;
  /** How images become square: stretched as in the thesis, or padded with black. */
  readonly fit: "stretch" | "pad";
  /** Values of the masks that are lesion, as in `"1,2"`; empty: told from the masks. */
  readonly maskValues: string;
  /**
   * How the data set is split: `grouped` (video sequences, patients, near-duplicates together), `random` by image,
   * `published`, as a `manifest` says, or `fold-2-of-5`.
   */
  readonly split: string;
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
  /**
   * Over which images D is normalised: the whole training set (§3.2.1), or as many as a batch has (§4.1.1): consecutive
   * ones of the training set, since the batches of an epoch are drawn anew.
   */
  readonly normalizeOver: "set" | "batch";
  /** What D is. */
  readonly difficulty: DifficultySignal;
  /**
   * Which image gets which of the controller's ε: the image that it was computed for, or, as a control with the same
   * values, an image drawn at random, or the image with the opposite rank of D; or every image their mean.
   */
  readonly epsilonOrder: EpsilonOrder;

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
  fit: "stretch",
  maskValues: "",
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
 * The hash of an experiment on a backend (each draws its own random masks): the first 12 hexadecimal digits of a SHA-256
 * over the record, the backend's name and the version of the computation. It names the place of a record, which is known
 * before the images are opened; the name of a run depends on the images as well.
 */
export function experimentHash(experiment: Experiment, backend: string): string {
  return shortHash({ version: COMPUTATION_VERSION, backend, experiment: sortedEntries(experiment) });
}

/**
 * The name of a run: the first 12 hexadecimal digits of a SHA-256 over the experiment, the images, their groups and the members of each part,
 * the backend's name (each draws its own random masks) and the version of the computation.
 */
export function runHash(experiment: Experiment, fingerprint: DataFingerprint, backend: string): string {
  const { pixels, groups, members } = fingerprint;
  const data = [pixels, groups, members];
  return shortHash({ version: COMPUTATION_VERSION, backend, data, experiment: sortedEntries(experiment) });
}

/** The settings in the order of their names, which the order in which a record was written does not change. */
function sortedEntries(experiment: Experiment): [string, unknown][] {
  return Object.entries(experiment).sort(([a], [b]) => a < b ? -1 : 1);
}

function shortHash(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12);
}

/** Names of splits. */
export const SPLIT = /^(grouped|random|published|manifest|fold-([1-9]\d?)-of-([1-9]\d?))$/;

/** What a value must be, in words, and whether it is; its kind is that of the thesis' value. */
type Rule<Value> = readonly [description: string, holds: (value: Value) => boolean];

const POSITIVE_INTEGER: Rule<number> = ["a positive integer", (value) => Number.isSafeInteger(value) && value > 0];
const COUNT: Rule<number> = ["an integer, 0 or more", (value) => Number.isSafeInteger(value) && value >= 0];
const FINITE: Rule<number> = ["a finite number", Number.isFinite];

function oneOf(...choices: readonly string[]): Rule<string> {
  return [`one of ${choices.join(", ")}`, (value) => choices.includes(value)];
}

/** Levels, ranges of them and colours, as `parseMaskValues()` reads them; empty leaves it to the masks. */
const MASK_VALUES = /^((\d{1,5}(-\d{1,5})?|[0-9a-f]{6})(,(?!$)|$))*$/;

const RULES: { readonly [Key in keyof Experiment]?: Experiment[Key] extends number ? Rule<number> : Rule<string> } = {
  dataset: ["a name of a–z, 0–9, point and hyphen", (value) => /^[a-z0-9][a-z0-9.-]*$/.test(value)],
  imageCount: COUNT,
  imageSize: POSITIVE_INTEGER,
  fit: oneOf("stretch", "pad"),
  maskValues: ['values with commas between, as in "1,2", "1-5" or "ff0000"', (value) => MASK_VALUES.test(value)],
  split: ['grouped, random, published, manifest or a fold, as in "fold-2-of-5"', (value) => SPLIT.test(value)],
  splitSeed: COUNT,
  baseWidth: POSITIVE_INTEGER,
  depth: POSITIVE_INTEGER,
  loss: oneOf(...LOSS_NAMES),
  focalGamma: ["0 or more", (value) => value >= 0 && Number.isFinite(value)],
  epsilon: FINITE,
  epsilonControl: oneOf("fixed", "adaptive"),
  epochs: POSITIVE_INTEGER,
  batchSize: POSITIVE_INTEGER,
  learningRate: ["a positive number", (value) => Number.isFinite(value) && value > 0],
  dropoutRate: ["in [0, 1)", (value) => value >= 0 && value < 1],
  interval: POSITIVE_INTEGER,
  startEpoch: COUNT,
  passes: POSITIVE_INTEGER,
  percentile: ["in [0, 100]", (value) => value >= 0 && value <= 100],
  epsilonMin: FINITE,
  epsilonMax: FINITE,
  slope: FINITE,
  normalizeOver: oneOf("set", "batch"),
  difficulty: oneOf(...DIFFICULTY_SIGNALS),
  epsilonOrder: oneOf("uncertainty", "mean", "random", "reversed"),
  precision: oneOf("float32", "bfloat16", "float16"),
  patience: COUNT,
  seed: COUNT,
};

function* faultsOf(experiment: Experiment): Iterable<string> {
  for (const [key, value] of Object.entries(experiment)) {
    if (!(key in THESIS_EXPERIMENT)) {
      yield `unknown key "${key}"`;
      continue;
    }
    const name = key as keyof Experiment;
    const standard = THESIS_EXPERIMENT[name];
    const [description, holds] = (RULES[name] ?? []) as Partial<Rule<unknown>>;
    if (typeof value !== typeof standard) yield `${key} must be a ${typeof standard}, found ${Deno.inspect(value)}`;
    else if (holds && !holds(value)) yield `${key} must be ${description}, found ${Deno.inspect(value)}`;
  }
  const [, , fold, folds] = SPLIT.exec(experiment.split) ?? [];
  if (fold !== undefined && (Number(folds) < 2 || Number(fold) > Number(folds))) {
    yield `split must name a fold of two or more, found "${experiment.split}"`;
  }
  if (experiment.difficulty === "oracle" && experiment.dataset !== "synthetic") {
    yield `difficulty "oracle" is known of synthetic images only, found dataset "${experiment.dataset}"`;
  }
  if (experiment.epsilonMin > experiment.epsilonMax) {
    yield `epsilonMin ${experiment.epsilonMin} is above epsilonMax ${experiment.epsilonMax}`;
  }
  if (experiment.epsilonControl === "adaptive" && !EPSILON_LOSSES.includes(experiment.loss)) {
    yield `adaptive ε needs a loss that reads ε (${EPSILON_LOSSES.join(", ")}), found "${experiment.loss}"`;
  }
  const needsPasses = ["mutual-information", "bottleneck-information", "disagreement"].includes(experiment.difficulty);
  if (
    experiment.epsilonControl === "adaptive" && needsPasses && (experiment.dropoutRate === 0 || experiment.passes === 1)
  ) {
    yield `difficulty "${experiment.difficulty}" needs passes that differ, found dropoutRate ${experiment.dropoutRate} ` +
      `and passes ${experiment.passes}`;
  }
  if (experiment.imageSize % 2 ** experiment.depth !== 0) {
    yield `imageSize ${experiment.imageSize} is no multiple of ${
      2 ** experiment.depth
    }, as depth ${experiment.depth} needs`;
  }
}
