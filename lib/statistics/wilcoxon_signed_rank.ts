/**
 * Wilcoxon's signed-rank test: whether the differences of pairs lie around zero.
 *
 * `@stdlib/stats-wilcoxon` (0.2.3) has the same conventions, but its p-value is 1.25 for the differences 1, 2, −3 and 0 from
 * about 1e-16 down, and it refuses a single pair. So ranks and tail are the library's, what is made of them is ours.
 *
 * @module
 */
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import ranks from "@stdlib/stats-ranks";

/** Most pairs for which the exact distribution is used, as SciPy does. */
const EXACT_UP_TO = 50;

/** Outcome of the test. */
export interface SignedRankTest {
  /** W⁺: sum of the ranks of the positive differences. */
  readonly statistic: number;
  /** Differences that are not zero. */
  readonly pairs: number;
  /** Two-sided p-value in (0, 1]; 1 where all differences are zero. */
  readonly pValue: number;
  /** How p was computed: from all sign patterns, or by the normal approximation. */
  readonly distribution: "exact" | "normal";
}

/**
 * Tests whether the differences of pairs are symmetric around zero, two-sided.
 *
 * Zero differences are left out (Wilcoxon's rule, the default of SciPy and R). The distribution of W⁺ is exact for up to 50
 * pairs without ties, else normal with corrections for ties and continuity:
 *
 * ```text
 * z = (|W⁺ − n(n+1)/4| − ½) / √(n(n+1)(2n+1)/24 − Σ(t³ − t)/48)       t: sizes of the groups of equal |difference|
 * ```
 *
 * @param differences one a pair, finite
 * @throws {RangeError} if there is none, or one is not finite
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(wilcoxonSignedRank([1, 2, 3, 4, 5]).pValue, 2 / 2 ** 5); // all of one sign: 1 of 32 outcomes on each side
 * assertEquals(wilcoxonSignedRank([1, -1]).pValue, 1);
 * ```
 */
export function wilcoxonSignedRank(differences: readonly number[]): SignedRankTest {
  if (differences.length === 0) throw new RangeError("Cannot test differences: expected at least one, found none");
  const bad = differences.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`Cannot test differences: expected finite ones, found ${differences[bad]} at ${bad}`);
  }
  const nonzero = differences.filter((value) => value !== 0);
  const pairs = nonzero.length;
  if (pairs === 0) return { statistic: 0, pairs, pValue: 1, distribution: "exact" };
  const rankOf = ranks(nonzero.map(Math.abs));
  const statistic = rankOf.reduce((sum, rank, index) => nonzero[index] > 0 ? sum + rank : sum, 0);
  const tieSizes = [...Map.groupBy(rankOf, (rank) => rank).values()].map(({ length }) => length);
  const exact = pairs <= EXACT_UP_TO && tieSizes.every((size) => size === 1);
  const pValue = exact ? exactPValue(statistic, pairs) : normalPValue(statistic, pairs, tieSizes);
  return { statistic, pairs, pValue, distribution: exact ? "exact" : "normal" };
}

/** Twice the share of the 2ⁿ choices of signs whose rank sum is at most the smaller of W⁺ and W⁻. */
function exactPValue(statistic: number, pairs: number): number {
  const largest = pairs * (pairs + 1) / 2;
  const choices = new Array<number>(largest + 1).fill(0); // number of choices by rank sum
  choices[0] = 1;
  for (let rank = 1; rank <= pairs; rank++) {
    for (let sum = largest; sum >= rank; sum--) choices[sum] += choices[sum - rank];
  }
  let tail = 0;
  for (let sum = 0; sum <= Math.min(statistic, largest - statistic); sum++) tail += choices[sum];
  return Math.min(1, 2 * tail / 2 ** pairs);
}

function normalPValue(statistic: number, pairs: number, tieSizes: readonly number[]): number {
  const ties = tieSizes.reduce((sum, size) => sum + size ** 3 - size, 0);
  const variance = pairs * (pairs + 1) * (2 * pairs + 1) / 24 - ties / 48;
  const distance = Math.abs(statistic - pairs * (pairs + 1) / 4);
  return Math.min(1, 2 * normalCdf(-Math.max(0, distance - 0.5) / Math.sqrt(variance), 0, 1));
}
