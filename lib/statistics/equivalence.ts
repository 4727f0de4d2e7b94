/**
 * The equivalence test: whether a mean difference is surely small, not only not surely large.
 *
 * Student's t is `@stdlib`'s, which is right to the last digits in both tails; normal tails, ranks and Holm's correction come
 * from the same family of packages.
 *
 * @module
 */
import tCdf from "@stdlib/stats-base-dists-t-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";
import { mean, sampleStandardDeviation } from "./mean.ts";

/** Outcome of {@linkcode equivalenceTest}. */
export interface EquivalenceTest {
  /** The larger p-value of the two one-sided tests, in [0, 1]; below 0.05 the mean lies within ±margin. */
  readonly pValue: number;
  /** Lower end of the 90 % interval of the mean. */
  readonly lower: number;
  /** Upper end of the 90 % interval of the mean. */
  readonly upper: number;
}

/** Level of each one-sided test; the interval that goes with it leaves this share out on either side. */
const LEVEL = 0.05;

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
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * const { pValue, lower, upper } = equivalenceTest([0.002, -0.001, 0.003, -0.002, 0.001], 0.01);
 * assert(pValue < 0.001 && lower > -0.01 && upper < 0.01);
 * assert(equivalenceTest([0.03, -0.03, 0.02, -0.01], 0.01).pValue > 0.05); // small on average, but who knows
 * ```
 */
export function equivalenceTest(differences: readonly number[], margin: number): EquivalenceTest {
  const bad = differences.findIndex((value) => !Number.isFinite(value));
  if (differences.length < 2 || bad >= 0) {
    throw new RangeError(
      "Cannot test equivalence: expected at least two finite differences, " +
        `found ${bad >= 0 ? `${differences[bad]} at ${bad}` : differences.length}`,
    );
  }
  if (!(margin > 0 && Number.isFinite(margin))) {
    throw new RangeError(`Cannot test equivalence: expected a margin above 0, found ${margin}`);
  }
  const center = mean(differences);
  const freedom = differences.length - 1;
  const standardError = sampleStandardDeviation(differences) / Math.sqrt(differences.length);
  const nearest = margin - Math.abs(center); // to the nearer end of the margin, whose test has the larger p
  const pValue = standardError > 0 ? tCdf(-nearest / standardError, freedom) : nearest > 0 ? 0 : 1;
  const reach = tQuantile(1 - LEVEL, freedom) * standardError;
  return { pValue, lower: center - reach, upper: center + reach };
}
