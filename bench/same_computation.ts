/**
 * Whether both sides compute the same: from equal weights, the losses of training steps and the probabilities after them.
 *
 * @module
 */
import type { Compared, WorkSettings } from "./messages.ts";
import { CHANNELS_LAST } from "./peer_variants.ts";
import type { WorkerProcess } from "./worker_process.ts";

/** A network and images small enough to compare in a moment. */
export const COMPARED_SETTINGS: WorkSettings = {
  work: "train",
  precision: "float32",
  baseWidth: 8,
  imageSize: 64,
  batch: 4,
  images: 4,
  passes: 1,
  // The two sides draw different masks.
  dropoutRate: 0,
};

/** Losses before the first step, and before a second one: those depend on gradients and Adam as well. */
const STEPS = 2;
/**
 * Differences up to here are rounding: Adam's first step is the sign of a gradient times 1e-3, so that a weight differs by
 * twice that where rounding turns the sign of a gradient near 0.
 */
export const SAME_WITHIN = 1e-3;

/** The largest differences between the sides. */
export interface Agreement {
  /** Of an image's loss, before and after one step of Adam. */
  readonly loss: number;
  /** Of a pixel's probability in evaluation after the steps; depends on batch norm's running averages as well. */
  readonly probability: number;
}

/** Compares both workers. */
export async function compareComputation(ours: WorkerProcess, peer: WorkerProcess, inputs: string): Promise<Agreement> {
  const ask = async (worker: WorkerProcess) => {
    await worker.ask({ operation: "load", inputs });
    const request = { operation: "compare", ...COMPARED_SETTINGS, variant: CHANNELS_LAST, steps: STEPS } as const;
    return await worker.ask<Compared>(request);
  };
  return agreement(await ask(ours), await ask(peer));
}

/** The largest differences between two results. */
export function agreement(a: Compared, b: Compared): Agreement {
  return {
    loss: largestDifference(a.losses.flat(), b.losses.flat()),
    probability: largestDifference(a.probabilities, b.probabilities),
  };
}

/** Whether the differences are rounding only. */
export function isSame({ loss, probability }: Agreement): boolean {
  return loss <= SAME_WITHIN && probability <= SAME_WITHIN;
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((largest, value, index) => {
    const difference = Math.abs(value - b[index]);
    return difference <= largest ? largest : difference; // so that NaN stays
  }, 0);
}
