/**
 * The predicted lesion, where the visitor's image has no mask.
 *
 * @module
 */

/**
 * 1 where ŷ is above the threshold, else 0, as in the metrics.
 *
 * @param probability ŷ, any length
 */
export function thresholdMask(probability: Float32Array, threshold: number): Uint8Array {
  return Uint8Array.from(probability, (value) => value > threshold ? 1 : 0);
}
