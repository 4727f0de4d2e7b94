/**
 * Batch normalisation with the batch's own statistics, as in training.
 *
 * @module
 */
import { batchNormInput } from "./slow_in_bfloat16.ts";
import { AttributeType, DataType } from "./tensorflow/c_api.ts";
import { type NodeBackend, nodeBackend } from "./tensorflow/node_backend.ts";
import type { OperationAttribute } from "./tensorflow/operation_attributes.ts";
import { tf } from "./tf.ts";

/** The normalised tensor and the statistics that it was normalised with. */
export interface NormalizedBatch {
  /** `[batch, height, width, channels]` */
  readonly output: tf.Tensor4D;
  /** Mean over batch, height and width, `[channels]`. Kept: the caller disposes it. */
  readonly mean: tf.Tensor1D;
  /** Unbiased variance over batch, height and width (divided by n − 1), `[channels]`. Kept: the caller disposes it. */
  readonly variance: tf.Tensor1D;
}

/**
 * y = scale · (x − mean) / √(variance + ε) + offset, with mean and (biased) variance over batch, height and width
 * (Ioffe and Szegedy, 2015). The unbiased variance is returned beside it, which running averages take, as PyTorch's do.
 *
 * On TensorFlow one fused operation computes it and one its gradient; elsewhere tfjs composes both.
 *
 * @param x `[batch, height, width, channels]`
 * @param scale `[channels]`
 * @param offset `[channels]`
 * @param epsilon Added to the variance.
 */
export function normalizeBatch(
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): NormalizedBatch {
  const backend = nodeBackend();
  return backend ? fused(backend, x, scale, offset, epsilon) : composed(x, scale, offset, epsilon);
}

function composed(x: tf.Tensor4D, scale: tf.Tensor1D, offset: tf.Tensor1D, epsilon: number): NormalizedBatch {
  const moments = tf.moments(x, [0, 1, 2]);
  const mean = moments.mean as tf.Tensor1D;
  const variance = moments.variance as tf.Tensor1D;
  const count = x.size / x.shape[3];
  return {
    output: tf.batchNorm4d(x, mean, variance, offset, scale, epsilon),
    mean: tf.keep(tf.clone(mean)),
    variance: tf.keep(tf.mul(variance, count / Math.max(count - 1, 1))),
  };
}

function fused(
  backend: NodeBackend,
  x: tf.Tensor4D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): NormalizedBatch {
  const attributes: OperationAttribute[] = [
    { name: "T", type: AttributeType.TYPE, value: DataType.FLOAT },
    { name: "U", type: AttributeType.TYPE, value: DataType.FLOAT },
    { name: "epsilon", type: AttributeType.FLOAT, value: epsilon },
    { name: "data_format", type: AttributeType.STRING, value: "NHWC" },
    { name: "is_training", type: AttributeType.BOOL, value: true },
  ];
  const ownStatistics = { name: "exponential_avg_factor", type: AttributeType.FLOAT, value: 1 };
  let statistics: tf.Tensor[] = [];
  const output = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as (tensors: tf.Tensor[]) => void;
    const [input, scale, offset] = inputs as tf.Tensor[];
    const x = batchNormInput(input);
    const empty = tf.tensor1d([]);
    const results = backend.executeMultipleOutputs(
      "FusedBatchNormV3",
      [...attributes, ownStatistics],
      [x, scale, offset, empty, empty],
      6, // y, mean, variance and three tensors for the gradient
    );
    statistics = [tf.keep(results[1]), tf.keep(results[2])];
    save([x, scale, ...results.slice(3)]);
    const gradFunc = (dy: tf.Tensor, [x, scale, ...reserved]: tf.Tensor[]) => {
      const inputs = [dy, x, scale, ...reserved];
      return backend.executeMultipleOutputs("FusedBatchNormGradV3", attributes, inputs, 5).slice(0, 3);
    };
    return { value: results[0], gradFunc };
  })(x, scale, offset) as tf.Tensor4D;
  return { output, mean: statistics[0] as tf.Tensor1D, variance: statistics[1] as tf.Tensor1D };
}
