/**
 * The order of computations that need nothing of each other.
 *
 * @module
 */
import { DataType } from "./tensorflow/c_api.ts";
import { nodeBackend } from "./tensorflow/node_backend.ts";
import type { tf } from "./tf.ts";

const TYPES: Readonly<Record<string, number>> = { float32: DataType.FLOAT, int32: DataType.INT32 };

/**
 * x, but not before another tensor is computed. A captured function begins whatever has its inputs; what it begins early
 * lies in memory until it is needed. Without a gradient; other backends than TensorFlow compute in the order of the calls.
 *
 * @param x float32 or int32.
 * @param other What comes first; float32 or int32.
 */
export function after<T extends tf.Tensor>(x: T, other: tf.Tensor): T {
  const backend = nodeBackend();
  if (!backend) return x;
  const [id, otherId] = backend.getInputTensorIds([x, other]);
  return backend.createOutputTensor(backend.binding.after(id, TYPES[x.dtype], otherId)) as T;
}
