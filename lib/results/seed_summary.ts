/**
 * A quantity over seeds.
 *
 * @module
 */
import { mean, sampleStandardDeviation } from "../statistics/mean.ts";

/** Mean and spread over the runs of several seeds. */
export interface SeedSummary {
  /** Mean. */
  readonly mean: number;
  /** Sample standard deviation; undefined for one seed, which has no spread. */
  readonly deviation?: number;
  /** Number of seeds. */
  readonly seeds: number;
  /** The value of each of these seeds, in the order given. */
  readonly values: readonly number[];
}

/**
 * Summarises one value a seed; values that are not defined (NaN, as the correlation of a constant) are left out, and
 * `seeds` counts the others.
 *
 * @returns undefined where no value is left
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(summarizeSeeds([1, 3]), { mean: 2, deviation: Math.SQRT2, seeds: 2, values: [1, 3] });
 * assertEquals(summarizeSeeds([NaN, 3]), { mean: 3, deviation: undefined, seeds: 1, values: [3] });
 * ```
 */
export function summarizeSeeds(values: readonly number[]): SeedSummary | undefined {
  const defined = values.filter((value) => !Number.isNaN(value));
  if (defined.length === 0) return undefined;
  const deviation = defined.length > 1 ? sampleStandardDeviation(defined) : undefined;
  return { mean: mean(defined), deviation, seeds: defined.length, values: defined };
}
