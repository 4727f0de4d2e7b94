/**
 * Some repetitions of a worker's work, and how much of the machine it had meanwhile.
 *
 * @module
 */
import { otherCores, processorClock } from "./machine_load.ts";
import type { Repeated } from "./messages.ts";
import type { WorkerProcess } from "./worker_process.ts";

/** What a block of repetitions brought. */
export interface Block {
  /** Of every repetition. */
  readonly milliseconds: readonly number[];
  /** Cores that anything but this worker kept busy meanwhile; another worker that is not idle counts as well. */
  readonly otherCores: number;
}

/**
 * Lets a worker repeat what it has prepared.
 *
 * @param count repetitions that count
 * @param skipped repetitions before those
 */
export async function measureBlock(worker: WorkerProcess, count: number, skipped = 0): Promise<Block> {
  const before = await processorClock([worker]);
  const { milliseconds } = await worker.ask<Repeated>({ operation: "run", count: count + skipped });
  const after = await processorClock([worker]);
  return { milliseconds: milliseconds.slice(skipped), otherCores: otherCores(before, after) };
}
