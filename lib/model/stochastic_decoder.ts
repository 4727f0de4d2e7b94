/**
 * The decoder for many stochastic passes over the same features: everything that does not depend on a pass's dropout masks
 * is computed once.
 *
 * @module
 */
import { addBias } from "../backend/add_bias.ts";
import { bernoulliMask } from "../backend/bernoulli_mask.ts";
import { float32Sigmoid } from "../backend/float32_sigmoid.ts";
import { resizeBilinear } from "../backend/resize_bilinear.ts";
import { tf } from "../backend/tf.ts";
import { BATCH_NORM_EPSILON } from "./batch_norm.ts";
import type { DropoutSeeds } from "./dropout.ts";
import type { UNetLayers } from "./unet_layers.ts";
import type { UNetWeights } from "./unet_weights.ts";

/** One stochastic pass: ŷ with these dropout masks, `[batch, height, width]`. */
export interface StochasticDecoder {
  (seeds: DropoutSeeds): tf.Tensor3D;
  /** What was computed once: to be kept by who calls it outside of the scope it was prepared in, and disposed. */
  readonly tensors: readonly tf.Tensor[];
}

/** Draws z ~ Bernoulli(keep) of a shape, from a seed. */
export type MaskSource = (shape: readonly number[], keep: number, seed: tf.Tensor1D) => tf.Tensor;

interface PreparedBlock {
  readonly height: number;
  readonly width: number;
  /** First convolution's answer to the skip connection, without its bias: `[batch, height, width, inner]`. */
  readonly skipTerm: tf.Tensor4D;
  readonly firstBias: tf.Tensor;
  /** First convolution's kernel for what comes from below. */
  readonly raisedKernel: tf.Tensor4D;
  readonly secondKernel: tf.Tensor4D;
  readonly secondBias: tf.Tensor;
}

/**
 * Prepares the decoder for stochastic passes with batch norm on its running averages. A pass gives what `decode()` followed
 * by `lesionProbability()` gives with the same seeds, up to float32's rounding, by three identities:
 *
 * - A convolution of joined channels is a sum, W ∗ [skip, raised] = W₁ ∗ skip + W₂ ∗ raised, and W₁ ∗ skip is the same in
 *   every pass.
 * - Batch norm with fixed statistics is a factor and an offset for each channel, which go into the kernels before it.
 * - Dropout's factor 1 / (1 − p) and the difference of the two logits go into the kernels after it.
 *
 * @param features What `encode()` returned.
 * @param rate p, of both dropouts or of each: at 0 a place drops nothing.
 * @param drawMask Where the masks come from; by default the backend's own generator.
 */
export function prepareStochasticDecoder(
  layers: UNetLayers,
  weights: UNetWeights,
  features: readonly tf.Tensor4D[],
  rate: number | { readonly encoder: number; readonly decoder: number },
  drawMask: MaskSource = bernoulliMask,
): StochasticDecoder {
  const { encoder, decoder } = typeof rate === "number" ? { encoder: rate, decoder: rate } : rate;
  const bottleneck = features[layers.depth];
  const blocks = layers.decoder.map((layer, index): PreparedBlock => {
    const skip = features[layer.level];
    const [, height, width, skipChannels] = skip.shape;
    const first = foldBatchNorm(weights, layer.name, 1);
    const parts = tf.split(first.kernel, [skipChannels, layer.inputChannels - skipChannels], 2);
    const [skipKernel, raisedKernel] = parts as tf.Tensor4D[];
    const second = foldBatchNorm(weights, layer.name, 2);
    return {
      height,
      width,
      skipTerm: tf.conv2d(skip, skipKernel, 1, "same"),
      firstBias: first.bias,
      raisedKernel: index === 0 ? tf.mul(raisedKernel, 1 / (1 - encoder)) : raisedKernel,
      secondKernel: second.kernel,
      secondBias: second.bias,
    };
  });
  const { name } = layers.output;
  const difference = (tensor: tf.Tensor, axis: number) => {
    const [background, lesion] = tf.split(tensor, 2, axis);
    return tf.sub(lesion, background);
  };
  const outputKernel = tf.mul<tf.Tensor4D>(difference(weights.trainable[`${name}.weight`], 3), 1 / (1 - decoder));
  const outputBias = difference(weights.trainable[`${name}.bias`], 0);

  // z · x with z ~ Bernoulli(1 − p), without the factor 1 / (1 − p).
  const dropped = (x: tf.Tensor4D, seed: tf.Tensor1D, rate: number): tf.Tensor4D =>
    rate === 0 ? x : tf.mul(x, drawMask(x.shape, 1 - rate, seed));

  const decode = ({ encoderSeed, decoderSeed }: DropoutSeeds): tf.Tensor3D => {
    let x = dropped(bottleneck, encoderSeed, encoder);
    for (const { height, width, skipTerm, firstBias, raisedKernel, secondKernel, secondBias } of blocks) {
      const raised = resizeBilinear(x, [height, width]);
      const raisedTerm = addBias(tf.conv2d(raised, raisedKernel, 1, "same"), firstBias);
      const inner = tf.relu(tf.add<tf.Tensor4D>(raisedTerm, skipTerm));
      x = tf.relu(addBias(tf.conv2d(inner, secondKernel, 1, "same"), secondBias));
    }
    const logits = tf.conv2d(dropped(x, decoderSeed, decoder), outputKernel, 1, "same");
    return float32Sigmoid(tf.squeeze<tf.Tensor3D>(tf.add(logits, outputBias), [3]));
  };
  const tensors = blocks.flatMap(({ skipTerm, firstBias, raisedKernel, secondKernel, secondBias }) => [
    skipTerm,
    firstBias,
    raisedKernel,
    secondKernel,
    secondBias,
  ]);
  return Object.assign(decode, { tensors: [...tensors, outputKernel, outputBias] });
}

/** A convolution's kernel and bias that do what it and the batch norm after it do with the running averages. */
function foldBatchNorm(weights: UNetWeights, block: string, index: number): { kernel: tf.Tensor4D; bias: tf.Tensor } {
  const { trainable, statistics } = weights;
  const norm = `${block}.bn${index}`;
  const deviation = tf.sqrt(tf.add(statistics[`${norm}.running_var`], BATCH_NORM_EPSILON));
  const factor = tf.div(trainable[`${norm}.weight`], deviation);
  return {
    kernel: tf.mul(trainable[`${block}.conv${index}.weight`], factor),
    bias: tf.sub(trainable[`${norm}.bias`], tf.mul(statistics[`${norm}.running_mean`], factor)),
  };
}
