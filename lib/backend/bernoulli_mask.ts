/**
 * Random masks that depend on a seed tensor only.
 *
 * @module
 */
import { statelessUniform } from "./stateless_uniform.ts";
import { AttributeType, DataType } from "./tensorflow/c_api.ts";
import { nodeBackend } from "./tensorflow/node_backend.ts";
import type { OperationAttribute } from "./tensorflow/operation_attributes.ts";
import { tf } from "./tf.ts";

/** Random numbers of one byte have this many values. */
const BYTE_VALUES = 256;
const BYTES_PER_INTEGER = 4;

/**
 * 1 with probability `keep`, else 0, independently for every element: z ~ Bernoulli(keep).
 *
 * On TensorFlow a probability that is a multiple of 1/256, such as ½, takes one random byte an element, a quarter of what
 * a float would; any other one takes a float. The same seed gives the same mask on one backend.
 *
 * @param shape Shape of the result.
 * @param keep Probability of a 1, in [0, 1].
 * @param seed Two integers, `[2]` of int32.
 * @returns float32, 0 or 1.
 */
export function bernoulliMask(shape: readonly number[], keep: number, seed: tf.Tensor1D): tf.Tensor {
  const backend = nodeBackend();
  const threshold = keep * BYTE_VALUES;
  const size = shape.reduce((product, length) => product * length, 1);
  if (!backend || !Number.isInteger(threshold) || keep === 1 || size % BYTES_PER_INTEGER !== 0) {
    return tf.cast(tf.less(statelessUniform(shape, seed), keep), "float32");
  }
  return tf.tidy(() => {
    const run = (name: string, attributes: OperationAttribute[], inputs: tf.Tensor[]) =>
      backend.executeSingleOutput(name, attributes, inputs);
    const count = tf.tensor1d([size / BYTES_PER_INTEGER], "int32");
    const integers = run("StatelessRandomUniformFullInt", [
      type("dtype", DataType.INT32),
      type("T", DataType.INT32),
      type("Tseed", DataType.INT32),
    ], [count, seed]);
    const bytes = run("Bitcast", [type("T", DataType.INT32), type("type", DataType.UINT8)], [integers]);
    const shaped = run("Reshape", [type("T", DataType.UINT8), type("Tshape", DataType.INT32)], [
      bytes,
      tf.tensor1d([...shape], "int32"),
    ]);
    const limit = run("Cast", [type("SrcT", DataType.INT32), type("DstT", DataType.UINT8)], [
      tf.scalar(threshold, "int32"),
    ]);
    return tf.cast(run("Less", [type("T", DataType.UINT8)], [shaped, limit]), "float32");
  });
}

function type(name: string, value: number): OperationAttribute {
  return { name, type: AttributeType.TYPE, value };
}
