/**
 * Adding one number a channel.
 *
 * @module
 */
import { AttributeType, DataType } from "./tensorflow/c_api.ts";
import { nodeBackend } from "./tensorflow/node_backend.ts";
import { tf } from "./tf.ts";

/**
 * x + bias, as `tf.add` gives it. On TensorFlow it is the operation of that name, which a captured function joins with the
 * convolution before it and the rectifier after it. Without a gradient there: for inference.
 *
 * @param x `[batch, height, width, channels]`
 * @param bias `[channels]`
 */
export function addBias(x: tf.Tensor4D, bias: tf.Tensor): tf.Tensor4D {
  const backend = nodeBackend();
  if (!backend) return tf.add(x, bias);
  const attributes = [
    { name: "T", type: AttributeType.TYPE, value: DataType.FLOAT },
    { name: "data_format", type: AttributeType.STRING, value: "NHWC" },
  ];
  return backend.executeSingleOutput("BiasAdd", attributes, [x, bias]) as tf.Tensor4D;
}
