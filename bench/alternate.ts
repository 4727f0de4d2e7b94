/**
 * Measuring two sides in turns, so that both see the same machine, and what the rounds come to.
 *
 * @module
 */
import os from "node:os";
import process from "node:process";
import { quantile } from "../lib/statistics/quantile.ts";
import type { Repeated } from "./messages.ts";
import type { WorkerProcess } from "./worker_process.ts";

/** How long two sides are measured. */
export interface AlternationPlan {
  /** Quiet rounds wanted. */
  readonly rounds: number;
  /** No further round begins after this time, unless fewer than {@linkcode FEWEST_ROUNDS} were measured. */
  readonly seconds: number;
  /** Seconds, beside those, of waiting for a moment in which other programs leave the machine alone. */
  readonly patience: number;
}

/** Rounds that are measured however long they take. */
export const FEWEST_ROUNDS = 3;
/** Milliseconds that one side computes in a round, if one repetition is not longer. */
const BLOCK_MS = 600;
/** Repetitions in a block, at most. */
const MOST_REPETITIONS = 20;
/** Where a repetition is shorter than this, the first of a block is not counted: the other side has used the caches. */
const SHORT_MS = 250;

/**
 * Repetitions of a block.
 *
 * @param slower milliseconds of one repetition on the slower side
 */
export function blockRepetitions(slower: number): number {
  return Math.min(MOST_REPETITIONS, Math.max(1, Math.round(BLOCK_MS / slower)));
}

/**
 * Lets two workers repeat what they have prepared, in blocks, one after the other; who begins changes from round to
 * round.
 */
export async function alternate(
  ours: WorkerProcess,
  peer: WorkerProcess,
  plan: AlternationPlan,
  observe: (doing: string) => void = () => {},
): Promise<Round[]> {
  const estimate = async (worker: WorkerProcess) => Math.min(...(await measureBlock(worker, 2)).milliseconds);
  const slower = Math.max(await estimate(ours), await estimate(peer));
  const [count, skipped] = [blockRepetitions(slower), slower < SHORT_MS ? 1 : 0];
  const rounds: Round[] = [];
  const started = performance.now();
  let waited = 0;
  const isLate = () => (performance.now() - started) / 1000 - waited > plan.seconds;
  const isEnough = () => rounds.filter(isQuiet).length >= plan.rounds || isLate();
  while (rounds.length < FEWEST_ROUNDS || !isEnough()) {
    waited += await waitForQuiet([ours, peer], plan.patience - waited, (cores) => {
      observe(`waiting, other programs keep ${cores.toFixed(1)} cores busy`);
    });
    observe(`round ${rounds.length + 1}`);
    const oursFirst = rounds.length % 2 === 0;
    const first = await measureBlock(oursFirst ? ours : peer, count, skipped);
    const second = await measureBlock(oursFirst ? peer : ours, count, skipped);
    rounds.push({
      ours: (oursFirst ? first : second).milliseconds,
      peer: (oursFirst ? second : first).milliseconds,
      otherCores: Math.max(first.otherCores, second.otherCores),
    });
  }
  return rounds;
}

/** Median and quartiles. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/** The spread of some measurements. */
export function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), lower: quantile(values, 0.25), upper: quantile(values, 0.75) };
}

/** What one round of alternating measurements brought, milliseconds of every repetition. */
export interface Round {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
  /** Cores that other programs kept busy meanwhile. */
  readonly otherCores: number;
}

/** Both sides over some rounds. */
export interface Comparison {
  readonly ours: Spread;
  readonly peer: Spread;
  /** Median: the quotient of the medians, peer / ours. Quartiles: of the rounds' own quotients. */
  readonly ratio: Spread;
  /** Rounds that were counted, and those that were left out because other programs were busy. */
  readonly rounds: number;
  readonly disturbed: number;
  /** Cores that other programs kept busy in the rounds that count, on average. */
  readonly otherCores: number;
}

/** With fewer quiet rounds than this, all rounds count. */
const FEWEST_QUIET_ROUNDS = 3;

/** Compares the sides over the rounds that nobody disturbed; over all of them where fewer than three were quiet. */
export function compareRounds(rounds: readonly Round[]): Comparison {
  const quiet = rounds.filter(isQuiet);
  const used = quiet.length >= FEWEST_QUIET_ROUNDS ? quiet : rounds;
  const ours = spread(used.flatMap((round) => round.ours));
  const peer = spread(used.flatMap((round) => round.peer));
  const quotients = spread(used.map((round) => quantile(round.peer, 0.5) / quantile(round.ours, 0.5)));
  return {
    ours,
    peer,
    ratio: { ...quotients, median: peer.median / ours.median },
    rounds: used.length,
    disturbed: rounds.length - used.length,
    otherCores: used.reduce((sum, { otherCores }) => sum + otherCores, 0) / used.length,
  };
}

/** Whether other programs left the machine alone in a round. */
export function isQuiet({ otherCores }: Round): boolean {
  return otherCores <= QUIET_CORES;
}

/** Whether other programs were busy in the rounds that count, so that their numbers are not to be quoted. */
export function isDisturbed({ otherCores }: Pick<Comparison, "otherCores">): boolean {
  return otherCores > QUIET_CORES;
}

/** Processor seconds up to a moment. */
export interface ProcessorClock {
  /** Of all programs on all cores. */
  readonly busy: number;
  /** Of those that are expected to compute: some workers, and this process. */
  readonly own: number;
  /** Wall clock. */
  readonly now: number;
}

/** Reads the clock. */
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

/** Lets a worker repeat what it has prepared. */
export async function measureBlock(worker: WorkerProcess, count: number, skipped = 0): Promise<Block> {
  const before = await processorClock([worker]);
  const { milliseconds } = await worker.ask<Repeated>({ operation: "run", count: count + skipped });
  const after = await processorClock([worker]);
  return { milliseconds: milliseconds.slice(skipped), otherCores: otherCores(before, after) };
}
