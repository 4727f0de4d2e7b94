/**
 * Checks a gradient against finite differences, on whatever backend is set.
 *
 * @module
 */
import { assert } from "@std/assert";
import { tf } from "../lib/backend/tf.ts";
import { randomStream } from "../lib/random/random_stream.ts";

/** Options of {@linkcode assertGradientMatches}. */
export interface GradientCheckOptions {
  /** h, how far the function is evaluated from x: up to 2h. Default 0.01. */
  readonly step?: number;
  /** Allowed deviation relative to the derivative. Default 0.01. */
  readonly relative?: number;
  /** Allowed deviation besides; float32 leaves about |f(x)| · 1e-7 / h. Default 1e-4. */
  readonly absolute?: number;
  /** Random directions that are tried, each with entries in [−1, 1]. Default 6. */
  readonly directions?: number;
  /** Random single elements that are tried. Default 12. */
  readonly elements?: number;
  /** Seed of directions and elements. Default 0. */
  readonly seed?: number;
  /** Skip the check that the derivatives are large enough for a wrong gradient to be seen. Default false. */
  readonly allowZero?: boolean;
}

/**
 * Asserts that automatic differentiation of Σ f(x) agrees with central differences of fourth order,
 *
 * ```text
 * (8 (F(x + hu) − F(x − hu)) − (F(x + 2hu) − F(x − 2hu))) / 12h  =  ⟨∇F(x), u⟩,   F = Σ f
 * ```
 *
 * along random directions and single elements u. The outputs of f are subtracted one by one and summed in float64, so that
 * float32 costs as little as it can. f must be smooth from x − 2h to x + 2h.
 *
 * @throws {AssertionError} if a derivative deviates, the gradient is not finite or has another shape, or all derivatives
 *   are so small that the check would prove nothing
 */
export function assertGradientMatches<T extends tf.Tensor>(
  f: (x: T) => tf.Tensor,
  x: T,
  options: GradientCheckOptions = {},
): void {
  const { step = 0.01, relative = 0.01, absolute = 1e-4, directions = 6, elements = 12, seed = 0 } = options;
  const gradient = tf.tidy(() => {
    const value = tf.grad((input) => tf.sum(f(input as T)))(x);
    assert(value.shape.join() === x.shape.join(), `gradient has shape [${value.shape}], its input [${x.shape}]`);
    return Array.from(value.dataSync());
  });
  assert(gradient.every(Number.isFinite), `gradient is not finite: ${gradient}`);

  const start = x.dataSync().slice();
  const outputsAt = (direction: Float64Array, distance: number): ArrayLike<number> =>
    tf.tidy(() => {
      const moved = Float32Array.from(start, (value, index) => value + distance * direction[index]);
      return f(tf.tensor(moved, x.shape, "float32") as T).dataSync().slice();
    });
  const difference = (direction: Float64Array, distance: number): number => {
    const [ahead, behind] = [outputsAt(direction, distance), outputsAt(direction, -distance)];
    return Array.from(ahead).reduce((sum, value, index) => sum + (value - behind[index]), 0);
  };

  const stream = randomStream(seed, "finite difference");
  const random = () => ({
    along: "a random direction",
    direction: Float64Array.from(start, () => 2 * stream.uniform() - 1),
  });
  const single = () => {
    const element = stream.integer(0, start.length - 1);
    return {
      along: `element ${element}`,
      direction: Float64Array.from(start, (_, index) => index === element ? 1 : 0),
    };
  };
  const trials = [
    ...Array.from({ length: directions }, random),
    ...Array.from({ length: elements }, single),
  ];
  let largest = 0;
  for (const { along, direction } of trials) {
    const numeric = (8 * difference(direction, step) - difference(direction, 2 * step)) / (12 * step);
    const automatic = gradient.reduce((sum, value, index) => sum + value * direction[index], 0);
    const allowed = absolute + relative * Math.abs(numeric);
    assert(
      Math.abs(automatic - numeric) <= allowed,
      `gradient along ${along} is ${automatic}, finite differences say ${numeric} (allowed deviation ${allowed})`,
    );
    largest = Math.max(largest, Math.abs(numeric));
  }
  assert(
    options.allowZero || largest > 10 * absolute,
    `all derivatives are under ${10 * absolute}: a wrong gradient could not be told from a right one`,
  );
}
