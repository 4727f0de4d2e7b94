/**
 * The adaptive control of ε over the epochs, Algorithm 1 of the thesis: a reducer over plain numbers.
 *
 * @module
 */
import {
  epsilonFromDifficulty,
  type EpsilonRangeOptions,
  normalizeDifficulty,
  type NormalizeDifficultyOptions,
} from "./epsilon_from_difficulty.ts";

/** When ε is updated. */
export interface UpdateScheduleOptions {
  /** E₀, the first epoch that may update; a whole number from 0. Default 0, as in the thesis. */
  readonly startEpoch?: number;
  /** τ, epochs from one update to the next; a whole number from 1. Default 10. */
  readonly interval?: number;
}

/** Options of {@linkcode updateEpsilon}; the defaults are the thesis' settings (§4.1.1). */
export interface EpsilonControlOptions extends UpdateScheduleOptions, NormalizeDifficultyOptions, EpsilonRangeOptions {
  /**
   * Which images are normalised together: the whole training `"set"` (default, §3.2.1), or each `"batch"` of `batchSize`
   * consecutive images in the order given (§4.1.1).
   */
  readonly normalizeOver?: "set" | "batch";
  /** Images of one batch where `normalizeOver` is `"batch"`; the last batch may be smaller. Default 32. */
  readonly batchSize?: number;
}

/** What an update saw and made, one number an image. */
export interface EpsilonUpdate {
  /** The epoch before which ε was updated, from 1. */
  readonly epoch: number;
  /** D of the experiment's signal; that of eq. 8 is in nats. */
  readonly difficulty: readonly number[];
  /** D_norm of eq. 9. */
  readonly normalized: readonly number[];
  /** ε of eq. 11. */
  readonly epsilon: readonly number[];
}

/** The controller's state: never changed, only replaced. */
export interface EpsilonState {
  /** ε of every training image, by its index in the training set. */
  readonly epsilon: readonly number[];
  /** The last update; none before the first. */
  readonly lastUpdate?: EpsilonUpdate;
}

/**
 * The state before the first epoch: every image has ε = 0 (Algorithm 1, line 2), or another fixed value (§3.1).
 *
 * @param count images of the training set
 * @throws {RangeError} if the count is not a whole number from 1 or epsilon is not finite
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(initialEpsilonState(3).epsilon, [0, 0, 0]);
 * ```
 */
export function initialEpsilonState(count: number, options: { readonly epsilon?: number } = {}): EpsilonState {
  const { epsilon = 0 } = options;
  assertWholeNumber("count", count, 1);
  if (!Number.isFinite(epsilon)) {
    throw new RangeError(`Cannot control epsilon: expected a finite epsilon, found ${epsilon}`);
  }
  return { epsilon: new Array<number>(count).fill(epsilon) };
}

/**
 * Tells whether ε is updated before this epoch: e ≥ E₀ and (e − E₀) mod τ = 0 (Algorithm 1, line 4).
 *
 * Epochs are numbered from 1, so with the thesis' E₀ = 0 and τ = 10 the updates come before epochs 10, 20, …, and the first
 * nine epochs are trained with ε = 0.
 *
 * @param epoch e, a whole number from 1
 * @throws {RangeError} if epoch, startEpoch or interval is not such a number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const epochs = Array.from({ length: 30 }, (_, index) => index + 1);
 * assertEquals(epochs.filter((epoch) => isUpdateEpoch(epoch)), [10, 20, 30]);
 * ```
 */
export function isUpdateEpoch(epoch: number, options: UpdateScheduleOptions = {}): boolean {
  const { startEpoch = 0, interval = 10 } = options;
  assertWholeNumber("epoch", epoch, 1);
  assertWholeNumber("startEpoch", startEpoch, 0);
  assertWholeNumber("interval", interval, 1);
  return epoch >= startEpoch && (epoch - startEpoch) % interval === 0;
}

/**
 * Computes the controller's next state: at an update epoch every image gets the ε of its difficulty (eqs. 9 to 11), at any
 * other epoch the state stays as it is and the difficulties are not looked at.
 *
 * @param state the state so far
 * @param epoch the epoch about to be trained, from 1
 * @param difficulties D of every training image, in the order of `state.epsilon`, nats
 * @throws {RangeError} if there is not one finite difficulty an image (the error names the index), or an option is out of
 *   range
 *
 * @example
 * ```ts
 * import { assert, assertStrictEquals } from "@std/assert";
 * const start = initialEpsilonState(3);
 * assertStrictEquals(updateEpsilon(start, 9, [0.1, 0.2, 0.3]), start);
 * const [easy, middle, hard] = updateEpsilon(start, 10, [0.1, 0.2, 0.3]).epsilon;
 * assert(easy < middle && middle < hard);
 * ```
 */
export function updateEpsilon(
  state: EpsilonState,
  epoch: number,
  difficulties: readonly number[],
  options: EpsilonControlOptions = {},
): EpsilonState {
  if (!isUpdateEpoch(epoch, options)) return state;
  if (difficulties.length !== state.epsilon.length) {
    throw new RangeError(
      `Cannot update epsilon before epoch ${epoch}: expected ${state.epsilon.length} difficulties, one a training image, ` +
        `found ${difficulties.length}`,
    );
  }
  const bad = difficulties.findIndex((difficulty) => !Number.isFinite(difficulty));
  if (bad >= 0) {
    throw new RangeError(
      `Cannot update epsilon before epoch ${epoch}: expected finite difficulties, found ${difficulties[bad]} ` +
        `for the training image of index ${bad}`,
    );
  }
  const normalized = normalizationGroups(difficulties, options).flatMap((group) => normalizeDifficulty(group, options));
  const epsilon = epsilonFromDifficulty(normalized, options);
  return { epsilon, lastUpdate: { epoch, difficulty: [...difficulties], normalized, epsilon } };
}

/** The difficulties in the groups that are normalised together, in order. */
function normalizationGroups(difficulties: readonly number[], options: EpsilonControlOptions): (readonly number[])[] {
  const { normalizeOver = "set", batchSize = 32 } = options;
  if (normalizeOver === "set") return [difficulties];
  if (normalizeOver !== "batch") {
    throw new RangeError(`Cannot update epsilon: expected normalizeOver "set" or "batch", found "${normalizeOver}"`);
  }
  assertWholeNumber("batchSize", batchSize, 1);
  const batches = Math.ceil(difficulties.length / batchSize);
  return Array.from({ length: batches }, (_, batch) => difficulties.slice(batch * batchSize, (batch + 1) * batchSize));
}

function assertWholeNumber(name: string, value: number, from: number): void {
  if (Number.isInteger(value) && value >= from) return;
  throw new RangeError(`Cannot control epsilon: expected ${name} to be a whole number from ${from}, found ${value}`);
}
