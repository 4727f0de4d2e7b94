/**
 * A run: what one experiment gave, as it is stored, shown and put into tables.
 *
 * @module
 */
import type { SplitPart } from "../data/image_pairs.ts";
import type { DataFingerprint } from "../data/open_data.ts";
import type { Experiment } from "../experiment/experiment.ts";
import type { MetricName } from "../metrics/metric_names.ts";
import type { EpochRecord, RecordEnvironment, WeightsName } from "../results/run_record.ts";

/** One epoch of training. */
export interface EpochRow extends EpochRecord {
  /** Mean ε of the training images in this epoch. */
  readonly meanEpsilon: number;
}

/** One test image under one of the two weights that a run keeps; metrics at probability 0.5. */
export interface TestRow extends Readonly<Record<MetricName, number>> {
  /** The image. */
  readonly id: string;
  /** Under which weights. */
  readonly weights: WeightsName;
}

/** One training image at one update of ε. */
export interface EpsilonRow {
  /** The epoch before which it was updated, from 1. */
  readonly epoch: number;
  /** The image. */
  readonly id: string;
  /** D of the experiment's signal; that of eq. 8 is in nats. */
  readonly difficulty: number;
  /** D_norm (eq. 9). */
  readonly normalized: number;
  /** ε (eq. 11), used from this epoch on. */
  readonly epsilon: number;
  /** 1 − Dice of ȳ at probability 0.5: what D is to tell. */
  readonly error: number;
}

/** An image of a run. */
export interface RunImage {
  /** Its id in the data set. */
  readonly id: string;
  /** The first 16 hexadecimal digits of the SHA-256 of its pixels, by which it is known under any name. */
  readonly content: string;
}

/** The images of a run by what they were for. */
export type RunParts = Readonly<Record<SplitPart, readonly RunImage[]>>;

/** A finished run. */
export interface Run {
  /** Name of the run: hash of experiment, data and backend. */
  readonly hash: string;
  /** Its settings. */
  readonly experiment: Experiment;
  /** Name of the backend. */
  readonly backend: string;
  /** Fingerprints of what it was trained on. */
  readonly data: DataFingerprint;
  /** Which images were for what. */
  readonly parts: RunParts;
  /** One row an epoch. */
  readonly history: readonly EpochRow[];
  /** One row a test image and kind of weights. */
  readonly test: readonly TestRow[];
  /** Empty unless ε is adaptive. */
  readonly epsilons: readonly EpsilonRow[];
  /** The epoch with the highest validation Dice, from 1. */
  readonly bestEpoch: number;
  /** Training and validation together. */
  readonly seconds: number;
  /** Where and with what it was computed. */
  readonly environment: RecordEnvironment;
}

/** Mean validation Dice of a run's best epoch. */
export function bestValidationDice({ history, bestEpoch }: Pick<Run, "history" | "bestEpoch">): number {
  return history[bestEpoch - 1].valDice;
}
