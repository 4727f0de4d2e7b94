/**
 * The U-Net's weights: named tensors, as PyTorch users name them.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { randomStream } from "../random/random_stream.ts";
import { type UNetLayers, unetLayers, type UNetOptions } from "./unet_layers.ts";

/** Tensors by name, such as `"down1.conv2.weight"`. */
export type NamedTensors = Record<string, tf.Tensor>;

/** What a U-Net has learnt. */
export interface UNetWeights {
  /**
   * What the optimiser changes: `<block>.conv1.weight` `[3, 3, in, out]`, `<block>.bn1.weight` and `.bias` `[out]`, the
   * same with 2, `outc.weight` `[1, 1, in, classes]` and `outc.bias` `[classes]`.
   */
  readonly trainable: NamedTensors;
  /** Batch norm's running averages: `<block>.bn1.running_mean` and `.running_var` `[out]`. */
  readonly statistics: NamedTensors;
}

/**
 * New weights, drawn as PyTorch does by default, since the thesis names no other: convolutions uniformly in ±1/√(9·in)
 * (He et al.'s bound with a = √5), batch norm scale 1, offset 0, running mean 0, running variance 1.
 *
 * @param seed Seed of the run; every tensor has its own stream (`"weights"`, its name).
 */
export function initializeWeights(options: UNetOptions, seed: number): UNetWeights {
  return weightsOf(unetLayers(options), (name, shape, fanIn) => {
    const stream = randomStream(seed, "weights", name);
    const bound = 1 / Math.sqrt(fanIn);
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.tensor(Float32Array.from({ length: size }, () => bound * (2 * stream.uniform() - 1)), shape);
  });
}

/** Number of trainable parameters: 17,263,042 for the thesis' network. */
export function parameterCount(weights: UNetWeights): number {
  return Object.values(weights.trainable).reduce((sum, tensor) => sum + tensor.size, 0);
}

type Draw = (name: string, shape: number[], fanIn: number) => tf.Tensor;

function weightsOf(layers: UNetLayers, draw: Draw): UNetWeights {
  const trainable: NamedTensors = {};
  const statistics: NamedTensors = {};
  for (const { name, inputChannels, innerChannels, outputChannels } of [...layers.encoder, ...layers.decoder]) {
    const convolutions = [[1, inputChannels, innerChannels], [2, innerChannels, outputChannels]];
    for (const [index, from, to] of convolutions) {
      const weight = `${name}.conv${index}.weight`;
      trainable[weight] = draw(weight, [3, 3, from, to], 9 * from);
      trainable[`${name}.bn${index}.weight`] = tf.ones([to]);
      trainable[`${name}.bn${index}.bias`] = tf.zeros([to]);
      statistics[`${name}.bn${index}.running_mean`] = tf.zeros([to]);
      statistics[`${name}.bn${index}.running_var`] = tf.ones([to]);
    }
  }
  const { name, inputChannels, outputChannels } = layers.output;
  trainable[`${name}.weight`] = draw(`${name}.weight`, [1, 1, inputChannels, outputChannels], inputChannels);
  trainable[`${name}.bias`] = draw(`${name}.bias`, [outputChannels], inputChannels);
  return { trainable, statistics };
}
