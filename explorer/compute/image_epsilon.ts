/**
 * The ε that the controller would give one more image.
 *
 * @module
 */
import { epsilonFromDifficulty, type EpsilonRangeOptions } from "../../lib/control/epsilon_from_difficulty.ts";
import { quantile } from "../../lib/statistics/quantile.ts";
import { populationStandardDeviation } from "../../lib/statistics/mean.ts";

/** What the controller is set to. */
export interface ControlSettings extends EpsilonRangeOptions {
  /** p of D_p, in [0, 100]. */
  readonly percentile: number;
}

/** δ of eq. 9, the default of `normalizeDifficulty`, nats. */
const DELTA = 1e-8;

/** What the controller makes of a difficulty. */
export interface ImageEpsilon {
  /** D_norm (eq. 9) */
  readonly normalized: number;
  /** ε (eq. 11) */
  readonly epsilon: number;
}

/**
 * Computes ε of an image that is not in the training set: eqs. 9 to 11 with percentile and deviation of the training
 * images, which the new one does not change.
 *
 * @param difficulty D of the image, nats
 * @param reference D of the training images, nats
 */
export function imageEpsilon(
  difficulty: number,
  reference: readonly number[],
  { percentile, ...range }: ControlSettings,
): ImageEpsilon {
  const origin = quantile(reference, percentile / 100); // D_p
  const normalized = (difficulty - origin) / (populationStandardDeviation(reference) + DELTA);
  return { normalized, epsilon: epsilonFromDifficulty([normalized], range)[0] };
}
