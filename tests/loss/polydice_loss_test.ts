import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { tf } from "../../lib/backend/tf.ts";
import { diceDecomposition } from "../../lib/loss/dice_decomposition.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { polyDice1Loss, polyDiceLoss, taylorCoefficients } from "../../lib/loss/polydice_loss.ts";
import { assertGradientMatches } from "../finite_difference.ts";
import { assertClose, reference, referenceImages } from "../reference_vectors.ts";
import { gradientOf } from "./every_loss.ts";
import { float64PolyDice1 } from "./float64_polydice1.ts";

Deno.test("polyDice1Loss() takes one ε for all images, or one an image", () => {
  const { probability, mask } = referenceImages();
  const each = polyDice1Loss(probability, mask, tf.tensor1d(reference.epsilon)).dataSync();
  assertClose(polyDice1Loss(probability, mask, reference.epsilon), Array.from(each), 0);
  for (const [image, epsilon] of reference.epsilon.entries()) {
    assertClose([polyDice1Loss(probability, mask, epsilon).dataSync()[image]], [each[image]], 1e-7);
  }
});

Deno.test("polyDice1Loss() has the derivative sθ² with respect to ε, image by image", () => {
  const { probability, mask, epsilon } = referenceImages();
  const { scale, angle } = diceDecomposition(probability, mask);
  const derivative = tf.grad((e) => tf.sum(polyDice1Loss(probability, mask, e as tf.Tensor1D)))(epsilon);
  assertClose(derivative, tf.mul(scale, tf.square(angle)).arraySync() as number[], 1e-5);
});

Deno.test("polyDice1Loss() has the gradient of finite differences", () => {
  const mask = tf.tensor3d([[[1, 0, 1], [0, 0, 1]], [[0, 0, 0], [1, 0, 0]]]);
  const probability = tf.tensor3d([[[0.7, 0.2, 0.4], [0.1, 0.5, 0.9]], [[0.3, 0.6, 0.2], [0.8, 0.4, 0.1]]]);
  assertGradientMatches((x) => polyDice1Loss(x, mask, tf.tensor1d([0.4, -0.3])), probability);
});

Deno.test("polyDice1Loss() of ŷ = y is 0 with the gradient 0, for masks of every size", () => {
  for (const positive of [1, 2, 7, 100]) {
    const mask = tf.tensor3d([[Array.from({ length: 100 }, (_, index) => index < positive ? 1 : 0)]]);
    assertClose(polyDice1Loss(mask, mask, 0.5), [0], 0);
    assertClose(gradientOf((x) => polyDice1Loss(x, mask, 0.5), mask), new Array(100).fill(0), 1e-7);
  }
});

Deno.test("polyDice1Loss() has float64's value and gradient close to ŷ = y, where cos θ rounds to 1", () => {
  const mask = [1, 1, 1, 0, 0, 0, 0, 0];
  for (const deviation of [0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) {
    const probability = mask.map((value, index) => Math.fround(Math.abs(value - deviation * (index % 3) / 3)));
    assertMatchesFloat64(probability, mask, 0.5);
  }
});

Deno.test("polyDice1Loss() has float64's value and gradient for predictions that are nearly empty", () => {
  const mask = [1, 0, 1, 0];
  for (const size of [1, 1e-3, 1e-6, 1e-9, 1e-12, 1e-13]) {
    assertMatchesFloat64([0.3, 0.8, 0.4, 0.5].map((value) => Math.fround(value * size)), mask, 0.25);
  }
});

Deno.test("polyDice1Loss() has the gradient −2y/Σy² at an all-zero prediction and 0 for an empty mask", () => {
  const mask = tf.tensor3d([[[1, 1, 0]], [[0, 0, 0]], [[0, 0, 0]]]);
  const probability = tf.tensor3d([[[0, 0, 0]], [[0.4, 0, 0.2]], [[0, 0, 0]]]);
  const gradient = gradientOf((x) => polyDice1Loss(x, mask, 0.25), probability);
  assertClose(gradient, [-1, -1, 0, 0, 0, 0, 0, 0, 0], 1e-6);
});

const probabilityValue = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 1e-12, 1e-7, 1 - 2 ** -24),
  fc.double({ min: 0, max: 1, noNaN: true }),
).map(Math.fround);

const imagePair = fc.integer({ min: 1, max: 12 }).chain((pixels) =>
  fc.record({
    probability: fc.array(probabilityValue, { minLength: pixels, maxLength: pixels }),
    mask: fc.array(fc.constantFrom(0, 1), { minLength: pixels, maxLength: pixels }),
    epsilon: fc.double({ min: -0.25, max: 0.5, noNaN: true }),
  })
).filter(({ probability, mask }) => mask.includes(1) && Math.max(...probability) > 1e-13);

Deno.test("polyDice1Loss() has float64's value and gradient for random images and extreme probabilities", () => {
  fc.assert(
    fc.property(imagePair, ({ probability, mask, epsilon }) => assertMatchesFloat64(probability, mask, epsilon)),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("polyDice1Loss() grows with ε for every image that is not perfect", () => {
  fc.assert(
    fc.property(imagePair, ({ probability, mask, epsilon }) => {
      const [images, masks] = [tf.tensor3d([[probability]]), tf.tensor3d([[mask]])];
      const lower = polyDice1Loss(images, masks, epsilon).dataSync()[0];
      const higher = polyDice1Loss(images, masks, epsilon + 0.1).dataSync()[0];
      assert(higher >= lower);
    }),
    { seed: 2, numRuns: 50 },
  );
});

Deno.test("polyDice1Loss() refuses an epsilon of another shape, or one that is not finite", () => {
  const { probability, mask } = referenceImages();
  assertThrows(
    () => polyDice1Loss(probability, mask, tf.zeros<tf.Rank.R1>([3])),
    RangeError,
    "expected epsilon of shape [4], one an image, found [3]",
  );
  assertThrows(() => polyDice1Loss(probability, mask, [0, 0]), RangeError, "found [2]");
  assertThrows(() => polyDice1Loss(probability, mask, NaN), RangeError, "expected a finite epsilon, found NaN");
  assertEquals(polyDice1Loss(probability, mask, 0).shape, [4]);
});

function assertMatchesFloat64(probability: number[], mask: number[], epsilon: number): void {
  const expected = float64PolyDice1(probability, mask, epsilon);
  const [images, masks] = [tf.tensor3d([[probability]]), tf.tensor3d([[mask]])];
  assertClose(polyDice1Loss(images, masks, epsilon), [expected.value]);
  assertClose(gradientOf((x) => polyDice1Loss(x, masks, epsilon), images), expected.gradient);
}

Deno.test("polyDiceLoss() of order 8 is the Dice loss to 1e-5, in value and gradient", () => {
  const { probability, mask } = referenceImages();
  const polyDice8 = (x: tf.Tensor3D) => polyDiceLoss(x, mask, { order: 8 });
  assertClose(polyDice8(probability), diceLoss(probability, mask).arraySync());
  assertClose(gradientOf(polyDice8, probability), gradientOf((x) => diceLoss(x, mask), probability));
});

Deno.test("polyDiceLoss() of order 8 has the Dice loss' gradient for ŷ = y and for empty images", () => {
  const mask = tf.tensor3d([[[1, 0, 1]], [[1, 0, 1]], [[0, 0, 0]], [[0, 0, 0]]]);
  const probability = tf.tensor3d([[[1, 0, 1]], [[0, 0, 0]], [[0.3, 0.1, 0]], [[0, 0, 0]]]);
  const gradient = gradientOf((x) => polyDiceLoss(x, mask, { order: 8 }), probability);
  assertClose(gradient, gradientOf((x) => diceLoss(x, mask), probability), 1e-6);
});

Deno.test("polyDiceLoss() closes in on the Dice loss from alternating sides as the order grows", () => {
  const { probability, mask } = referenceImages();
  const dice = diceLoss(probability, mask);
  const excess = [1, 2, 3].map((order) =>
    Array.from(tf.sub(polyDiceLoss(probability, mask, { order }), dice).dataSync())
  );
  assertEquals(excess.map((values) => values.every((value) => value > 0)), [true, false, true]);
  for (let image = 0; image < 4; image++) {
    const sizes = excess.map((values) => Math.abs(values[image]));
    assertEquals(sizes.toSorted((a, b) => b - a), sizes);
  }
});

Deno.test("polyDiceLoss() has order 1 by default, which is PolyDice-1 with ε = 0", () => {
  const { probability, mask } = referenceImages();
  assertEquals(polyDiceLoss(probability, mask).arraySync(), polyDiceLoss(probability, mask, { order: 1 }).arraySync());
  assertClose(polyDiceLoss(probability, mask), polyDice1Loss(probability, mask, 0).arraySync(), 1e-6);
});

Deno.test("polyDiceLoss() has the gradient of finite differences for every order to 4", () => {
  const mask = tf.tensor3d([[[1, 0, 1], [0, 0, 1]]]);
  const probability = tf.tensor3d([[[0.3, 0.8, 0.4], [0.7, 0.5, 0.2]]]);
  for (const order of [1, 2, 3, 4]) {
    assertGradientMatches((x) => polyDiceLoss(x, mask, { order }), probability, { seed: order });
  }
});

Deno.test("taylorCoefficients() sum up to 1 − cos θ", () => {
  const angle = 1.2;
  const series = taylorCoefficients(9).reduce((sum, coefficient, k) => sum + coefficient * angle ** (2 * k + 2), 0);
  assertAlmostEquals(series, 1 - Math.cos(angle), 1e-14);
});

Deno.test("polyDiceLoss() of a very high order stays finite", () => {
  const { probability, mask } = referenceImages();
  assertClose(polyDiceLoss(probability, mask, { order: 200 }), diceLoss(probability, mask).arraySync());
});

Deno.test("polyDiceLoss() refuses an order that is not a whole number from 1", () => {
  const { probability, mask } = referenceImages();
  for (const order of [0, -1, 1.5, NaN]) {
    assertThrows(
      () => polyDiceLoss(probability, mask, { order }),
      RangeError,
      "expected an order that is a whole number",
    );
  }
});
