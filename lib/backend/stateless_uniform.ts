/**
 * Uniform random numbers that depend on a seed tensor only.
 *
 * @module
 */
import { randomStream } from "../random/random_stream.ts";
import { AttributeType, DataType } from "./tensorflow/c_api.ts";
import { nodeBackend } from "./tensorflow/node_backend.ts";
import { tf } from "./tf.ts";

/**
 * Numbers in [0, 1), uniformly, the same ones for the same seed and shape on one backend.
 *
 * On TensorFlow the device draws them (`StatelessRandomUniform`, counter-based Philox), which can be captured; elsewhere
 * the host draws them from a stream with this seed. The two sequences differ.
 *
 * @param shape Shape of the result.
 * @param seed Two integers, `[2]` of int32. On other backends than TensorFlow it must be made from host values.
 */
export function statelessUniform(shape: readonly number[], seed: tf.Tensor1D): tf.Tensor {
  const backend = nodeBackend();
  if (!backend) return hostUniform(shape, seed);
  const attributes = [
    { name: "dtype", type: AttributeType.TYPE, value: DataType.FLOAT },
    { name: "T", type: AttributeType.TYPE, value: DataType.INT32 },
    { name: "Tseed", type: AttributeType.TYPE, value: DataType.INT32 },
  ];
  return backend.executeSingleOutput("StatelessRandomUniform", attributes, [tf.tensor1d([...shape], "int32"), seed]);
}

/**
 * Numbers in [0, 1), uniformly, drawn by the host: the same ones for the same seed and shape on every backend. Not to be
 * captured.
 *
 * @param shape Shape of the result.
 * @param seed Two integers, `[2]` of int32, made from host values.
 */
export function hostUniform(shape: readonly number[], seed: tf.Tensor1D): tf.Tensor {
  const [first, second] = seed.dataSync();
  const stream = randomStream(first, second);
  const values = new Float32Array(shape.reduce((product, length) => product * length, 1));
  for (let index = 0; index < values.length; index++) values[index] = stream.uniform();
  return tf.tensor(values, [...shape]);
}

/** The seed tensor of these two integers, for {@linkcode statelessUniform}; `[2]` of int32. */
export function seedTensor(first: number, second: number): tf.Tensor1D {
  return tf.tensor1d([first, second], "int32");
}
