/**
 * Adam as a pure function of tensors.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import type { NamedTensors } from "../model/unet_weights.ts";

/**
 * Adam's memory: number of steps t so far (scalar), and first and second moments. A large parameter has moments of its own
 * under its name; those of all small ones together are one vector under {@linkcode SMALL_PARAMETERS}.
 */
export interface AdamState {
  /** t, scalar. */
  readonly step: tf.Tensor;
  /** m by the parameters' names. */
  readonly firstMoment: NamedTensors;
  /** v by the parameters' names. */
  readonly secondMoment: NamedTensors;
}

/** Settings of Adam; the defaults are the paper's and the thesis'. */
export interface AdamOptions {
  /** α. Default 1e-3. */
  readonly learningRate?: number;
  /** β₁. Default 0.9. */
  readonly beta1?: number;
  /** β₂. Default 0.999. */
  readonly beta2?: number;
  /** Added to √v̂. Default 1e-8. */
  readonly epsilon?: number;
}

/** Name of the moments of all small parameters. */
export const SMALL_PARAMETERS = "small";

/**
 * Parameters of fewer elements are updated together in one vector. A step has a dozen operations for each vector, and for
 * small ones starting an operation costs more than computing it; large ones stay in the cache only if they stay apart.
 */
const SMALL_SIZE = 2 ** 15;

/** Adam before its first step. */
export function initializeAdam(parameters: NamedTensors): AdamState {
  const zeros = () => tf.tidy(() => mapTensors(joinSmall(parameters), (tensor) => tf.zerosLike(tensor)));
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
  // α m̂ / (√v̂ + ε) = (α √(1 − β₂ᵗ) / (1 − β₁ᵗ)) · m / (√v + ε √(1 − β₂ᵗ)): the corrections are numbers, not vectors.
  const rate = tf.div(tf.mul(learningRate, correction2), correction1);
  const offset = tf.mul(epsilon, correction2);
  const joinedGradients = joinSmall(gradients);
  const firstMoment = mapTensors(state.firstMoment, (m, name) => {
    return tf.add(tf.mul(m, beta1), tf.mul(joinedGradients[name], 1 - beta1));
  });
  const secondMoment = mapTensors(state.secondMoment, (v, name) => {
    return tf.add(tf.mul(v, beta2), tf.mul(tf.square(joinedGradients[name]), 1 - beta2));
  });
  const joined = mapTensors(joinSmall(parameters), (parameter, name) => {
    const direction = tf.div(firstMoment[name], tf.add(tf.sqrt(secondMoment[name]), offset));
    return tf.sub(parameter, tf.mul(rate, direction));
  });
  return { parameters: separateSmall(joined, parameters), state: { step, firstMoment, secondMoment } };
}

/** The shapes of each of the two moments, by name, for parameters of these shapes. */
export function momentShapes(
  parameters: Readonly<Record<string, readonly number[]>>,
): Record<string, readonly number[]> {
  const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
  const all = Object.entries(parameters);
  const large = all.filter(([, shape]) => sizeOf(shape) >= SMALL_SIZE);
  const small = all.reduce((sum, [, shape]) => sum + (sizeOf(shape) < SMALL_SIZE ? sizeOf(shape) : 0), 0);
  return { ...Object.fromEntries(large), ...(small > 0 ? { [SMALL_PARAMETERS]: [small] } : {}) };
}

function isSmall(tensor: tf.Tensor): boolean {
  return tensor.size < SMALL_SIZE;
}

/** The large tensors as they are, and all small ones as one vector. */
function joinSmall(tensors: NamedTensors): NamedTensors {
  const large = Object.entries(tensors).filter(([, tensor]) => !isSmall(tensor));
  const small = Object.values(tensors).filter(isSmall).map((tensor) => inShape(tensor, [tensor.size]));
  return { ...Object.fromEntries(large), ...(small.length > 0 ? { [SMALL_PARAMETERS]: tf.concat(small) } : {}) };
}

/** What {@linkcode joinSmall} joined, apart again and in the shapes of `like`. */
function separateSmall(joined: NamedTensors, like: NamedTensors): NamedTensors {
  const small = Object.entries(like).filter(([, tensor]) => isSmall(tensor));
  const parts = small.length > 0 ? tf.split(joined[SMALL_PARAMETERS], small.map(([, tensor]) => tensor.size)) : [];
  const separated = Object.fromEntries(
    small.map(([name, tensor], index) => [name, inShape(parts[index], tensor.shape)]),
  );
  return Object.fromEntries(Object.keys(like).map((name) => [name, separated[name] ?? joined[name]]));
}

/** A tensor in another shape; itself where it has that shape already. */
function inShape(tensor: tf.Tensor, shape: number[]): tf.Tensor {
  return tensor.rank === shape.length ? tensor : tf.reshape(tensor, shape);
}

function mapTensors(
  tensors: NamedTensors,
  map: (tensor: tf.Tensor, name: string) => tf.Tensor,
): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, map(tensor, name)]));
}
