/**
 * Measuring two sides in turns, so that both see the same machine.
 *
 * @module
 */
import { waitForQuiet } from "./machine_load.ts";
import { measureBlock } from "./measure_block.ts";
import { isQuiet, type Round } from "./spread.ts";
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
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([10, 100, 5000].map(blockRepetitions), [20, 6, 1]);
 * ```
 */
export function blockRepetitions(slower: number): number {
  return Math.min(MOST_REPETITIONS, Math.max(1, Math.round(BLOCK_MS / slower)));
}

/**
 * Lets two workers repeat what they have prepared, in blocks, one after the other; who begins changes from round to
 * round.
 *
 * @param ours both have run their work at least once
 * @param observe called with what is going on
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
