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

/** The shape of every tensor of a U-Net's weights, by name and in their order. */
export interface UNetWeightShapes {
  /** As {@linkcode UNetWeights.trainable}. */
  readonly trainable: Readonly<Record<string, readonly number[]>>;
  /** As {@linkcode UNetWeights.statistics}. */
  readonly statistics: Readonly<Record<string, readonly number[]>>;
}

/** The names and shapes that the weights of these layers have. */
export function unetWeightShapes(layers: UNetLayers): UNetWeightShapes {
  const trainable: Record<string, readonly number[]> = {};
  const statistics: Record<string, readonly number[]> = {};
  for (const { name, inputChannels, innerChannels, outputChannels } of [...layers.encoder, ...layers.decoder]) {
    const convolutions = [[1, inputChannels, innerChannels], [2, innerChannels, outputChannels]];
    for (const [index, from, to] of convolutions) {
      trainable[`${name}.conv${index}.weight`] = [3, 3, from, to];
      trainable[`${name}.bn${index}.weight`] = [to];
      trainable[`${name}.bn${index}.bias`] = [to];
      statistics[`${name}.bn${index}.running_mean`] = [to];
      statistics[`${name}.bn${index}.running_var`] = [to];
    }
  }
  const { name, inputChannels, outputChannels } = layers.output;
  trainable[`${name}.weight`] = [1, 1, inputChannels, outputChannels];
  trainable[`${name}.bias`] = [outputChannels];
  return { trainable, statistics };
}

/**
 * New weights, drawn as PyTorch does by default, since the thesis names no other: convolutions, and the bias of the
 * last one, uniformly in ±1/√(height·width·in) of the kernel (He et al.'s bound with a = √5), batch norm scale 1, offset 0, running mean 0, running variance 1.
 *
 * @param seed Seed of the run; every tensor has its own stream (`"weights"`, its name).
 */
export function initializeWeights(options: UNetOptions, seed: number): UNetWeights {
  const shapes = unetWeightShapes(unetLayers(options));
  const draw = (name: string, shape: readonly number[]) => {
    const stream = randomStream(seed, "weights", name);
    const [height, width, from] = shapes.trainable[name.replace(/bias$/, "weight")];
    const bound = 1 / Math.sqrt(height * width * from);
    const size = shape.reduce((product, length) => product * length, 1);
    return tf.tensor(Float32Array.from({ length: size }, () => bound * (2 * stream.uniform() - 1)), [...shape]);
  };
  const make = (name: string, shape: readonly number[]) => {
    if (/\.bn\d\.weight$|\.running_var$/.test(name)) return tf.ones([...shape]);
    if (/\.bn\d\.bias$|\.running_mean$/.test(name)) return tf.zeros([...shape]);
    return draw(name, shape);
  };
  const makeAll = (group: UNetWeightShapes[keyof UNetWeightShapes]): NamedTensors =>
    Object.fromEntries(Object.entries(group).map(([name, shape]) => [name, make(name, shape)]));
  return { trainable: makeAll(shapes.trainable), statistics: makeAll(shapes.statistics) };
}

/** Number of trainable parameters: 17,263,042 for the thesis' network. */
export function parameterCount(weights: UNetWeights): number {
  return Object.values(weights.trainable).reduce((sum, tensor) => sum + tensor.size, 0);
}
