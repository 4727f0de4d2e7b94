/**
 * What the bench's driver and its two workers say to each other: one JSON request a line on the worker's standard input,
 * one JSON answer a line on its standard output. Our worker (worker.ts) and PyTorch's (pytorch_worker.py) speak the same.
 *
 * @module
 */

import type { OperationTime } from "../lib/backend/tensorflow/operation_times.ts";

/** What is measured: a training step, or the difficulty of a data set by MC Dropout. */
export const WORKS = ["train", "mc"] as const;
export type Work = typeof WORKS[number];

/** Precision of convolutions: float32, or bfloat16 where the framework takes it by itself (PyTorch: autocast). */
export const PRECISIONS = ["float32", "bfloat16"] as const;
export type Precision = typeof PRECISIONS[number];

/** What the machine's peak is measured with. */
export type PeakKind = "product" | "convolution";

/** How PyTorch is asked to do it. Our worker has one way and passes over it. */
export interface Variant {
  readonly layout: "contiguous" | "channels_last";
  /** By `torch.compile`, with its default settings. */
  readonly compile: boolean;
  /** Adam as one fused operation instead of PyTorch's default. */
  readonly fusedAdam: boolean;
  /**
   * How OpenMP's threads wait for each other, a setting of the process: by default they spin for a moment, which is the
   * fastest on an idle machine; `"passive"` ones give their core back, which is several times faster on a busy one.
   */
  readonly waiting: "default" | "passive";
}

/** One piece of work, with everything that it depends on. */
export interface WorkSettings {
  readonly work: Work;
  readonly precision: Precision;
  /** Channels of the U-Net's first block. */
  readonly baseWidth: number;
  /** Height = width, pixels. */
  readonly imageSize: number;
  readonly batch: number;
  /** Images of the data set whose difficulty is computed. */
  readonly images: number;
  /** N, stochastic passes. */
  readonly passes: number;
  /** p */
  readonly dropoutRate: number;
}

/** The number of images that a piece of work reads: one batch to train on, or the data set. */
export function imagesOf({ work, batch, images }: Pick<WorkSettings, "work" | "batch" | "images">): number {
  return work === "train" ? batch : images;
}

/** A request. */
export type Request =
  /** Reads images, masks, epsilons and weights from a safetensors file. */
  | { readonly operation: "load"; readonly inputs: string }
  /** Builds the network and what belongs to it. → {@linkcode Timed} */
  | ({ readonly operation: "prepare"; readonly variant: Variant } & WorkSettings)
  /** Repeats what was prepared. → {@linkcode Repeated} */
  | { readonly operation: "run"; readonly count: number }
  /** Trains some steps and predicts. → {@linkcode Compared} */
  | ({ readonly operation: "compare"; readonly variant: Variant; readonly steps: number } & WorkSettings)
  /** What the operations of the prepared training step take; our worker alone. → {@linkcode Traced} */
  | { readonly operation: "trace"; readonly count: number }
  /** Nothing; its answer brings the usage up to date. */
  | { readonly operation: "usage" }
  /** Large arithmetic without anything beside it. → {@linkcode Repeated} */
  | {
    readonly operation: "peak";
    readonly kind: PeakKind;
    /** Rows of two square matrices. */
    readonly size: number;
    /** Shapes of the convolution: `[batch, height, width, channels]` and `[height, width, in, out]`. */
    readonly image: readonly number[];
    readonly kernel: readonly number[];
    readonly precision: Precision;
    readonly count: number;
  };

/** The first line of a worker. */
export interface Ready {
  readonly framework: string;
  readonly device: string;
  /** Precisions that the device has instructions for; PyTorch's worker knows it. */
  readonly precisions?: readonly Precision[];
}

/** What preparing took. */
export interface Timed {
  readonly milliseconds: number;
}

/** What repeating took. */
export interface Repeated {
  readonly milliseconds: number[];
  /** What the last one computed: the batch's loss, or the mean difficulty. */
  readonly value: number;
}

/** What a step's operations take, by kind. */
export interface Traced {
  readonly operations: OperationTime[];
}

/** What was computed, for comparison. */
export interface Compared {
  /** `[steps][batch]`: every image's loss before each step. */
  readonly losses: number[][];
  /** `[batch, height, width]` flat, in evaluation after the last step. */
  readonly probabilities: number[];
}

/** What a worker's process has used since it began; comes with every answer. */
export interface Usage {
  /** Over all threads. */
  readonly processorSeconds: number;
  /** The most memory that it has held. */
  readonly peakBytes: number;
}

/** An answer: what was asked for, or why not. */
export type Answer<T> = ({ readonly ok: true } & T | { readonly ok: false; readonly error: string }) & {
  readonly usage: Usage;
};
