/**
 * Monte Carlo Dropout: the same image through the model N times, each time with other dropout masks.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { binaryEntropy } from "./entropy.ts";

/** One stochastic pass with fixed weights, n = 0, 1, …: the probability map of its dropout masks, `[batch, height, width]`. */
export type StochasticPass = (pass: number) => tf.Tensor3D;

/**
 * The predictions of N stochastic passes (eq. 6; Gal and Ghahramani, 2016).
 *
 * @param passes N, at least 1.
 * @returns `[N, batch, height, width]`, for {@linkcode mutualInformation} and the entropies.
 * @throws {RangeError} When N is no positive integer.
 */
export function mcDropoutSamples(pass: StochasticPass, passes = 10): tf.Tensor4D {
  requirePasses(passes);
  return tf.stack(Array.from({ length: passes }, (_, index) => pass(index))) as tf.Tensor4D;
}

/** What N stochastic passes tell of every pixel, each `[batch, height, width]`; entropies in nats. */
export interface McDropoutMaps {
  /** ȳ, the mean of the passes. */
  readonly mean: tf.Tensor3D;
  /** H(ȳ) */
  readonly predictiveEntropy: tf.Tensor3D;
  /** (1/N) Σ H(ŷⁿ) */
  readonly expectedEntropy: tf.Tensor3D;
  /** I = H(ȳ) − (1/N) Σ H(ŷⁿ), clamped at 0 (eq. 7) */
  readonly mutualInformation: tf.Tensor3D;
}

/**
 * The maps of N stochastic passes, summed up pass by pass. Equal to the entropies of {@linkcode mcDropoutSamples} up to
 * rounding. In a captured function no more than one pass is held at a time; else all of them stay until the caller's
 * `tf.tidy` ends.
 *
 * @throws {RangeError} When N is no positive integer.
 */
export function mcDropoutMaps(pass: StochasticPass, passes = 10): McDropoutMaps {
  requirePasses(passes);
  let sum = pass(0);
  let entropySum = binaryEntropy(sum);
  for (let index = 1; index < passes; index++) {
    const probability = pass(index);
    sum = tf.add(sum, probability);
    entropySum = tf.add(entropySum, binaryEntropy(probability));
  }
  const mean = tf.div<tf.Tensor3D>(sum, passes);
  const predictiveEntropy = binaryEntropy(mean);
  const expectedEntropy = tf.div<tf.Tensor3D>(entropySum, passes);
  const mutualInformation = tf.relu(tf.sub<tf.Tensor3D>(predictiveEntropy, expectedEntropy));
  return { mean, predictiveEntropy, expectedEntropy, mutualInformation };
}

function requirePasses(passes: number): void {
  if (!Number.isSafeInteger(passes) || passes < 1) {
    throw new RangeError(`Cannot run MC Dropout: the number of passes must be a positive integer, found ${passes}.`);
  }
}
