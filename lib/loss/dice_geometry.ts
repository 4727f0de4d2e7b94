/**
 * Prediction and mask as two vectors: what the losses need of their lengths and of the angle between them.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";

/**
 * Σx² of an image up to which it counts as empty, so that no divisor underflows in float32. It is far under anything that
 * matters: a length ‖x‖ of 3e-14.
 */
export const EMPTY_BELOW = 1e-27;

/**
 * A factor, 2³⁰, by which numerator and denominator of a quotient of squared lengths are multiplied. It changes no digit of
 * the quotient. But the gradient of a/b divides by b², and this keeps b² in float32's range, from the smallest b that is
 * not empty (1e-27 · 2³⁰)² ≈ 1e-36 to images of 10⁹ pixels.
 */
export const QUOTIENT_SCALE = 2 ** 30;

/** Lengths and angle of a prediction and its mask, each `[batch]`, for losses to compute with. */
export interface DiceGeometry {
  /** s = 2‖ŷ‖‖y‖ / (‖ŷ‖² + ‖y‖²): 1 for equal lengths, 0 if one image is empty, 1 if both are. */
  readonly scale: tf.Tensor1D;
  /** d = ‖ŷ/‖ŷ‖ − y/‖y‖‖² = 2(1 − cos θ): 0 for one direction and if both are empty, 2 for none in common and if one is empty. */
  readonly squaredChord: tf.Tensor1D;
  /** 1 where both images have a positive pixel and so a direction, 0 where one or both are empty. */
  readonly hasAngle: tf.Tensor1D;
}

/**
 * Computes the geometry of every image. The angle comes as the squared chord between the two unit vectors and not as a
 * cosine, because near cos θ = 1 the chord keeps the digits that the cosine loses; for ŷ = y it is exactly 0.
 *
 * All values and gradients are finite. Where an image is empty the values are constants and the gradients 0.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape, float32
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const { scale, squaredChord } = diceGeometry(tf.tensor3d([[[0.5, 0.5]]]), tf.tensor3d([[[1, 1]]]));
 * assertAlmostEquals(scale.dataSync()[0], 0.8, 1e-6); // lengths 1 : 2
 * assertAlmostEquals(squaredChord.dataSync()[0], 0, 1e-6); // one direction
 * ```
 */
export function diceGeometry(probability: tf.Tensor3D, mask: tf.Tensor3D): DiceGeometry {
  const predictionSquared = tf.sum(tf.square(probability), [1, 2], true); // ‖ŷ‖², [batch, 1, 1]
  const maskSquared = tf.sum(tf.square(mask), [1, 2], true); // ‖y‖²
  // Yes and no as 1 and 0: `step` has a gradient (0) where a comparison has none.
  const hasPrediction = tf.step(tf.sub(predictionSquared, EMPTY_BELOW));
  const hasMask = tf.step(tf.sub(maskSquared, EMPTY_BELOW));
  const both = tf.mul(hasPrediction, hasMask);
  const neither = tf.mul(tf.sub(1, hasPrediction), tf.sub(1, hasMask));
  const one = tf.sub(tf.sub(1, both), neither);

  // Where there is no angle the lengths are moved away from 0, so that no root and no quotient below meets one. What
  // comes of them there is multiplied by 0 at the end.
  const predictionLength = tf.sqrt(tf.add(predictionSquared, tf.sub(1, both)));
  const maskLength = tf.sqrt(tf.add(maskSquared, tf.sub(1, both)));

  const product = tf.mul(2 * QUOTIENT_SCALE, tf.mul(predictionLength, maskLength));
  const squares = tf.mul(QUOTIENT_SCALE, tf.add(tf.square(predictionLength), tf.square(maskLength)));
  const scale = tf.div(product, squares);
  const difference = tf.sub(tf.div(probability, predictionLength), tf.div(mask, maskLength));
  const squaredChord = tf.sum(tf.square(difference), [1, 2], true);

  const perImage = (value: tf.Tensor): tf.Tensor1D => tf.reshape(value, [probability.shape[0]]);
  return {
    scale: perImage(tf.add(tf.mul(scale, both), neither)),
    squaredChord: perImage(tf.add(tf.mul(squaredChord, both), tf.mul(2, one))),
    hasAngle: perImage(both),
  };
}

/**
 * How many terms of the arcsine series are summed. For angles up to π/2 all that are left out make up 8e-9 of θ²,
 * which is below float32's rounding.
 */
const ARCSINE_TERMS = 8;

/**
 * Coefficients c₁ … c₈ of arcsin²√r = Σ cₙ rⁿ, cₙ = 4ⁿ / (2n² C(2n, n)): 1, 1/3, 8/45, 4/35, …
 */
const ARCSINE_COEFFICIENTS: readonly number[] = arcsineSquaredCoefficients(ARCSINE_TERMS);

function arcsineSquaredCoefficients(terms: number): number[] {
  const coefficients = [1];
  // cₙ₊₁ / cₙ = 2n² / ((n + 1)(2n + 1)), from C(2n+2, n+1) = C(2n, n) · 2(2n + 1)/(n + 1).
  for (let n = 1; n < terms; n++) coefficients.push(coefficients[n - 1] * 2 * n * n / ((n + 1) * (2 * n + 1)));
  return coefficients;
}

/**
 * Computes θ², the squared angle between two unit vectors, from their squared chord d = ‖û − v̂‖² = 2(1 − cos θ).
 *
 * θ² is a smooth function of d (and so of cos θ): dθ²/dd = θ/sin θ → 1 and dθ²/d cos θ = −2θ/√(1 − cos²θ) → −2 as
 * cos θ → 1. Written as arccos²(cos θ) it is not, for a computer: cos θ near 1 has lost the digits that tell θ, automatic
 * differentiation meets ∞·0 at θ = 0, and a graphics card's arccos is only right to 7e-5. So θ² is summed as a power
 * series in the sine of the quarter angle, which needs no trigonometric function and no case distinction:
 *
 * ```text
 * q = sin²(θ/2) = d/4
 * r = sin²(θ/4) = q / (2 (1 + √(1 − q)))               half-angle formula, in the form without cancellation
 * θ² = 16 arcsin²√r,  arcsin²√r = Σₙ 4ⁿ rⁿ / (2n² C(2n, n))
 * ```
 *
 * Value and gradient follow by plain automatic differentiation and are right to float32's rounding for θ in [0, π/2],
 * where the angle between two images without negative pixels always lies.
 *
 * @param squaredChord d, any shape, in [0, 2]
 * @returns θ² in radians squared, same shape, in [0, π²/4]
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const [same, right] = squaredAngle(tf.tensor1d([0, 2])).dataSync();
 * assertAlmostEquals(same, 0);
 * assertAlmostEquals(right, (Math.PI / 2) ** 2, 1e-6);
 * ```
 */
export function squaredAngle<T extends tf.Tensor>(squaredChord: T): T {
  return tf.tidy(() => {
    const half = tf.div(squaredChord, 4);
    const quarter = tf.div(half, tf.mul(2, tf.add(1, tf.sqrt(tf.sub(1, half)))));
    // Horner's scheme, from the last term to the first.
    let sum: tf.Tensor = tf.mul(quarter, ARCSINE_COEFFICIENTS[ARCSINE_TERMS - 1]);
    for (let n = ARCSINE_TERMS - 1; n >= 1; n--) sum = tf.mul(quarter, tf.add(sum, ARCSINE_COEFFICIENTS[n - 1]));
    return tf.mul<T>(16, sum);
  });
}
