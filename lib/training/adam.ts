/**
 * Adam as a pure function of tensors.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import type { NamedTensors } from "../model/unet_weights.ts";

/** Adam's memory: number of steps t so far (scalar), and first and second moments by the parameters' names. */
export interface AdamState {
  readonly step: tf.Tensor;
  readonly firstMoment: NamedTensors;
  readonly secondMoment: NamedTensors;
}

/** Settings of Adam; the defaults are the paper's and the thesis'. */
export interface AdamOptions {
  readonly learningRate?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
}

/** Adam before its first step. */
export function initializeAdam(parameters: NamedTensors): AdamState {
  const zeros = () =>
    Object.fromEntries(Object.entries(parameters).map(([name, tensor]) => [name, tf.zerosLike(tensor)]));
  return { step: tf.scalar(0), firstMoment: zeros(), secondMoment: zeros() };
}

/**
 * One step of Adam (Kingma and Ba, 2015, Algorithm 1): m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g²,
 * θ ← θ − α · m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
 *
 * @returns New parameters and state; the old ones stay.
 */
export function adamStep(
  parameters: NamedTensors,
  gradients: NamedTensors,
  state: AdamState,
  options: AdamOptions = {},
): { parameters: NamedTensors; state: AdamState } {
  const { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = options;
  const step = tf.add(state.step, 1);
  const correction1 = tf.sub(1, tf.pow(beta1, step));
  const correction2 = tf.sqrt(tf.sub(1, tf.pow(beta2, step)));
  const rate = tf.div(learningRate, correction1);
  const next: NamedTensors = {};
  const firstMoment: NamedTensors = {};
  const secondMoment: NamedTensors = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const gradient = gradients[name];
    const m = tf.add(tf.mul(state.firstMoment[name], beta1), tf.mul(gradient, 1 - beta1));
    const v = tf.add(tf.mul(state.secondMoment[name], beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const denominator = tf.add(tf.div(tf.sqrt(v), correction2), epsilon);
    next[name] = tf.sub(parameter, tf.mul(rate, tf.div(m, denominator)));
    firstMoment[name] = m;
    secondMoment[name] = v;
  }
  return { parameters: next, state: { step, firstMoment, secondMoment } };
}
