/**
 * What oneDNN computes slowly in bfloat16, kept in float32.
 *
 * @module
 */
import { AttributeType, DataType, FLOAT32_MARK } from "./tensorflow/c_api.ts";
import { nodeBackend } from "./tensorflow/node_backend.ts";
import type { tf } from "./tf.ts";

/**
 * Channels that oneDNN normalises together in bfloat16; where their number is no multiple of it, batch norm takes up to
 * thirty times as long as in float32 (oneDNN 3.7 with AMX: 29 ms against 1 ms for 16 × 64 × 64 × 8 and its gradient).
 */
const BFLOAT16_CHANNELS = 16;

/**
 * The input of a batch norm. Where that would be slow in bfloat16 the tensor is marked, so that the rewrite to mixed
 * precision leaves it and what follows in float32, up to the next convolution. No value changes. Without a gradient.
 *
 * @param x `[batch, height, width, channels]`
 */
export function batchNormInput<T extends tf.Tensor>(x: T): T {
  const backend = nodeBackend();
  if (!backend || x.shape.at(-1)! % BFLOAT16_CHANNELS === 0) return x;
  const attributes = [
    { name: "dtype", type: AttributeType.TYPE, value: DataType.FLOAT },
    { name: "shape", type: AttributeType.SHAPE, value: x.shape },
  ];
  return backend.executeSingleOutput(FLOAT32_MARK, attributes, [x]) as T;
}
