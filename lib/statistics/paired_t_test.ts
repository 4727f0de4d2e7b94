/**
 * The paired t test: whether a mean difference is what somebody says it is.
 *
 * @module
 */
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { mean, sampleStandardDeviation } from "./mean.ts";

/** Outcome of {@linkcode pairedTTest}. */
export interface PairedTTest {
  /** Mean of the differences. */
  readonly mean: number;
  /** Lower end of its 95 % interval. */
  readonly lower: number;
  /** Upper end of its 95 % interval. */
  readonly upper: number;
  /** Two-sided p-value, in [0, 1]. */
  readonly pValue: number;
}

/** Share that the interval leaves out. */
const LEVEL = 0.05;

/**
 * Tests by Student's t whether the mean of paired differences is `against`.
 *
 * ```text
 * t = (d̄ − against)/SE,   SE = s/√n,   p = 2·P(T < −|t|) with n − 1 degrees of freedom;   interval: d̄ ± t₀.₉₇₅·SE
 * ```
 *
 * Differences that are all equal have SE = 0: p is 1 where they are `against`, else 0.
 *
 * @param differences one a pair (a seed), at least two, finite
 * @param against the mean that is tested; default 0
 * @throws {RangeError} if there are fewer than two differences, or a number is not finite
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals } from "@std/assert";
 * const { pValue, lower, upper } = pairedTTest([1, 2, 3]);
 * assertAlmostEquals(pValue, 0.0742, 1e-4);
 * assert(lower < 0 && upper > 4); // wide: three pairs
 * ```
 */
export function pairedTTest(differences: readonly number[], against = 0): PairedTTest {
  const bad = [...differences, against].find((value) => !Number.isFinite(value));
  if (differences.length < 2 || bad !== undefined) {
    throw new RangeError(
      `Cannot test a mean difference: expected at least two differences, all finite, found ${
        bad ?? differences.length
      }`,
    );
  }
  const center = mean(differences), freedom = differences.length - 1;
  const standardError = sampleStandardDeviation(differences) / Math.sqrt(differences.length);
  const distance = Math.abs(center - against);
  const pValue = standardError > 0 ? 2 * tCdf(-distance / standardError, freedom) : distance > 0 ? 0 : 1;
  const reach = tQuantile(1 - LEVEL / 2, freedom) * standardError;
  return { mean: center, lower: center - reach, upper: center + reach, pValue };
}
