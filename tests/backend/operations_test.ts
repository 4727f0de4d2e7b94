import "../backend.ts";
import { assertEquals } from "@std/assert";
import { convolve } from "../../lib/backend/convolve.ts";
import { float32Sigmoid } from "../../lib/backend/float32_sigmoid.ts";
import { normalizeBatch } from "../../lib/backend/normalize_batch.ts";
import { resizeBilinear } from "../../lib/backend/resize_bilinear.ts";
import { relu } from "../../lib/backend/relu.ts";
import { tf } from "../../lib/backend/tf.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import { assertGradientMatches } from "../finite_difference.ts";
import { assertClose } from "../reference_vectors.ts";

// Every operation that the network and its training use, against finite differences, on the backend that is set.

Deno.test("the gradient of conv2d is right with respect to the image", () => {
  const kernel = random<tf.Tensor4D>([3, 3, 2, 3], "kernel");
  assertGradientMatches((x) => weighted(tf.conv2d(x as tf.Tensor4D, kernel, 1, "same")), random([2, 4, 6, 2], "x"));
});

Deno.test("the gradient of conv2d is right with respect to the kernel", () => {
  const image = random<tf.Tensor4D>([2, 4, 6, 2], "x");
  assertGradientMatches((k) => weighted(tf.conv2d(image, k as tf.Tensor4D, 1, "same")), random([3, 3, 2, 3], "kernel"));
});

Deno.test("convolve() with its kernel's gradient by products is conv2d with conv2d's gradients", () => {
  const [batch, height, width, input, output] = [2, 5, 4, 3, 2];
  const x = random<tf.Tensor4D>([batch, height, width, input], "x");
  const kernel = random<tf.Tensor4D>([3, 3, input, output], "kernel");
  const gradients = (convolution: typeof convolve) =>
    tf.valueAndGrads((x, kernel) => weighted(convolution(x as tf.Tensor4D, kernel as tf.Tensor4D)))([x, kernel]);
  const expected = gradients((x, kernel) => tf.conv2d(x, kernel, 1, "same"));
  const byProducts = gradients((x, kernel) => convolve(x, kernel, "products"));
  assertClose(byProducts.value, [...expected.value.dataSync()], 1e-6);
  for (const index of [0, 1]) assertClose(byProducts.grads[index], [...expected.grads[index].dataSync()], 1e-5);
});

Deno.test("the gradient of maxPool is right, also where a window is all negative", () => {
  // Values at least 0.1 apart, so that no step of the differences changes which one is largest.
  const order = Float32Array.from({ length: 64 }, (_, index) => ((index * 37) % 64) / 8 - 6);
  const x = tf.tensor4d(order, [2, 4, 4, 2]);
  assertGradientMatches((x) => weighted(tf.maxPool(x as tf.Tensor4D, 2, 2, "valid")), x);
});

Deno.test("the gradient of bilinear upsampling with aligned corners is right", () => {
  const x = random<tf.Tensor4D>([2, 3, 4, 2], "x");
  assertGradientMatches((x) => weighted(resizeBilinear(x as tf.Tensor4D, [6, 8])), x);
});

Deno.test("resizeBilinear() keeps the corners and is linear in between", () => {
  const x = tf.tensor4d([0, 2, 4, 6], [1, 2, 2, 1]);
  assertClose(resizeBilinear(x, [3, 3]), [0, 1, 2, 2, 3, 4, 4, 5, 6], 1e-6);
  assertClose(resizeBilinear(tf.tensor4d([5], [1, 1, 1, 1]), [2, 2]), [5, 5, 5, 5], 1e-6);
});

Deno.test("the gradient of concat is right", () => {
  const skip = random<tf.Tensor4D>([2, 3, 3, 2], "skip");
  assertGradientMatches((x) => weighted(tf.concat([skip, x as tf.Tensor4D], 3)), random([2, 3, 3, 1], "x"));
});

Deno.test("the gradient of softmax and of taking its second class is right", () => {
  const second = (x: tf.Tensor) => weighted(tf.slice(tf.softmax(x as tf.Tensor4D), [0, 0, 0, 1], [2, 3, 3, 1]));
  assertGradientMatches(second, random([2, 3, 3, 2], "logits"), { absolute: 3e-4 });
});

Deno.test("relu() is max(x, 0), and its gradient is right", () => {
  assertEquals([...relu(tf.tensor1d([-2, 0, 3])).dataSync()], [0, 0, 3]);
  const awayFromZero = tf.tensor1d([-2, -0.5, 0.5, 1, 4]);
  assertGradientMatches((x) => weighted(relu(x)), awayFromZero);
});

Deno.test("float32Sigmoid() is the logistic function, and its gradient is right and finite everywhere", () => {
  assertClose(float32Sigmoid(tf.tensor1d([-2, 0, 3])), [-2, 0, 3].map((x) => 1 / (1 + Math.exp(-x))), 1e-6);
  assertGradientMatches((x) => weighted(float32Sigmoid(x)), tf.tensor1d([-3, -0.5, 0, 0.5, 4]));
  const extremes = tf.grad((x) => tf.sum(float32Sigmoid(x)))(tf.tensor1d([-1e4, -100, 100, 1e4]));
  assertEquals([...extremes.dataSync()].map((value) => Math.abs(value) < 1e-30), [true, true, true, true]);
});

const WITH_RESPECT_TO = ["image", "scale", "offset"] as const;
for (const [position, name] of WITH_RESPECT_TO.entries()) {
  Deno.test(`the gradient of normalizeBatch() is right with respect to the ${name}`, () => {
    const inputs = [random([3, 4, 4, 2], "x"), tf.tensor1d([0.7, 1.3]), tf.tensor1d([0.2, -0.4])];
    assertGradientMatches(
      (varied) => {
        const [x, scale, offset] = inputs.map((input, index) => index === position ? varied : input);
        const { output, mean, variance } = normalizeBatch(
          x as tf.Tensor4D,
          scale as tf.Tensor1D,
          offset as tf.Tensor1D,
          1e-5,
        );
        tf.dispose([mean, variance]);
        return weighted(output);
      },
      inputs[position],
      { absolute: 1e-3 },
    );
  });
}

Deno.test("normalizeBatch() normalises with the biased and returns the unbiased variance", () => {
  const x = tf.tensor4d([1, 2, 3, 6], [1, 2, 2, 1]);
  const { output, mean, variance } = normalizeBatch(x, tf.ones([1]), tf.zeros([1]), 0);
  assertClose(mean, [3], 1e-6);
  assertClose(variance, [14 / 3], 1e-5);
  assertClose(output, [-2, -1, 0, 3].map((value) => value / Math.sqrt(3.5)), 1e-5);
});

/** Numbers in [−1, 1]. */
function random<T extends tf.Tensor>(shape: number[], label: string): T {
  const stream = randomStream(11, label, ...shape);
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(Float32Array.from({ length: size }, () => 2 * stream.uniform() - 1), shape) as T;
}

/** The tensor times fixed random weights, so that no two of its elements count the same in a sum. */
function weighted(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, random(x.shape, "weights"));
}
