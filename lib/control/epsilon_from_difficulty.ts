/**
 * From the difficulties of the images to their ε, eqs. 9 to 11 of the thesis.
 *
 * @module
 */
import { populationStandardDeviation } from "../statistics/mean.ts";
import { quantile } from "../statistics/quantile.ts";

/** Options of {@linkcode normalizeDifficulty}. */
export interface NormalizeDifficultyOptions {
  /** p of D_p, in [0, 100]: which percentile becomes 0. Default 25, as in the thesis (§4.1.1). */
  readonly percentile?: number;
  /** δ > 0, keeps the quotient finite where all difficulties are equal, nats. Default 1e-8. */
  readonly delta?: number;
}

/**
 * Computes how far every difficulty lies above the p-th percentile, in standard deviations.
 *
 * ```text
 * D_norm = (D − D_p) / (σ_D + δ)                                      (9)
 * ```
 *
 * D_p is taken by linear interpolation, σ_D is the population standard deviation; both over all the difficulties given.
 * Equal difficulties all give 0, so does a single one.
 *
 * The thesis normalises over the whole data set in §3.2.1 and "in the batch" in §4.1.1; give this function the numbers to
 * normalise together (`updateEpsilon` has an option for it).
 *
 * @param difficulties D, nats, at least one
 * @returns as many numbers, without unit
 * @throws {RangeError} if there is none, one is not finite (the error names its index), or an option is out of range
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const [low, high] = normalizeDifficulty([0, 1], { percentile: 25 }); // D_p = ¼, σ = ½
 * assertAlmostEquals(low, -0.5, 1e-6);
 * assertAlmostEquals(high, 1.5, 1e-6);
 * ```
 */
export function normalizeDifficulty(
  difficulties: readonly number[],
  options: NormalizeDifficultyOptions = {},
): number[] {
  const { percentile = 25, delta = 1e-8 } = options;
  if (difficulties.length === 0) {
    throw new RangeError("Cannot normalize difficulties: expected at least one, found none");
  }
  const bad = difficulties.findIndex((difficulty) => !Number.isFinite(difficulty));
  if (bad >= 0) {
    throw new RangeError(
      `Cannot normalize difficulties: expected finite numbers, found ${difficulties[bad]} at index ${bad}; ` +
        `look at the model's weights or at the samples of this image`,
    );
  }
  if (!(percentile >= 0 && percentile <= 100)) {
    throw new RangeError(`Cannot normalize difficulties: expected a percentile in [0, 100], found ${percentile}`);
  }
  if (!(delta > 0 && Number.isFinite(delta))) {
    throw new RangeError(`Cannot normalize difficulties: expected a positive delta, found ${delta}`);
  }
  const origin = quantile(difficulties, percentile / 100); // D_p
  const deviation = populationStandardDeviation(difficulties); // σ_D
  return difficulties.map((difficulty) => (difficulty - origin) / (deviation + delta));
}

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
