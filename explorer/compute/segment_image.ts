/**
 * One image through the network without dropout.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import { decode, encode, lesionProbability } from "../../lib/model/unet.ts";
import type { Network } from "./network.ts";

/** What the network makes of an image. The caller disposes the tensors. */
export interface Segmentation {
  /** The encoder's features, which all stochastic passes share. */
  readonly features: tf.Tensor4D[];
  /** ŷ, `[1, size, size]` */
  readonly probability: tf.Tensor3D;
}

/**
 * Segments an image.
 *
 * @param image `[size, size, 3]` flat, RGB in [0, 1]
 * @param size height = width, pixels
 */
export function segmentImage({ layers, weights }: Network, image: Float32Array, size: number): Segmentation {
  const result = tf.tidy(() => {
    const features = encode(layers, weights, tf.tensor4d(image, [1, size, size, 3]), { batchNorm: "running" });
    return { features, probability: lesionProbability(decode(layers, weights, features, { batchNorm: "running" })) };
  });
  return result;
}
