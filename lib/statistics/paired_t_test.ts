/**
 * Student's t of paired differences: whether their mean is what somebody says it is, and whether it is surely small.
 *
 * @module
 */
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { mean, sampleStandardDeviation } from "./mean.ts";

/** Level of the tests, one-sided or two-sided. */
const LEVEL = 0.05;

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
  if (!Number.isFinite(against)) throw new RangeError(`Cannot test a mean difference against ${against}`);
  const { center, freedom, standardError } = meanAndError(differences);
  const distance = Math.abs(center - against);
  const pValue = standardError > 0 ? 2 * tCdf(-distance / standardError, freedom) : distance > 0 ? 0 : 1;
  const reach = tQuantile(1 - LEVEL / 2, freedom) * standardError;
  return { mean: center, lower: center - reach, upper: center + reach, pValue };
}

/** Outcome of {@linkcode equivalenceTest}. */
export interface EquivalenceTest {
  /** The larger p-value of the two one-sided tests, in [0, 1]; below 0.05 the mean lies within ±margin. */
  readonly pValue: number;
  /** Lower end of the 90 % interval of the mean. */
  readonly lower: number;
  /** Upper end of the 90 % interval of the mean. */
  readonly upper: number;
}

/**
 * Tests by two one-sided t tests (TOST; D. J. Schuirmann, J. Pharmacokinet. Biopharm. 15, 1987) whether the mean of paired
 * differences lies within ±margin. A test against zero that finds nothing may have had too few pairs; this one finds
 * equivalence only where the pairs are enough to exclude a difference as large as the margin.
 *
 * ```text
 * p = max(P(T > (d̄ + margin)/SE), P(T < (d̄ − margin)/SE)),   SE = s/√n,  T: Student's t with n − 1 degrees of freedom
 * interval: d̄ ± t₀.₉₅·SE;  p < 0.05 exactly where it lies inside (−margin, margin)
 * ```
 *
 * Differences that are all equal have SE = 0: p is 0 inside the margin, else 1.
 *
 * @param differences one a pair (a seed), at least two, finite
 * @param margin the largest difference that does not matter, in the unit of the differences; above 0
 * @throws {RangeError} if there are fewer than two differences, one is not finite, or the margin is not a number above 0
 */
export function equivalenceTest(differences: readonly number[], margin: number): EquivalenceTest {
  if (!(margin > 0 && Number.isFinite(margin))) {
    throw new RangeError(`Cannot test equivalence: expected a margin above 0, found ${margin}`);
  }
  const { center, freedom, standardError } = meanAndError(differences);
  const nearest = margin - Math.abs(center); // to the nearer end of the margin, whose test has the larger p
  const pValue = standardError > 0 ? tCdf(-nearest / standardError, freedom) : nearest > 0 ? 0 : 1;
  const reach = tQuantile(1 - LEVEL, freedom) * standardError;
  return { pValue, lower: center - reach, upper: center + reach };
}

function meanAndError(differences: readonly number[]) {
  const bad = differences.find((value) => !Number.isFinite(value));
  if (differences.length < 2 || bad !== undefined) {
    throw new RangeError(
      `Cannot test differences: expected at least two differences, all finite, found ${bad ?? differences.length}`,
    );
  }
  const standardError = sampleStandardDeviation(differences) / Math.sqrt(differences.length);
  return { center: mean(differences), freedom: differences.length - 1, standardError };
}
