/**
 * How far probabilities are from frequencies.
 *
 * @module
 */

/** Predictions in bins by their probability. */
export interface ReliabilityBins {
  /** Predictions of each bin. */
  readonly counts: readonly number[];
  /** Sum of the probabilities of each bin. */
  readonly probability: readonly number[];
  /** Predictions of each bin for which what was predicted is true. */
  readonly lesion: readonly number[];
}

/**
 * Computes the expected calibration error: the mean distance of probability and frequency, each bin weighted by what is in
 * it (M. P. Naeini et al., AAAI 2015; of the positive class, as for segmentation).
 *
 * ```text
 * ECE = Σ over bins of (count / n) · |lesion / count − probability / count| = Σ |lesion − probability| / n
 * ```
 *
 * @param bins at least one prediction in all; empty bins add nothing
 * @returns in [0, 1]; 0 where in every bin the mean probability is the frequency
 * @throws {RangeError} if the lists differ in length or there is no prediction
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(expectedCalibrationError({ counts: [10, 10], probability: [2, 8], lesion: [2, 6] }), 0.1);
 * ```
 */
export function expectedCalibrationError({ counts, probability, lesion }: ReliabilityBins): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length !== probability.length || counts.length !== lesion.length || !(total > 0)) {
    throw new RangeError(
      "Cannot compute a calibration error: expected three lists of one length with at least one prediction, " +
        `found lengths ${counts.length}, ${probability.length}, ${lesion.length} and ${total} predictions`,
    );
  }
  return counts.reduce((sum, _, bin) => sum + Math.abs(lesion[bin] - probability[bin]), 0) / total;
}
