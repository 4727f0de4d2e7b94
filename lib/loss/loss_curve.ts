/**
 * A loss as a curve over the angle between prediction and mask, computed by the loss itself.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import type { LossFunction } from "./losses.ts";

/** A point of the curve. */
export interface LossCurvePoint {
  /** θ, radians. */
  readonly angle: number;
  /** L at this angle. */
  readonly loss: number;
  /** dL/dθ at fixed s, by automatic differentiation. */
  readonly gradient: number;
}

/** Where to evaluate. */
export interface LossCurveOptions {
  /** s, in (0, 1]. */
  readonly scale: number;
  /** θ, radians, each in [0, π/2]. */
  readonly angles: readonly number[];
  /** ε of every point, for losses that have one. */
  readonly epsilon?: number;
  /** κ of every point, for losses that have one. */
  readonly kappa?: number;
}

/**
 * Evaluates a loss and its slope on images of two pixels made for the purpose: y = (1, 0) and ŷ = r (cos θ, sin θ), with
 * r = (1 − √(1 − s²)) / s so that the scale component is s (Figure 1 of the thesis shows s = 0.1).
 *
 * @throws {RangeError} When the scale is not in (0, 1] or an angle not in [0, π/2].
 *
 * @example The slope of PolyDice-1 is s (1 + 2ε) θ
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { polyDice1Loss } from "./polydice_loss.ts";
 * const [point] = await lossCurve(polyDice1Loss, { scale: 0.1, angles: [1], epsilon: 0.5 });
 * assertAlmostEquals(point.gradient, 0.2, 1e-5);
 * ```
 */
export async function lossCurve(loss: LossFunction, options: LossCurveOptions): Promise<LossCurvePoint[]> {
  const { scale, angles, epsilon = 0, kappa = 0 } = options;
  if (!(scale > 0 && scale <= 1)) {
    throw new RangeError(`Cannot draw a loss: the scale must be in (0, 1], found ${scale}.`);
  }
  const bad = angles.find((angle) => !(angle >= 0 && angle <= Math.PI / 2));
  if (bad !== undefined) throw new RangeError(`Cannot draw a loss: angles must be in [0, π/2], found ${bad}.`);
  const length = scale / (1 + Math.sqrt(1 - scale ** 2));
  const count = angles.length;
  const [losses, gradients] = tf.tidy(() => {
    const mask = tf.tile(tf.tensor3d([[[1, 0]]]), [count, 1, 1]);
    const lossAt = (angle: tf.Tensor) => {
      const probability = tf.mul(length, tf.stack([tf.cos(angle), tf.sin(angle)], 1));
      return loss(tf.reshape(probability, [count, 1, 2]), mask, tf.fill([count], epsilon), tf.fill([count], kappa));
    };
    const angle = tf.tensor1d([...angles]);
    return [lossAt(angle), tf.grad((angle) => tf.sum(lossAt(angle)))(angle)];
  });
  const [lossValues, gradientValues] = await Promise.all([losses.data(), gradients.data()]);
  tf.dispose([losses, gradients]);
  return angles.map((angle, index) => ({ angle, loss: lossValues[index], gradient: gradientValues[index] }));
}
