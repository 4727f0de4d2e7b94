/**
 * Holm's correction for several tests.
 *
 * @module
 */
import padjust from "@stdlib/stats-padjust";

/**
 * Adjusts the p-values of a family of tests so that the chance of any false finding stays under the level that the adjusted
 * ones are held against (S. Holm, Scand. J. Statist. 6, 1979).
 *
 * ```text
 * p₍₁₎ ≤ … ≤ p₍ₘ₎ sorted:   adjusted p₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1)·p₍ⱼ₎)
 * ```
 *
 * @param pValues one a test, each in [0, 1]
 * @returns in the same order
 * @throws {RangeError} if one is outside [0, 1]
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(holmCorrection([0.5, 0.01]), [0.5, 0.02]);
 * ```
 */
export function holmCorrection(pValues: readonly number[]): number[] {
  const bad = pValues.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad >= 0) {
    throw new RangeError(`Cannot correct p-values: expected numbers in [0, 1], found ${pValues[bad]} at ${bad}`);
  }
  return pValues.length === 0 ? [] : padjust([...pValues], "holm"); // which refuses an empty list
}
