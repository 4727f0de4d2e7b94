/**
 * The record of a finished run: numbers and ids only, no image and no weights. All tables of results are made from
 * records. A record knows neither method nor study: a study finds its runs by their experiments.
 *
 * @module
 */
import type { DataFingerprint } from "../data/open_data.ts";
import type { DifficultySignal, Experiment } from "../experiment/experiment.ts";
import type { MetricName } from "../metrics/metric_names.ts";

/** Which of the weights that a run keeps: of its best validation epoch, or of its last. */
export type WeightsName = "best" | "last";

/** One test image of one run: numbers and the id only; metrics at probability 0.5. */
export interface TestRecord extends Readonly<Record<MetricName, number>> {
  /** The image. */
  readonly id: string;
  /** Under which weights. */
  readonly weights: WeightsName;
  /** Share of the image that is lesion in the mask. */
  readonly foreground: number;
  /** D of eq. 8 over the mask's lesion, nats, from N passes with these weights. */
  readonly difficulty: number;
  /** Mean predictive entropy over the image, nats. */
  readonly entropy: number;
}

/** Reliability of the mean probability over all test pixels: equal bins of the probability in [0, 1]. */
export interface CalibrationBins {
  /** Under which weights. */
  readonly weights: WeightsName;
  /** Pixels of each bin. */
  readonly counts: readonly number[];
  /** Sum of the probabilities of each bin. */
  readonly probability: readonly number[];
  /** Lesion pixels of each bin. */
  readonly lesion: readonly number[];
}

/** Uncertainty of pixels: equal bins of the predictive entropy in [0, ln 2], all test pixels. */
export interface UncertaintyBins {
  /** Under which weights. */
  readonly weights: WeightsName;
  /** Pixels of each bin. */
  readonly counts: readonly number[];
  /** Wrongly classified pixels of each bin. */
  readonly errors: readonly number[];
}

/** One epoch of training. */
export interface EpochRecord {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean over the training images of the loss. */
  readonly trainLoss: number;
  /** Mean Dice per validation image. */
  readonly valDice: number;
  /** Mean IoU per validation image. */
  readonly valIou: number;
  /** Time, s. */
  readonly seconds: number;
}

/** ε of the training images at one update, and how well the signal told which of them are hard. */
export interface EpsilonRecord {
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean of ε over the training images. */
  readonly mean: number;
  /** Its standard deviation. */
  readonly deviation: number;
  /** Smallest ε. */
  readonly min: number;
  /** Largest ε. */
  readonly max: number;
  /** Spearman's ρ of the signal and 1 − Dice of ȳ over the training images; null where it was not measured. */
  readonly errorCorrelation: number | null;
  /** Share of the worst tenth of the training images whose ε is below the median; null where it was not measured. */
  readonly worstBelowMedian: number | null;
}

/** How well a signal tells which test images a network gets wrong. */
export interface SignalRecord {
  /** Under which weights. */
  readonly weights: WeightsName;
  /** Name of the signal. */
  readonly signal: DifficultySignal;
  /** Spearman's ρ of the signal and 1 − Dice over the test images; null where one of them is constant. */
  readonly correlation: number | null;
  /** Share of the tenth of the images with the largest error whose signal is below the median. */
  readonly worstBelowMedian: number;
}

/** One test image at the size of its own file; metrics at probability 0.5. */
export interface NativeRecord extends Readonly<Record<MetricName, number>> {
  /** The image. */
  readonly id: string;
  /** Under which weights. */
  readonly weights: WeightsName;
  /** 95 % Hausdorff distance of the outlines, pixels of the file; null where it was not measured. */
  readonly hd95: number | null;
  /** Normalised surface Dice; null where it was not measured. */
  readonly nsd: number | null;
}

/** Scores on images from elsewhere; one number an image in each list. Of changed test images there is Dice alone. */
export interface ExternalRecord {
  /** Name of the images. */
  readonly dataset: string;
  /** SHA-256 of images and masks. */
  readonly pixels: string;
  /** How they were changed, as in `"blur-2"`; empty: as they are. */
  readonly change: string;
  /** Under which weights. */
  readonly weights: WeightsName;
  /** Number of images. */
  readonly images: number;
  /** Dice at probability 0.5. */
  readonly dice: readonly number[];
  /** D of eq. 8, nats; 0 without a lesion. */
  readonly difficulty: readonly number[];
  /** Mean predictive entropy, nats. */
  readonly entropy: readonly number[];
  /** Share of the image that is predicted lesion. */
  readonly predicted: readonly number[];
}

/** Where and with what a run was computed. */
export interface RecordEnvironment {
  /** Backend and its version, such as `"tensorflow 2.21.0"`. */
  readonly backend: string;
  /**
   * What computed, such as `"GPU:0"`; of a processor its threads too, where they are not as many as its cores: they decide
   * about the last digits, and are no part of the run's name.
   */
  readonly device: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Operating system and processor family. */
  readonly platform: string;
  /** When the run ended, ISO 8601. */
  readonly finishedAt: string;
}

/** A finished run. */
export interface RunRecord {
  /** Name of the run: hash of experiment, data and backend. */
  readonly run: string;
  /** Its settings. */
  readonly experiment: Experiment;
  /** Name of the backend, as in `"tensorflow"`. */
  readonly backend: string;
  /** Fingerprints of what it was trained on. */
  readonly data: DataFingerprint;
  /** Numbers of images. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  /** The epoch with the highest validation Dice, from 1. */
  readonly bestEpoch: number;
  /** Training and validation together. */
  readonly seconds: number;
  /** Where and with what it was computed. */
  readonly environment: RecordEnvironment;
  /** One row an epoch. */
  readonly history: readonly EpochRecord[];
  /** At every update; empty where ε is fixed or the loss has none. */
  readonly epsilons: readonly EpsilonRecord[];
  /** Of each signal under each of the weights; empty where they were not measured. */
  readonly signals: readonly SignalRecord[];
  /** One entry for each of the weights. */
  readonly calibration: readonly CalibrationBins[];
  /** One entry for each of the weights. */
  readonly uncertainty: readonly UncertaintyBins[];
  /** Every test image under each of the weights. */
  readonly test: readonly TestRecord[];
  /** Test images at the size of their files; empty where that was not measured. */
  readonly native: readonly NativeRecord[];
  /** Images from elsewhere; empty where there are none. */
  readonly external: readonly ExternalRecord[];
}

/** What six significant digits leave open, relative to a number. */
const ROUNDING = 2e-5;

/**
 * Where fields of a record contradict each other, though each alone is as it must be: it was edited by hand, or its writer
 * has a fault.
 */
export function* contradictionsOf(record: RunRecord): Iterable<string> {
  yield* historyContradictions(record);
  yield* otherImages(record);
  for (const weights of ["best", "last"] as const) {
    yield* testContradictions(record, weights);
    yield* binContradictions(record, weights);
  }
  yield* differentImages(record);
  for (const [index, row] of record.test.entries()) yield* metricContradictions(row, `test row ${index + 1}`);
  for (const [index, row] of record.native.entries()) yield* metricContradictions(row, `native row ${index + 1}`);
}

function* historyContradictions({ history, bestEpoch, epsilons }: RunRecord): Iterable<string> {
  const gap = history.findIndex(({ epoch }, index) => epoch !== index + 1);
  if (gap >= 0) yield `history row ${gap + 1}, epoch: expected ${gap + 1}, found ${history[gap].epoch}`;
  const best = history[bestEpoch - 1];
  if (!best) {
    yield `bestEpoch: expected an epoch of the history, which has ${history.length}, found ${bestEpoch}`;
    return;
  }
  const better = history.find(({ valDice }) => valDice > best.valDice);
  if (better) yield `bestEpoch: ${bestEpoch} has a lower valDice than epoch ${better.epoch}`;
  for (const [index, { epoch, min, mean, max }] of epsilons.entries()) {
    const field = `epsilons row ${index + 1}`;
    if (index > 0 && epoch <= epsilons[index - 1].epoch) yield `${field}, epoch: expected a later epoch than before it`;
    if (epoch > history.length) yield `${field}, epoch: the history has no epoch ${epoch}`;
    const room = ROUNDING * Math.max(Math.abs(min), Math.abs(max));
    if (mean < min - room || mean > max + room) yield `${field}, mean: ${mean} is outside [${min}, ${max}]`;
  }
}

function* testContradictions({ test, counts }: RunRecord, weights: WeightsName): Iterable<string> {
  const ids = test.filter((row) => row.weights === weights).map(({ id }) => id);
  if (ids.length !== counts.test) {
    yield `test: expected ${counts.test} rows of the ${weights} weights, as counts say, found ${ids.length}`;
  }
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) yield `test: image "${twice}" has two rows of the ${weights} weights`;
}

function* differentImages({ test }: RunRecord): Iterable<string> {
  const last = new Map(test.filter(({ weights }) => weights === "last").map((row) => [row.id, row]));
  for (const { id, foreground } of test.filter(({ weights }) => weights === "best")) {
    if (!last.has(id)) yield `test: image "${id}" has no row of the last weights`;
    else if (last.get(id)!.foreground !== foreground) yield `test: image "${id}" has two different foregrounds`;
  }
}

/** Rows at the files' own size are of test images; lists of other images have a number each. */
function* otherImages({ test, native, external }: RunRecord): Iterable<string> {
  const ids = new Set(test.map(({ id }) => id));
  const seen = new Set<string>();
  for (const { id, weights } of native) {
    if (!ids.has(id)) yield `native: "${id}" is no test image`;
    if (seen.has(`${weights} ${id}`)) yield `native: image "${id}" has two rows of the ${weights} weights`;
    seen.add(`${weights} ${id}`);
  }
  for (const { dataset, change, weights, images, ...lists } of external) {
    const name = ["external", dataset, change, weights].filter((part) => part !== "").join(" ");
    if (seen.has(name)) yield `${name}: is there twice`;
    seen.add(name);
    for (const list of ["dice", "difficulty", "entropy", "predicted"] as const) {
      const left = change !== "" && list !== "dice" && lists[list].length === 0; // of changed images Dice is enough
      if (lists[list].length !== images && !left) {
        yield `${name}, ${list}: expected ${images} numbers, found ${lists[list].length}`;
      }
    }
  }
}

/** Dice is 2·IoU/(1 + IoU), and the harmonic mean of precision and recall. */
function* metricContradictions(
  { dice, iou, precision, recall }: Readonly<Record<MetricName, number>>,
  row: string,
): Iterable<string> {
  if (Math.abs(dice - 2 * iou / (1 + iou)) > ROUNDING) {
    yield `${row}: dice ${dice} and iou ${iou} can't be of one image`;
  }
  const harmonic = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
  if (Math.abs(dice - harmonic) > ROUNDING) {
    yield `${row}: dice ${dice}, precision ${precision} and recall ${recall} can't be of one image`;
  }
}

function* binContradictions(record: RunRecord, weights: WeightsName): Iterable<string> {
  const pixels = record.counts.test * record.experiment.imageSize ** 2;
  for (const field of ["calibration", "uncertainty"] as const) {
    const entries = record[field].filter((entry) => entry.weights === weights);
    if (entries.length !== 1) {
      yield `${field}: expected one entry of the ${weights} weights, found ${entries.length}`;
      continue;
    }
    const { weights: _, ...lists } = entries[0];
    const { counts, ...parts } = lists as { counts: readonly number[] } & Record<string, readonly number[]>;
    for (const [name, values] of Object.entries(parts)) {
      if (values.length !== counts.length) {
        yield `${field} of the ${weights} weights, ${name}: expected ${counts.length} bins, found ${values.length}`;
      }
      const bin = values.findIndex((value, index) => value > counts[index] * (1 + ROUNDING));
      if (bin >= 0) yield `${field} of the ${weights} weights, ${name}: bin ${bin + 1} has more than its pixels`;
    }
    if (field === "calibration") yield* probabilityContradictions(counts, parts.probability, weights);
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) yield `${field} of the ${weights} weights: there are no pixels`;
    if (total !== pixels) {
      yield `${field} of the ${weights} weights, counts: expected ${pixels} pixels in all, found ${total}`;
    }
  }
}

/** The mean probability of a bin's pixels lies in the bin. */
function* probabilityContradictions(
  counts: readonly number[],
  sums: readonly number[],
  weights: WeightsName,
): Iterable<string> {
  for (const [bin, count] of counts.entries()) {
    const mean = sums[bin] / count; // NaN where the bin is empty, which is in no range and outside of none
    const [from, to] = [bin / counts.length, (bin + 1) / counts.length];
    if (mean < from - ROUNDING || mean > to + ROUNDING) {
      yield `calibration of the ${weights} weights, probability: bin ${
        bin + 1
      } has mean ${mean}, not in [${from}, ${to}]`;
    }
  }
}
