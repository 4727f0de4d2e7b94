/**
 * Dropout with an explicit seed.
 *
 * @module
 */
import { bernoulliMask } from "../backend/bernoulli_mask.ts";
import { seedTensor } from "../backend/stateless_uniform.ts";
import { tf } from "../backend/tf.ts";
import { deriveSeed, type StreamLabel } from "../random/random_stream.ts";

/** Seeds of the network's two dropouts, int32 `[2]` each. */
export interface DropoutSeeds {
  /** After the last encoder block. */
  readonly encoderSeed: tf.Tensor1D;
  /** After the last decoder block. */
  readonly decoderSeed: tf.Tensor1D;
}

/** The two places where the thesis' U-Net drops activations, each with its own seed (int32 `[2]`), and the rate. */
export interface Dropout extends DropoutSeeds {
  /** Probability p that an activation is dropped, in [0, 1). */
  readonly rate: number;
}

/**
 * z · x / (1 − p) with z ~ Bernoulli(1 − p) for every element (Srivastava et al., 2014; z of eq. 6).
 *
 * @param x Any shape.
 * @param rate p in [0, 1).
 * @param seed int32 `[2]`; the same seed gives the same mask.
 * @throws {RangeError} When the rate is not in [0, 1).
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, seed: tf.Tensor1D): T {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`Cannot drop out: the rate must be in [0, 1), found ${rate}.`);
  if (rate === 0) return x;
  return tf.mul(x, tf.mul(bernoulliMask(x.shape, 1 - rate, seed), 1 / (1 - rate)));
}

/** Seeds of the two dropouts, from the stream with these labels; the caller disposes them. */
export function dropoutSeeds(seed: number, ...labels: StreamLabel[]): DropoutSeeds {
  const site = (name: string) => seedTensor(deriveSeed(seed, ...labels, name, 0), deriveSeed(seed, ...labels, name, 1));
  return { encoderSeed: site("encoder"), decoderSeed: site("decoder") };
}
