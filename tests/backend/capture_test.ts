import { backend } from "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { capture } from "../../lib/backend/capture.ts";
import { seedTensor, statelessUniform } from "../../lib/backend/stateless_uniform.ts";
import { nodeBackend } from "../../lib/backend/tensorflow/node_backend.ts";
import { tf } from "../../lib/backend/tf.ts";

const isTensorFlow = backend.name === "tensorflow";

Deno.test("capture() gives what the function gives", () => {
  const original = ({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => ({ sum: tf.add(a, b), list: [tf.mul(a, 3)] });
  const captured = capture(original);
  for (const value of [1, 5]) {
    const { sum, list } = captured({ a: tf.tensor1d([value, 2]), b: tf.scalar(10) });
    assertEquals([...sum.dataSync(), ...list[0].dataSync()], [value + 10, 12, 3 * value, 6]);
  }
});

Deno.test("capture() traces once for each combination of shapes", () => {
  let calls = 0;
  const captured = capture((x: tf.Tensor) => {
    calls++;
    return tf.square(x);
  });
  for (const length of [2, 2, 3, 3, 2]) captured(tf.ones([length]));
  if (isTensorFlow) assertEquals([calls, captured.traceCount()], [2, 2]);
  else assertEquals(calls, 5);
});

Deno.test("capture() returns an argument, and one tensor twice, as tensors of their own", () => {
  const captured = capture((x: tf.Tensor) => {
    const y = tf.neg(x);
    return [x, y, y];
  });
  const x = tf.tensor1d([7]);
  const [same, first, second] = captured(x);
  x.dispose();
  if (isTensorFlow) first.dispose();
  assertEquals([same.dataSync()[0], second.dataSync()[0]], [7, -7]);
});

Deno.test("capture() takes part in another captured function", () => {
  const inner = capture((x: tf.Tensor) => tf.mul(x, 2));
  const outer = capture((x: tf.Tensor) => tf.add(inner(x), 1));
  assertEquals(outer(tf.tensor1d([3])).dataSync()[0], 7);
});

Deno.test({
  name: "operationTimes() tells the operations that TensorFlow runs, the longest first, and keeps nothing",
  ignore: !isTensorFlow || !!nodeBackend()?.binding.isUsingGpuDevice(),
  fn() {
    const captured = capture(({ x, kernel }: { x: tf.Tensor4D; kernel: tf.Tensor4D }) => {
      const y = tf.relu(tf.conv2d(x, kernel, 1, "same"));
      return [y, tf.conv2d(y, kernel, 1, "same"), tf.sum(y)];
    });
    const arguments_ = { x: tf.ones<tf.Rank.R4>([2, 32, 32, 4]), kernel: tf.ones<tf.Rank.R4>([3, 3, 4, 4]) };
    const before = tf.memory().numTensors;
    const times = captured.operationTimes(arguments_, 3);
    assertEquals(tf.memory().numTensors, before);
    const convolutions = times.filter(({ operation }) => operation.includes("Conv2D"));
    assertEquals(convolutions.reduce((sum, { count }) => sum + count, 0), 2);
    assert(times.every(({ milliseconds }) => milliseconds >= 0 && milliseconds < 60_000));
    assertEquals(times, times.toSorted((a, b) => b.milliseconds - a.milliseconds));
    assert(times[0].milliseconds > 0);
    assertEquals(captured(arguments_)[0].dataSync()[0], 16); // a corner: 4 pixels of 4 channels
  },
});

Deno.test({
  name: "operationTimes() traces a function in its own precision, where the processor computes in it",
  ignore: !isTensorFlow || !backend.device.includes("AVX-512"),
  fn() {
    const x = tf.ones<tf.Rank.R4>([4, 32, 32, 16]), kernel = tf.ones<tf.Rank.R4>([3, 3, 16, 16]);
    const casts = (["float32", "bfloat16"] as const).map((precision) => {
      const captured = capture(
        (x: tf.Tensor4D) => tf.conv2d(tf.conv2d(x, kernel, 1, "same"), kernel, 1, "same"),
        { name: `convolved_${precision}`, precision },
      );
      return captured.operationTimes(x, 1).some(({ operation }) => operation.includes("Cast"));
    });
    assertEquals(casts, [false, true]);
  },
});

Deno.test("operationTimes() refuses a function that is not captured", () => {
  const eager = capture((x: tf.Tensor) => tf.square(x), { name: "square", eager: true });
  assertThrows(() => eager.operationTimes(tf.scalar(2)), Error, "Cannot trace square: it must run captured");
});

Deno.test({
  name: "capture() says what to do when values are read while tracing, and works afterwards",
  ignore: !isTensorFlow,
  fn() {
    const captured = capture((x: tf.Tensor) => {
      tf.square(x).dataSync();
      return x;
    });
    assertThrows(() => captured(tf.tensor1d([1])), Error, "Return the tensor from the function and read it outside");
    assertEquals(tf.add(1, 1).dataSync()[0], 2);
  },
});

Deno.test({
  name: "capture() refuses a result that is no tensor",
  ignore: !isTensorFlow,
  fn() {
    assertThrows(() => capture(() => ({ loss: 1 }))({}), TypeError, "value.loss is 1, not a tensor");
  },
});

Deno.test("capture() draws other numbers for another seed tensor, and the same for the same", () => {
  const draw = capture((seed: tf.Tensor1D) => statelessUniform([8], seed));
  const [a, b, again] = [[1, 2], [1, 3], [1, 2]].map(([x, y]) => [...draw(seedTensor(x, y)).dataSync()]);
  assertEquals(a, again);
  assertNotEquals(a, b);
});

Deno.test({
  name: "capture() runs lists of inputs of different lengths (ConcatV2, AddN, Pack)",
  ignore: !isTensorFlow,
  fn() {
    const captured = capture((tensors: tf.Tensor1D[]) => [
      tf.concat(tensors),
      tf.addN(tensors),
      tf.stack(tensors),
    ]);
    for (const count of [2, 3]) {
      const tensors = Array.from({ length: count }, (_, index) => tf.tensor1d([index, 1]));
      const [joined, sum, stacked] = captured(tensors);
      assertEquals(joined.shape, [2 * count]);
      assertEquals([...sum.dataSync()], [count * (count - 1) / 2, count]);
      assertEquals(stacked.shape, [count, 2]);
    }
  },
});

Deno.test("capture() computes gradients inside", () => {
  const slope = capture((x: tf.Tensor) => tf.grad((x) => tf.sum(tf.pow(x, 3)))(x));
  assertAlmostEquals(slope(tf.tensor1d([2])).dataSync()[0], 12, 1e-5);
});

Deno.test("capture() keeps the number of tensors flat over 200 calls, and frees its traces", () => {
  const captured = capture(({ x, y }: { x: tf.Tensor; y: tf.Tensor }) => ({ x: tf.add(tf.mul(x, 0.5), y), y }));
  let state = captured({ x: tf.ones([4]), y: tf.ones([4]) });
  const before = tf.memory().numTensors;
  for (let step = 0; step < 200; step++) {
    const next = captured(state);
    tf.dispose([state.x, state.y]);
    state = next;
  }
  assertEquals(tf.memory().numTensors, before);
  assertAlmostEquals(state.x.dataSync()[0], 2, 1e-6);
  captured.dispose();
  assertEquals(captured.traceCount(), 0);
  assert(captured(state).x.dataSync()[0] > 0);
});
