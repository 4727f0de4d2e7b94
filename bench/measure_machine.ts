/**
 * What both sides are, whether they compute the same, and how fast the machine is at most: the fastest arithmetic that
 * either side reaches on work without anything beside it.
 *
 * @module
 */
import os from "node:os";
import { waitForQuiet } from "./alternate.ts";
import type { BenchPlan } from "./bench_plan.ts";
import {
  type Compared,
  type PeakKind,
  type Precision,
  PRECISIONS,
  type Repeated,
  type WorkSettings,
} from "./messages.ts";
import { CHANNELS_LAST } from "./peer_variants.ts";
import { startWorker, type WorkerCommand, type WorkerProcess } from "./worker_process.ts";

/** Where it was measured, and with what. Two reports of one machine and one set of versions can be joined. */
export interface BenchMachine {
  readonly processor: string;
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
  readonly system: string;
  readonly deno: string;
  /** Framework and device of both sides. */
  readonly ours: string;
  readonly peer: string;
  /** Precisions that were left out because the device has no instructions for them. */
  readonly leftOut: readonly Precision[];
}

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

/**
 * Starts both sides and asks them. Found are the workers' commands from now on, and of the precisions asked for those to
 * measure.
 *
 * @param ours our worker; the device that it finds is the one that PyTorch is given as well
 */
export async function measureMachine(
  ours: WorkerCommand,
  peerOn: (device: "cpu" | "cuda") => WorkerCommand,
  inputs: string,
  plan: Pick<BenchPlan, "precisions" | "nativePrecisionsOnly">,
  observe: (doing: string) => void,
) {
  observe("starting both sides");
  await using ourWorker = await startWorker(ours);
  const device = ourWorker.ready.device.startsWith("GPU") ? "cuda" : "cpu";
  const peer = peerOn(device);
  await using peerWorker = await startWorker(peer);
  observe("comparing what they compute");
  const agreement = await compareComputation(ourWorker, peerWorker, inputs);
  const peaks: MatrixPeak[] = [];
  const native = plan.nativePrecisionsOnly ? peerWorker.ready.precisions ?? PRECISIONS : PRECISIONS;
  const precisions = plan.precisions.filter((precision) => native.includes(precision));
  for (const precision of precisions) {
    observe(`matrix products in ${precision}`);
    peaks.push(await measureMatrixPeak(ourWorker, peerWorker, precision, device));
  }
  const [processor] = os.cpus();
  const machine: BenchMachine = {
    processor: processor?.model.trim() || "unknown processor",
    cores: os.cpus().length,
    memory: os.totalmem(),
    system: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    ours: `${ourWorker.ready.framework} on ${ourWorker.ready.device}`,
    leftOut: plan.precisions.filter((precision) => !precisions.includes(precision)),
    peer: `${peerWorker.ready.framework} on ${peerWorker.ready.device}`,
  };
  return { sides: { ours, peer }, machine, agreement, peaks, precisions };
}

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

/**
 * What was measured in one precision, multiply-accumulates a second: a product of two large matrices, and a convolution with
 * many channels.
 */
export interface MatrixPeak {
  readonly precision: Precision;
  readonly rates: readonly { readonly kind: PeakKind; readonly ours: number; readonly peer: number }[];
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
  const channels = size / ROWS_A_CHANNEL;
  // [batch, height, width, channels], [height, width, in, out]
  const convolution = { image: [IMAGES, SIDE, SIDE, channels], kernel: [3, 3, channels, channels] };
  const arithmetic = { product: size ** 3, convolution: IMAGES * SIDE ** 2 * KERNEL * channels ** 2 };
  const rates: MatrixPeak["rates"][number][] = [];
  for (const kind of ["product", "convolution"] as const) {
    const shortest = { ours: Infinity, peer: Infinity };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [side, worker] of [["ours", ours], ["peer", peer]] as const) {
        await waitForQuiet([ours, peer], PATIENCE);
        const request = { operation: "peak", kind, size, ...convolution, precision, count: REPETITIONS } as const;
        const { milliseconds } = await worker.ask<Repeated>(request);
        shortest[side] = Math.min(shortest[side], ...milliseconds.slice(1));
      }
    }
    const rate = (milliseconds: number) => arithmetic[kind] / (milliseconds / 1000);
    rates.push({ kind, ours: rate(shortest.ours), peer: rate(shortest.peer) });
  }
  return { precision, rates };
}

/** Multiply-accumulates a second: the fastest of both sides and both kinds. */
export function peakRate({ rates }: MatrixPeak): number {
  return Math.max(...rates.flatMap(({ ours, peer }) => [ours, peer]));
}
