/**
 * The logistic function, in float32 whatever the graph around it is rewritten to.
 *
 * @module
 */
import { tf } from "./tf.ts";

/**
 * σ(x) = 1 / (1 + e⁻ˣ), of any shape.
 *
 * Where a function is captured in mixed precision, TensorFlow rewrites what lies between convolutions to bfloat16, its own
 * sigmoid too, but no exponential. So this one is written with it, and probabilities, losses and metrics keep float32's 24
 * bits. The gradient σ(x)(1 − σ(x)) is finite for every finite x.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tf } from "./tf.ts";
 * assertEquals([...float32Sigmoid(tf.tensor1d([-1000, 0, 1000])).dataSync()], [0, 0.5, 1]);
 * ```
 */
export function float32Sigmoid<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((x, save) => {
    const value = tf.div(1, tf.add(1, tf.exp(tf.neg(x as tf.Tensor))));
    (save as (tensors: tf.Tensor[]) => void)([value]);
    const gradFunc = (dy: tf.Tensor, [value]: tf.Tensor[]) => tf.mul(dy, tf.mul(value, tf.sub(1, value)));
    return { value, gradFunc };
  })(x) as T;
}
