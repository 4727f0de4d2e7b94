/**
 * Whether a network knows what it does not know: probabilities against frequencies, uncertainty against errors.
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

/** Predictions in bins by their uncertainty, most certain first. */
export interface ErrorBins {
  /** Predictions of each bin. */
  readonly counts: readonly number[];
  /** Wrong ones of each bin. */
  readonly errors: readonly number[];
}

/** What the curve of the error kept against the share rejected comes to. */
export interface ErrorRetention {
  /** Share of wrong ones when nothing is rejected. */
  readonly error: number;
  /** Area under the curve (risk against coverage): the mean error over all shares kept. */
  readonly area: number;
}

/**
 * Computes the error of the predictions that are kept when the most uncertain ones are rejected, and the area under that
 * curve (the risk–coverage curve of Y. Geifman and R. El-Yaniv, NIPS 2017). Inside a bin, predictions count as equally
 * uncertain: rejecting a part of them rejects as large a part of their errors.
 *
 * ```text
 * kept share c in a bin from c₀ to c₁, wrong share E(c) = E₀ + r(c − c₀):
 * ∫ E(c)/c dc = r(c₁ − c₀) + (E₀ − r·c₀)·ln(c₁/c₀)
 * ```
 *
 * An uncertainty that says nothing has an area as large as the error; the lower, the better.
 *
 * @param bins at least one prediction in all
 * @throws {RangeError} if the lists differ in length, there is no prediction, or a bin has more errors than predictions
 */
export function errorRetention({ counts, errors }: ErrorBins): ErrorRetention {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length !== errors.length || !(total > 0) || errors.some((wrong, bin) => wrong > counts[bin])) {
    throw new RangeError(
      "Cannot reject by uncertainty: expected two lists of one length, at least one prediction and no more errors than " +
        `predictions in a bin, found lengths ${counts.length} and ${errors.length}, ${total} predictions`,
    );
  }
  let [kept, wrong, area] = [0, 0, 0];
  for (const [bin, count] of counts.entries()) {
    if (count === 0) continue;
    const rate = errors[bin] / count;
    area += rate * count + (kept > 0 ? (wrong - rate * kept) * Math.log((kept + count) / kept) : 0);
    kept += count;
    wrong += errors[bin];
  }
  return { error: wrong / total, area: area / total };
}
