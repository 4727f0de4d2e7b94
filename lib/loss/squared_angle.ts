/**
 * The squared angle between two unit vectors, from the length of the chord between them.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";

/**
 * How many terms of the arcsine series are summed. For angles up to π/2 all that are left out make up 8e-9 of θ²,
 * which is below float32's rounding.
 */
const TERMS = 8;

/**
 * Coefficients c₁ … c₈ of arcsin²√r = Σ cₙ rⁿ, cₙ = 4ⁿ / (2n² C(2n, n)): 1, 1/3, 8/45, 4/35, …
 */
const COEFFICIENTS: readonly number[] = arcsineSquaredCoefficients(TERMS);

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
    let sum: tf.Tensor = tf.mul(quarter, COEFFICIENTS[TERMS - 1]);
    for (let n = TERMS - 1; n >= 1; n--) sum = tf.mul(quarter, tf.add(sum, COEFFICIENTS[n - 1]));
    return tf.mul<T>(16, sum);
  });
}
