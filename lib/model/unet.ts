/**
 * The U-Net's forward pass, in two halves: what lies before the first dropout, and what comes after it.
 *
 * @module
 */
import { relu } from "../backend/relu.ts";
import { convolve } from "../backend/convolve.ts";
import { float32Sigmoid } from "../backend/float32_sigmoid.ts";
import { resizeBilinear } from "../backend/resize_bilinear.ts";
import { tf } from "../backend/tf.ts";
import { batchNorm, type BatchNormMode } from "./batch_norm.ts";
import { type Dropout, dropout } from "./dropout.ts";
import type { DoubleConvLayer, UNetLayers } from "./unet_layers.ts";
import type { UNetWeights } from "./unet_weights.ts";

/** How a forward pass treats batch norm and dropout. Without `dropout` nothing is dropped. */
export interface ForwardMode {
  /** Where batch norm gets its statistics. */
  readonly batchNorm: BatchNormMode;
  /** What is dropped; absent: nothing. */
  readonly dropout?: Dropout;
}

/**
 * The encoder: every block's output, finest first, before any dropout.
 *
 * @param image `[batch, height, width, channels]`; height and width must be multiples of 2^depth.
 * @returns `depth + 1` tensors; the n-th is `[batch, height / 2ⁿ, width / 2ⁿ, …]`.
 * @throws {RangeError} When the image can't be halved that often.
 */
export function encode(
  layers: UNetLayers,
  weights: UNetWeights,
  image: tf.Tensor4D,
  mode: Pick<ForwardMode, "batchNorm">,
): tf.Tensor4D[] {
  requireDivisible(layers, image);
  const features: tf.Tensor4D[] = [];
  let x = image;
  for (const layer of layers.encoder) {
    if (layer.level > 0) x = tf.maxPool(x, 2, 2, "valid");
    x = doubleConv(weights, layer, x, mode.batchNorm);
    features.push(x);
  }
  return features;
}

/**
 * The decoder: from the encoder's features to logits, with dropout after the last encoder block and after the last
 * decoder block if it is wanted.
 *
 * @param features What {@linkcode encode} returned.
 * @returns Logits, `[batch, height, width, classes]`.
 */
export function decode(
  layers: UNetLayers,
  weights: UNetWeights,
  features: readonly tf.Tensor4D[],
  mode: ForwardMode,
): tf.Tensor4D {
  const drop = mode.dropout;
  let x = features[layers.depth];
  if (drop) x = dropout(x, drop.rate, drop.encoderSeed);
  for (const layer of layers.decoder) {
    const skip = features[layer.level];
    const [height, width] = skip.shape.slice(1);
    const raised = resizeBilinear(x, [height, width]);
    x = doubleConv(weights, layer, tf.concat([skip, raised], 3), mode.batchNorm);
  }
  if (drop) x = dropout(x, drop.rate, drop.decoderSeed);
  const { name } = layers.output;
  const logits = tf.conv2d(x, weights.trainable[`${name}.weight`] as tf.Tensor4D, 1, "same");
  return tf.add(logits, weights.trainable[`${name}.bias`]);
}

/** Logits of an image batch: {@linkcode decode} after {@linkcode encode}. */
export function forward(
  layers: UNetLayers,
  weights: UNetWeights,
  image: tf.Tensor4D,
  mode: ForwardMode,
): tf.Tensor4D {
  return decode(layers, weights, encode(layers, weights, image, mode), mode);
}

/**
 * ŷ = softmax(logits)[…, 1], the probability of the lesion; with two classes that is the sigmoid of the logits' difference.
 *
 * @param logits `[batch, height, width, 2]`
 * @returns `[batch, height, width]`
 */
export function lesionProbability(logits: tf.Tensor4D): tf.Tensor3D {
  const [background, lesion] = tf.unstack(logits, 3) as tf.Tensor3D[];
  return float32Sigmoid(tf.sub<tf.Tensor3D>(lesion, background));
}

function doubleConv(weights: UNetWeights, layer: DoubleConvLayer, x: tf.Tensor4D, mode: BatchNormMode): tf.Tensor4D {
  for (const index of [1, 2]) {
    const kernel = weights.trainable[`${layer.name}.conv${index}.weight`] as tf.Tensor4D;
    x = relu(batchNorm(weights, `${layer.name}.bn${index}`, convolve(x, kernel), mode));
  }
  return x;
}

function requireDivisible(layers: UNetLayers, image: tf.Tensor4D): void {
  const factor = 2 ** layers.depth;
  const [, height, width] = image.shape;
  if (height % factor !== 0 || width % factor !== 0) {
    throw new RangeError(
      `Cannot run a U-Net of depth ${layers.depth}: height and width must be multiples of ${factor}, ` +
        `found ${height} × ${width}.`,
    );
  }
}
