/**
 * A run: what one experiment gave, as it is stored, shown and put into tables.
 *
 * @module
 */
import type { Experiment } from "./experiment.ts";

/** One epoch of training. */
export interface EpochRow {
  readonly epoch: number;
  /** Mean over the training images of the loss before their step. */
  readonly trainLoss: number;
  /** Mean Dice per validation image, after the epoch. */
  readonly valDice: number;
  readonly valIou: number;
  /** Mean ε of the training images in this epoch. */
  readonly meanEpsilon: number;
  readonly seconds: number;
}

/** One test image under one of the two weights that a run keeps. */
export interface TestRow {
  readonly id: string;
  /** `"best"`: of the epoch with the highest validation Dice; `"last"`: of the last epoch. */
  readonly weights: "best" | "last";
  readonly dice: number;
  readonly iou: number;
  readonly precision: number;
  readonly recall: number;
}

/** One training image at one update of ε. */
export interface EpsilonRow {
  readonly epoch: number;
  readonly id: string;
  /** D (eq. 8), nats. */
  readonly difficulty: number;
  /** D_norm (eq. 9). */
  readonly normalized: number;
  /** ε (eq. 11), used from this epoch on. */
  readonly epsilon: number;
}

/** Where and with what a run was computed. */
export interface RunEnvironment {
  /** Backend and its version, such as `"tensorflow 2.21.0"`. */
  readonly backend: string;
  readonly device: string;
  readonly deno: string;
  readonly platform: string;
  /** When the run ended, ISO 8601. */
  readonly finishedAt: string;
}

/** A finished run. */
export interface Run {
  /** Name of the run: hash of experiment and data. */
  readonly hash: string;
  readonly experiment: Experiment;
  /** SHA-256 of the images and masks. */
  readonly fingerprint: string;
  /** Numbers of images. */
  readonly counts: { readonly train: number; readonly validation: number; readonly test: number };
  readonly history: readonly EpochRow[];
  readonly test: readonly TestRow[];
  /** Empty unless ε is adaptive. */
  readonly epsilons: readonly EpsilonRow[];
  readonly bestEpoch: number;
  /** Training and evaluation together. */
  readonly seconds: number;
  readonly environment: RunEnvironment;
}
