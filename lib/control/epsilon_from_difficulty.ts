/**
 * The control function from difficulty to ε, eqs. 10 and 11 of the thesis.
 *
 * @module
 */

/** Options of {@linkcode epsilonFromDifficulty}. */
export interface EpsilonRangeOptions {
  /** ε_min, which the easiest images come near. Default 0. */
  readonly epsilonMin?: number;
  /** ε_max, which the hardest images come near. Default 0.5. */
  readonly epsilonMax?: number;
  /** k, how sharply ε changes around D_norm = 0. Default 2. */
  readonly slope?: number;
}

/**
 * Computes the ε of every image from its normalised difficulty: a sigmoid between ε_min and ε_max.
 *
 * ```text
 * f(x) = 1 / (1 + exp(−k x))                                          (10)
 * ε = ε_min + (ε_max − ε_min) f(D_norm)                               (11)
 * ```
 *
 * An image at the percentile D_p (D_norm = 0) gets the middle of the range; harder ones get more, so that the loss is
 * steeper for them.
 *
 * @param normalized D_norm, without unit
 * @returns as many ε, each in [ε_min, ε_max]
 * @throws {RangeError} if a number is NaN (the error names its index), or an option is not finite or ε_max < ε_min
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(epsilonFromDifficulty([-Infinity, 0, Infinity]), [0, 0.25, 0.5]);
 * ```
 */
export function epsilonFromDifficulty(normalized: readonly number[], options: EpsilonRangeOptions = {}): number[] {
  const { epsilonMin = 0, epsilonMax = 0.5, slope = 2 } = options;
  if (!(Number.isFinite(epsilonMin) && Number.isFinite(epsilonMax) && epsilonMin <= epsilonMax)) {
    throw new RangeError(
      `Cannot compute epsilon: expected finite epsilonMin ≤ epsilonMax, found ${epsilonMin} and ${epsilonMax}`,
    );
  }
  if (!Number.isFinite(slope)) throw new RangeError(`Cannot compute epsilon: expected a finite slope, found ${slope}`);
  const nan = normalized.findIndex((value) => Number.isNaN(value));
  if (nan >= 0) throw new RangeError(`Cannot compute epsilon: expected numbers, found NaN at index ${nan}`);
  return normalized.map((value) => epsilonMin + (epsilonMax - epsilonMin) / (1 + Math.exp(-slope * value)));
}
