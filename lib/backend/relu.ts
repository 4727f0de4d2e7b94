/**
 * The rectifier.
 *
 * @module
 */
import { AttributeType, DataType } from "./tensorflow/c_api.ts";
import { nodeBackend } from "./tensorflow/node_backend.ts";
import { tf } from "./tf.ts";

/**
 * max(x, 0), of any shape. On TensorFlow its gradient is one fused operation; elsewhere tfjs composes it.
 */
export function relu<T extends tf.Tensor>(x: T): T {
  const backend = nodeBackend();
  if (!backend) return tf.relu(x);
  const attributes = [{ name: "T", type: AttributeType.TYPE, value: DataType.FLOAT }];
  return tf.customGrad((x, save) => {
    const value = tf.relu(x as tf.Tensor);
    (save as (tensors: tf.Tensor[]) => void)([value]);
    const gradFunc = (dy: tf.Tensor, [value]: tf.Tensor[]) =>
      backend.executeSingleOutput("ReluGrad", attributes, [dy, value]);
    return { value, gradFunc };
  })(x) as T;
}
