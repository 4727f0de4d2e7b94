/**
 * The upper tail of the normal distribution.
 *
 * @module
 */

/** From here on the continued fraction converges faster than the series. */
const FRACTION_FROM = 2.5;
/** Steps after which the fraction no longer changes in float64 for z ≥ 2.5. */
const FRACTION_STEPS = 120;

/**
 * Computes the probability that a standard normal number is greater than z, to about 14 significant digits, in the far tail
 * too, where 1 − Φ(z) would cancel.
 *
 * ```text
 * z < 2.5:  ½ − φ(z)·(z + z³/3 + z⁵/(3·5) + z⁷/(3·5·7) + …)       Abramowitz and Stegun 26.2.11
 * else:     φ(z) / (z + 1/(z + 2/(z + 3/(z + …))))                Abramowitz and Stegun 26.2.14
 * ```
 *
 * @param z 0 or more
 * @throws {RangeError} if z is negative or NaN
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(normalUpperTail(0), 0.5);
 * assertAlmostEquals(normalUpperTail(1.959963984540054), 0.025);
 * ```
 */
export function normalUpperTail(z: number): number {
  if (!(z >= 0)) throw new RangeError(`Cannot compute an upper tail: expected z from 0, found ${z}`);
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  if (z < FRACTION_FROM) {
    let [term, sum] = [z, z];
    for (let odd = 3; term > sum * Number.EPSILON / 4; odd += 2) {
      term *= z * z / odd;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let step = FRACTION_STEPS; step >= 1; step--) fraction = z + step / fraction;
  return density / fraction;
}
