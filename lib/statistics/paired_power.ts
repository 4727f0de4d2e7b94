/**
 * How many seeds a comparison needs: the chance that a paired test finds what is there.
 *
 * @module
 */
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import tQuantile from "@stdlib/stats-base-dists-t-quantile";

/** A comparison of two methods on the same seeds. */
export interface PairedDesign {
  /** Standard deviation of the differences of pairs, above 0. */
  readonly deviation: number;
  /** Pairs (seeds); a whole number from 2. */
  readonly count: number;
  /** Level of the test, in (0, 0.5]: two-sided against zero, one-sided at either end of a margin. Default 0.05. */
  readonly level?: number;
}

/** Most pairs that {@linkcode seedsForPower} looks at. */
const MOST_PAIRS = 1e6;

/** Steps of Simpson's rule; even. Powers are then right to 1e-8, of equivalence, whose integrand has a kink, to 1e-6. */
const STEPS = 2000;

/**
 * Computes the power of the two-sided paired t test: the chance that it finds a mean difference that is really there.
 *
 * ```text
 * P(|d̄| > t·s/√n) for d̄ ~ N(difference, σ²/n) and s²/σ² ~ χ²(n − 1)/(n − 1):   the tails of the noncentral t distribution
 * ```
 *
 * `@stdlib` has no noncentral t, so the normal tails at a given s are integrated over the distribution of s.
 *
 * @param design `difference`: the true mean difference, in the unit of the deviation
 * @returns in (0, 1]; the level where the difference is 0
 * @throws {RangeError} if the design is out of range
 */
export function pairedPower({ difference, ...design }: PairedDesign & { readonly difference: number }): number {
  const { root, freedom, level } = checked(design, { difference });
  const critical = tQuantile(1 - level / 2, freedom);
  const shift = Math.abs(difference) * root;
  return meanOverDeviations(freedom, (ratio) => {
    const reach = critical * ratio;
    return normalCdf(shift - reach, 0, 1) + normalCdf(-shift - reach, 0, 1);
  });
}

/**
 * Computes the power of `equivalenceTest()`: the chance that it shows that the mean difference lies within ±margin.
 *
 * @param design `margin`: above 0; `difference`: the true mean difference, default 0, where the chance is largest
 * @returns in [0, 1)
 * @throws {RangeError} if the design is out of range
 */
export function equivalencePower(
  { margin, difference = 0, ...design }: PairedDesign & { readonly margin: number; readonly difference?: number },
): number {
  const { root, freedom, level } = checked(design, { margin, difference });
  const critical = tQuantile(1 - level, freedom);
  return meanOverDeviations(freedom, (ratio) => {
    const reach = critical * ratio; // the interval around d̄ ends inside the margin where |d̄| stays this far from it
    const [low, high] = [(-margin - difference) * root + reach, (margin - difference) * root - reach];
    return high > low ? normalCdf(high, 0, 1) - normalCdf(low, 0, 1) : 0;
  });
}

/**
 * Finds the smallest number of seeds, from 2, with which a test has the power asked for.
 *
 * @param powerOf power of a number of seeds, which grows with it: {@linkcode pairedPower} or {@linkcode equivalencePower}
 * @param power in (0, 1). Default 0.8
 * @throws {RangeError} if the power is out of range, or a million seeds do not have it
 */
export function seedsForPower(powerOf: (count: number) => number, power = 0.8): number {
  if (!(power > 0 && power < 1)) {
    throw new RangeError(`Cannot count seeds: expected a power between 0 and 1, found ${power}`);
  }
  let [tooFew, enough] = [1, 2];
  while (powerOf(enough) < power) {
    [tooFew, enough] = [enough, 2 * enough];
    if (enough > MOST_PAIRS) {
      throw new RangeError(
        `Cannot count seeds: expected a power of ${power} with up to ${MOST_PAIRS} seeds, found less`,
      );
    }
  }
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (powerOf(middle) < power) tooFew = middle;
    else enough = middle;
  }
  return enough;
}

/** Mean of `value(s/σ)` over the distribution of the sample deviation s, √(χ²(ν)/ν), by Simpson's rule. */
function meanOverDeviations(freedom: number, value: (ratio: number) => number): number {
  const reach = 10 / Math.sqrt(freedom); // 14 standard deviations of s/σ
  const from = Math.max(0, 1 - reach), step = (1 + reach - from) / STEPS;
  let [sum, weights] = [0, 0];
  for (let place = 0; place <= STEPS; place++) {
    const ratio = from + place * step;
    const power = freedom === 1 ? 0 : (freedom - 1) * Math.log(ratio); // of s^(ν − 1), which is 1 for ν = 1, at 0 too
    const density = Math.exp(power - freedom * (ratio * ratio - 1) / 2);
    const weight = density * (place === 0 || place === STEPS ? 1 : place % 2 === 1 ? 4 : 2);
    weights += weight;
    sum += weight * value(ratio);
  }
  return sum / weights;
}

function checked({ deviation, count, level = 0.05 }: PairedDesign, effects: Readonly<Record<string, number>>) {
  const numbers = { deviation, count, level, ...effects };
  const { margin = 1 } = effects;
  if (
    !Object.values(numbers).every(Number.isFinite) || !(deviation > 0 && margin > 0 && level > 0 && level <= 0.5) ||
    !Number.isInteger(count) || count < 2
  ) {
    const found = Object.entries(numbers).map(([name, value]) => `${name} ${value}`).join(", ");
    throw new RangeError(
      "Cannot compute a power: expected finite numbers, a deviation and margin above 0, a whole count from 2 and a level " +
        `in (0, 0.5], found ${found}`,
    );
  }
  return { root: Math.sqrt(count) / deviation, freedom: count - 1, level };
}
