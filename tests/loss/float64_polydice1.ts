/**
 * PolyDice-1 and its gradient in float64, by other formulas than the library's: the angle through the two-argument
 * arctangent, the gradient in closed form. For tests only.
 *
 * @module
 */

/** Value, gradient with respect to ŷ, and angle of one image. */
export interface Float64Loss {
  readonly value: number;
  readonly gradient: number[];
  readonly angle: number;
}

/**
 * Computes PolyDice-1 of one image, neither ŷ nor y all zero:
 *
 * ```text
 * ∇L = −∇s (1 − wθ²) + s w ∇θ²,   w = ½ + ε
 * ∇s = 2B(B² − A²)/(A² + B²)² û,   ∇θ² = −2 (θ/sin θ)(v̂ − cos θ û)/A,   A = ‖ŷ‖, B = ‖y‖
 * ```
 */
export function float64PolyDice1(prediction: readonly number[], mask: readonly number[], epsilon: number): Float64Loss {
  const length = (values: readonly number[]) => Math.hypot(...values);
  const [a, b] = [length(prediction), length(mask)];
  const u = prediction.map((value) => value / a);
  const v = mask.map((value) => value / b);
  const chord = length(u.map((value, index) => value - v[index]));
  const angle = 2 * Math.atan2(chord, length(u.map((value, index) => value + v[index])));
  const scale = 2 * a * b / (a * a + b * b);
  const weight = 0.5 + epsilon;
  const scaleSlope = 2 * b * (b - a) * (b + a) / (a * a + b * b) ** 2;
  const ratio = angle === 0 ? 1 : angle / Math.sin(angle);
  const oneMinusCosine = chord * chord / 2;
  const gradient = u.map((_, index) => {
    const towardsMask = v[index] - u[index] + oneMinusCosine * u[index]; // v̂ − cos θ û
    return -scaleSlope * u[index] * (1 - weight * angle * angle) - scale * weight * 2 * ratio * towardsMask / a;
  });
  return { value: 1 - scale + scale * weight * angle * angle, gradient, angle };
}
