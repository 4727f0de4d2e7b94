import "../backend.ts";
import { assertAlmostEquals } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { adamStep, initializeAdam } from "../../lib/training/adam.ts";

Deno.test("adamStep() moves by the learning rate at the first step, whatever the gradient's size", () => {
  for (const gradient of [1e-3, 5, -200]) {
    const parameters = { x: tf.tensor1d([1]) };
    const { parameters: next } = adamStep(parameters, { x: tf.tensor1d([gradient]) }, initializeAdam(parameters));
    assertAlmostEquals(next.x.dataSync()[0], 1 - 1e-3 * Math.sign(gradient), 1e-6);
  }
});

Deno.test("adamStep() gives what the paper's Algorithm 1 gives in float64 over ten steps", () => {
  const gradients = Array.from({ length: 10 }, (_, index) => Math.sin(index + 1));
  let [x, m, v] = [0.5, 0, 0];
  let parameters: Record<string, tf.Tensor> = { x: tf.tensor1d([x]) };
  let state = initializeAdam(parameters);
  gradients.forEach((gradient, index) => {
    const t = index + 1;
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient ** 2;
    x -= 0.05 * (m / (1 - 0.9 ** t)) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    ({ parameters, state } = adamStep(parameters, { x: tf.tensor1d([gradient]) }, state, { learningRate: 0.05 }));
    assertAlmostEquals(parameters.x.dataSync()[0], x, 1e-5);
  });
});
