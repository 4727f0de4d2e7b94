/**
 * The machine's peak: the fastest arithmetic that either side reaches on work without anything beside it.
 *
 * @module
 */
import { waitForQuiet } from "./machine_load.ts";
import type { PeakKind, Precision, Repeated } from "./messages.ts";
import type { WorkerProcess } from "./worker_process.ts";

/** Rows of the matrices. */
const SIZE = 2048;
/** The same on a GPU, which is idle half of the time with smaller ones. */
const GPU_SIZE = 8192;
/** Images, height = width, and rows of a matrix to one channel, of the convolution. */
const IMAGES = 2, SIDE = 64, ROWS_A_CHANNEL = 8;
/** Weights of a 3×3 kernel, one channel to one. */
const KERNEL = 9;
const ROUNDS = 3;
/** Repetitions of a block; the first one is not counted. */
const REPETITIONS = 4;
/** Seconds to wait for a quiet machine before a round. */
const PATIENCE = 4;

/** Multiply-accumulates a second of both sides. */
export interface PeakRate {
  readonly kind: PeakKind;
  readonly ours: number;
  readonly peer: number;
}

/** What was measured in one precision: a product of two large matrices, and a convolution with many channels. */
export interface MatrixPeak {
  readonly precision: Precision;
  readonly rates: readonly PeakRate[];
}

/** Multiply-accumulates of a product of square matrices with `size` rows, or of the convolution that goes with it. */
export function peakArithmetic(kind: PeakKind, size: number): number {
  return kind === "product" ? size ** 3 : IMAGES * SIDE ** 2 * KERNEL * (size / ROWS_A_CHANNEL) ** 2;
}

/** The shapes of the convolution that goes with matrices of `size` rows: image `[batch, height, width, channels]`, kernel. */
export function peakConvolution(size: number): { image: number[]; kernel: number[] } {
  const channels = size / ROWS_A_CHANNEL;
  return { image: [IMAGES, SIDE, SIDE, channels], kernel: [3, 3, channels, channels] };
}

/**
 * Measures both sides in turns and takes each one's shortest repetition. The convolution is there because libraries take
 * a processor further with it than with the product, so that shares of the product alone would exceed 1.
 */
export async function measureMatrixPeak(
  ours: WorkerProcess,
  peer: WorkerProcess,
  precision: Precision,
  device: "cpu" | "cuda",
): Promise<MatrixPeak> {
  const size = device === "cpu" ? SIZE : GPU_SIZE;
  const rates: PeakRate[] = [];
  for (const kind of ["product", "convolution"] as const) {
    const shortest = { ours: Infinity, peer: Infinity };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [side, worker] of [["ours", ours], ["peer", peer]] as const) {
        await waitForQuiet([ours, peer], PATIENCE);
        const request = {
          operation: "peak",
          kind,
          size,
          ...peakConvolution(size),
          precision,
          count: REPETITIONS,
        } as const;
        const { milliseconds } = await worker.ask<Repeated>(request);
        shortest[side] = Math.min(shortest[side], ...milliseconds.slice(1));
      }
    }
    const rate = (milliseconds: number) => peakArithmetic(kind, size) / (milliseconds / 1000);
    rates.push({ kind, ours: rate(shortest.ours), peer: rate(shortest.peer) });
  }
  return { precision, rates };
}

/** Multiply-accumulates a second: the fastest of both sides and both kinds. */
export function peakRate({ rates }: MatrixPeak): number {
  return Math.max(...rates.flatMap(({ ours, peer }) => [ours, peer]));
}

/**
 * Share of the machine's peak that some arithmetic reached.
 *
 * @param arithmetic multiply-accumulates
 * @param milliseconds that they took
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const peak = { precision: "float32", rates: [{ kind: "product", ours: 8e10, peer: 1e11 }] } as const;
 * assertAlmostEquals(shareOfPeak(peak, 4e10, 800), 0.5);
 * ```
 */
export function shareOfPeak(peak: MatrixPeak, arithmetic: number, milliseconds: number): number {
  return arithmetic / (milliseconds / 1000) / peakRate(peak);
}
