/**
 * What many measurements of one thing come to.
 *
 * @module
 */
import { quantile } from "../lib/statistics/quantile.ts";
import { QUIET_CORES } from "./machine_load.ts";

/** Median and quartiles. */
export interface Spread {
  readonly median: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * The spread of some measurements.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(spread([3, 1, 2, 5, 4]), { median: 3, lower: 2, upper: 4 });
 * ```
 */
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

/**
 * Compares the sides over the rounds that nobody disturbed; over all of them where fewer than three were quiet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const round = { ours: [10, 12, 11], peer: [20, 24, 22], otherCores: 0 };
 * assertEquals(compareRounds([round, round, round]).ratio, { median: 2, lower: 2, upper: 2 });
 * ```
 */
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
