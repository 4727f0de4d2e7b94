import "../backend.ts";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { polyDice1Loss } from "../../lib/loss/polydice1_loss.ts";
import { polyDiceLoss, taylorCoefficients } from "../../lib/loss/polydice_loss.ts";
import { assertGradientMatches } from "../finite_difference.ts";
import { assertClose, referenceImages } from "../reference_vectors.ts";
import { gradientOf } from "./every_loss.ts";

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
