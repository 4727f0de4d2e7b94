/**
 * How batch norm gets its statistics, as an explicit argument of every forward pass.
 *
 * @module
 */
import { normalizeBatch } from "../backend/normalize_batch.ts";
import { batchNormInput } from "../backend/slow_in_bfloat16.ts";
import { tf } from "../backend/tf.ts";
import type { NamedTensors, UNetWeights } from "./unet_weights.ts";

/** Added to the variance (thesis' U-Net, PyTorch's default). */
export const BATCH_NORM_EPSILON = 1e-5;

/** Share of a batch's statistics in the running averages. */
export const BATCH_NORM_MOMENTUM = 0.1;

/**
 * `"running"`: the running averages, as in evaluation and MC Dropout. Otherwise the batch's own statistics, as in
 * training; they are put into the record under the running averages' names, and the caller disposes them.
 */
export type BatchNormMode = "running" | { readonly batchStatistics: NamedTensors };

/**
 * Normalises a layer's output.
 *
 * @param x `[batch, height, width, channels]`
 * @param name Name of the batch norm, such as `"inc.bn1"`.
 */
export function batchNorm(weights: UNetWeights, name: string, x: tf.Tensor4D, mode: BatchNormMode): tf.Tensor4D {
  const scale = weights.trainable[`${name}.weight`] as tf.Tensor1D;
  const offset = weights.trainable[`${name}.bias`] as tf.Tensor1D;
  const meanName = `${name}.running_mean`;
  const varianceName = `${name}.running_var`;
  if (mode === "running") {
    const mean = weights.statistics[meanName] as tf.Tensor1D;
    const variance = weights.statistics[varianceName] as tf.Tensor1D;
    return tf.batchNorm4d(batchNormInput(x), mean, variance, offset, scale, BATCH_NORM_EPSILON);
  }
  const { output, mean, variance } = normalizeBatch(x, scale, offset, BATCH_NORM_EPSILON);
  mode.batchStatistics[meanName] = mean;
  mode.batchStatistics[varianceName] = variance;
  return output;
}

/**
 * The running averages after one more batch: average ← 0.9 · average + 0.1 · batch. All of them are updated as one vector,
 * which takes four operations in place of a hundred.
 *
 * @returns New tensors; the old ones stay.
 */
export function updateRunningStatistics(statistics: NamedTensors, batchStatistics: NamedTensors): NamedTensors {
  const names = Object.keys(statistics);
  const joined = (tensors: NamedTensors) => tf.concat(names.map((name) => tensors[name] as tf.Tensor1D));
  const updated = tf.add(
    tf.mul(joined(statistics), 1 - BATCH_NORM_MOMENTUM),
    tf.mul(joined(batchStatistics), BATCH_NORM_MOMENTUM),
  );
  const parts = tf.split(updated, names.map((name) => statistics[name].size));
  return Object.fromEntries(names.map((name, index) => [name, parts[index]]));
}
