/**
 * The machine's peak: the fastest product of two large square matrices that either side computes.
 *
 * @module
 */
import type { Precision, Repeated } from "./messages.ts";
import type { WorkerProcess } from "./worker_process.ts";

/** Rows of the matrices. */
const SIZE = 2048;
/** The same on a GPU, which is idle half of the time with smaller ones. */
const GPU_SIZE = 8192;
const ROUNDS = 3;
/** Products of a block; the first one is not counted. */
const REPETITIONS = 4;

/** Multiply-accumulates a second. */
export interface MatrixPeak {
  readonly precision: Precision;
  readonly ours: number;
  readonly peer: number;
}

/** Measures both sides in turns and takes each one's shortest product. */
export async function measureMatrixPeak(
  ours: WorkerProcess,
  peer: WorkerProcess,
  precision: Precision,
  device: "cpu" | "cuda",
): Promise<MatrixPeak> {
  const size = device === "cpu" ? SIZE : GPU_SIZE;
  const shortest = { ours: Infinity, peer: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [side, worker] of [["ours", ours], ["peer", peer]] as const) {
      const request = { operation: "matmul", size, precision, count: REPETITIONS } as const;
      const { milliseconds } = await worker.ask<Repeated>(request);
      shortest[side] = Math.min(shortest[side], ...milliseconds.slice(1));
    }
  }
  const rate = (milliseconds: number) => size ** 3 / (milliseconds / 1000);
  return { precision, ours: rate(shortest.ours), peer: rate(shortest.peer) };
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
 * assertAlmostEquals(shareOfPeak({ precision: "float32", ours: 8e10, peer: 1e11 }, 4e10, 800), 0.5);
 * ```
 */
export function shareOfPeak(peak: MatrixPeak, arithmetic: number, milliseconds: number): number {
  return arithmetic / (milliseconds / 1000) / Math.max(peak.ours, peak.peer);
}
