import "./backend.ts";
import { AssertionError, assertThrows } from "@std/assert";
import { tf } from "../lib/backend/tf.ts";
import { assertGradientMatches } from "./finite_difference.ts";

/** x³ whose gradient is multiplied by `factor`. */
function cubeWithGradientTimes(factor: number): (x: tf.Tensor) => tf.Tensor {
  return tf.customGrad((input, save) => {
    const x = input as tf.Tensor;
    (save as tf.GradSaveFunc)([x]);
    return {
      value: tf.mul(x, tf.square(x)),
      gradFunc: (dy, saved) => tf.mul(dy, tf.mul(3 * factor, tf.square((saved as tf.Tensor[])[0]))),
    };
  });
}

const x = tf.tensor2d([[0.3, -0.7, 0.5], [0.9, 0.2, -0.4]]);

Deno.test("assertGradientMatches() accepts a right gradient", () => {
  assertGradientMatches(cubeWithGradientTimes(1), x);
});

Deno.test("assertGradientMatches() rejects a gradient that is 5 % too large", () => {
  assertThrows(() => assertGradientMatches(cubeWithGradientTimes(1.05), x), AssertionError, "finite differences say");
});

Deno.test("assertGradientMatches() rejects a gradient that is not finite", () => {
  assertThrows(() => assertGradientMatches((value) => tf.sqrt(value), tf.zeros([2])), AssertionError, "not finite");
});

Deno.test("assertGradientMatches() rejects a function too flat to tell", () => {
  assertThrows(() => assertGradientMatches((value) => tf.mul(value, 1e-6), x), AssertionError, "could not be told");
});
