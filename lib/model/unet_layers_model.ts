/**
 * The U-Net as a tfjs LayersModel.
 *
 * @module
 */
import { interpolationWeights } from "../backend/resize_bilinear.ts";
import { tf } from "../backend/tf.ts";
import { BATCH_NORM_EPSILON, BATCH_NORM_MOMENTUM } from "./batch_norm.ts";
import { type DoubleConvLayer, unetLayers, type UNetOptions } from "./unet_layers.ts";
import type { UNetWeights } from "./unet_weights.ts";

/** Options of {@linkcode unetLayersModel}. */
export interface UNetLayersModelOptions extends UNetOptions {
  /** Height and width of the images, pixels, both or each. Multiples of 2^depth. */
  readonly size: number | readonly [height: number, width: number];
  /** p of the two dropouts, which drop only where the model is called in training. Default 0.5. */
  readonly dropoutRate?: number;
}

/** An axis to the end: `[a, b, c]` → `[b, c, a]`. */
const FIRST_AXIS_LAST = [2, 3, 1];

/**
 * Makes a LayersModel that computes what the U-Net computes: images `[batch, height, width, channels]` in [0, 1] to
 * class probabilities `[batch, height, width, classes]`, of which `[…, 1]` is the lesion's.
 *
 * It has standard layers only, so that `tf.loadLayersModel` reads it anywhere without code of ours. tfjs' UpSampling2D
 * can't align corners; here bilinear ×2 is a product with a fixed matrix along each axis (Permute and Dense), whose
 * gradient is right as well. The price: the size of the images is fixed.
 *
 * @param weights They stay; the model has copies, which its `dispose()` frees.
 * @throws {RangeError} When the size is no multiple of 2^depth.
 */
export function unetLayersModel(weights: UNetWeights, options: UNetLayersModelOptions): tf.LayersModel {
  const layers = unetLayers(options);
  const { size, dropoutRate = 0.5, inputChannels = 3 } = options;
  const [height, width] = typeof size === "number" ? [size, size] : size;
  requireMultiples([height, width], 2 ** layers.depth);
  const input = tf.input({ shape: [height, width, inputChannels], name: "image" });
  const features: tf.SymbolicTensor[] = [];
  let x = input;
  for (const layer of layers.encoder) {
    if (layer.level > 0) x = through(tf.layers.maxPooling2d({ poolSize: 2, name: `${layer.name}_pool` }), x);
    x = doubleConv(layer, x);
    features.push(x);
  }
  x = through(tf.layers.dropout({ rate: dropoutRate, name: "encoder_dropout" }), x);
  const matrices: Matrix[] = [];
  for (const layer of layers.decoder) {
    x = doubled(layer.name, x, matrices);
    x = tf.layers.concatenate({ name: `${layer.name}_join` }).apply([features[layer.level], x]) as tf.SymbolicTensor;
    x = doubleConv(layer, x);
  }
  x = through(tf.layers.dropout({ rate: dropoutRate, name: "decoder_dropout" }), x);
  const { name, outputChannels } = layers.output;
  x = through(tf.layers.conv2d({ filters: outputChannels, kernelSize: 1, name }), x);
  const output = through(tf.layers.softmax({ axis: -1, name: "probability" }), x);
  const model = tf.model({ inputs: input, outputs: output, name: "unet" });
  copyWeights(model, weights, [...layers.encoder, ...layers.decoder], name);
  for (const { layer, values, shape } of matrices) tf.tidy(() => layer.setWeights([tf.tensor2d(values, shape)]));
  return model;
}

/** A Dense layer whose kernel is a fixed matrix. */
interface Matrix {
  readonly layer: tf.layers.Layer;
  readonly values: Float32Array;
  readonly shape: [from: number, to: number];
}

/** Bilinear ×2, corners aligned: first height, then width, each as the last axis times a matrix. */
function doubled(name: string, x: tf.SymbolicTensor, matrices: Matrix[]): tf.SymbolicTensor {
  for (const axis of ["height", "width"]) {
    x = through(tf.layers.permute({ dims: FIRST_AXIS_LAST, name: `${name}_${axis}_last` }), x);
    const from = x.shape.at(-1)!, to = 2 * from;
    const layer = tf.layers.dense({ units: to, useBias: false, trainable: false, name: `${name}_${axis}` });
    const weights = interpolationWeights(from, to); // [to, from]
    const values = Float32Array.from({ length: from * to }, (_, i) => weights[(i % to) * from + Math.floor(i / to)]);
    matrices.push({ layer, values, shape: [from, to] });
    x = through(layer, x);
  }
  return through(tf.layers.permute({ dims: FIRST_AXIS_LAST, name: `${name}_raised` }), x);
}

function doubleConv({ name, innerChannels, outputChannels }: DoubleConvLayer, x: tf.SymbolicTensor): tf.SymbolicTensor {
  for (const [index, filters] of [[1, innerChannels], [2, outputChannels]]) {
    const convolution = { filters, kernelSize: 3, padding: "same", useBias: false } as const;
    const norm = { epsilon: BATCH_NORM_EPSILON, momentum: 1 - BATCH_NORM_MOMENTUM };
    x = through(tf.layers.conv2d({ ...convolution, name: `${name}_conv${index}` }), x);
    x = through(tf.layers.batchNormalization({ ...norm, name: `${name}_bn${index}` }), x);
    x = through(tf.layers.reLU({ name: `${name}_relu${index}` }), x);
  }
  return x;
}

function copyWeights(
  model: tf.LayersModel,
  { trainable, statistics }: UNetWeights,
  blocks: readonly DoubleConvLayer[],
  output: string,
): void {
  for (const { name } of blocks) {
    for (const index of [1, 2]) {
      const norm = `${name}.bn${index}`;
      model.getLayer(`${name}_conv${index}`).setWeights([trainable[`${name}.conv${index}.weight`]]);
      model.getLayer(`${name}_bn${index}`).setWeights([
        trainable[`${norm}.weight`],
        trainable[`${norm}.bias`],
        statistics[`${norm}.running_mean`],
        statistics[`${norm}.running_var`],
      ]);
    }
  }
  model.getLayer(output).setWeights([trainable[`${output}.weight`], trainable[`${output}.bias`]]);
}

function through(layer: tf.layers.Layer, x: tf.SymbolicTensor): tf.SymbolicTensor {
  return layer.apply(x) as tf.SymbolicTensor;
}

function requireMultiples([height, width]: readonly number[], factor: number): void {
  if ([height, width].every((side) => side > 0 && side % factor === 0)) return;
  throw new RangeError(
    `Cannot make a LayersModel: height and width must be multiples of ${factor}, found ${height} × ${width}.`,
  );
}
