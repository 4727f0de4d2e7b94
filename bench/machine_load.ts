/**
 * How busy other programs keep the machine while the bench measures, and a block of repetitions measured with it.
 *
 * @module
 */
import os from "node:os";
import process from "node:process";
import type { WorkerProcess } from "./worker_process.ts";
import type { Repeated } from "./messages.ts";

/** Processor seconds up to a moment. */
export interface ProcessorClock {
  /** Of all programs on all cores. */
  readonly busy: number;
  /** Of those that are expected to compute: some workers, and this process. */
  readonly own: number;
  /** Wall clock. */
  readonly now: number;
}

/**
 * Reads the clock.
 *
 * @param workers those that are expected to compute
 */
export async function processorClock(workers: readonly WorkerProcess[]): Promise<ProcessorClock> {
  let used = 0;
  for (const worker of workers) used += (await worker.usage()).processorSeconds;
  const { user, system } = process.cpuUsage();
  const milliseconds = os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return { busy: milliseconds / 1000, own: used + (user + system) / 1e6, now: performance.now() / 1000 };
}

/**
 * Cores that anything else kept busy between two readings.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(otherCores({ busy: 10, own: 4, now: 0 }, { busy: 16, own: 8, now: 2 }), 1);
 * ```
 */
export function otherCores(before: ProcessorClock, after: ProcessorClock): number {
  const seconds = after.now - before.now;
  if (!(seconds > 0)) return 0;
  return Math.max(0, (after.busy - before.busy - (after.own - before.own)) / seconds);
}

/** Other programs may keep this much of a core busy before the machine counts as disturbed. */
export const QUIET_CORES = 0.25;
/** Milliseconds of one look at the machine. */
const LOOK_MS = 250;

/**
 * Waits until everything but these workers leaves the machine alone.
 *
 * @param patience seconds to wait at most
 * @param observe called with the cores that they keep busy while it waits
 * @returns seconds waited
 */
export async function waitForQuiet(
  workers: readonly WorkerProcess[],
  patience: number,
  observe: (cores: number) => void = () => {},
): Promise<number> {
  const started = performance.now();
  const waited = () => (performance.now() - started) / 1000;
  while (waited() < patience) {
    const before = await processorClock(workers);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const cores = otherCores(before, await processorClock(workers));
    if (cores <= QUIET_CORES) break;
    observe(cores);
  }
  return waited();
}

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
