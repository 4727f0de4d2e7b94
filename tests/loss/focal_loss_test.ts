import "../backend.ts";
import { assert, assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { focalLoss } from "../../lib/loss/focal_loss.ts";
import { assertGradientMatches } from "../finite_difference.ts";
import { assertClose, reference, referenceImages } from "../reference_vectors.ts";
import { gradientOf } from "./every_loss.ts";

/** p_t of every pixel of the reference images, in float64. */
function rightProbabilities(): number[][] {
  return reference.probability.map((rows, image) =>
    rows.flatMap((row, i) => row.map((p, j) => reference.mask[image][i][j] === 1 ? p : 1 - p))
  );
}

Deno.test("focalLoss() with γ = 0 is the mean cross entropy", () => {
  const { probability, mask } = referenceImages();
  const expected = rightProbabilities().map((image) => image.reduce((sum, p) => sum - Math.log(p), 0) / image.length);
  assertClose(focalLoss(probability, mask, { gamma: 0 }), expected);
});

Deno.test("focalLoss() has γ = 2 by default and falls as γ grows", () => {
  const { probability, mask } = referenceImages();
  const byGamma = [0, 0.5, 2, 5].map((gamma) => focalLoss(probability, mask, { gamma }).dataSync());
  assertClose(focalLoss(probability, mask), reference.losses.focal_gamma2.value);
  for (let image = 0; image < 4; image++) {
    for (let index = 1; index < byGamma.length; index++) assert(byGamma[index][image] < byGamma[index - 1][image]);
  }
});

Deno.test("focalLoss() is 0 for a perfect prediction, and of an empty mask like any other", () => {
  const mask = tf.tensor3d([[[1, 0, 1]], [[0, 0, 0]]]);
  assertClose(focalLoss(mask, mask), [0, 0], 1e-6);
});

Deno.test("focalLoss() keeps the value and gradient of a probability far below float32's step at 1", () => {
  for (const p of [1e-8, 1e-12, 1e-20, 1e-30]) {
    const [probability, mask] = [tf.tensor3d([[[p]]]), tf.tensor3d([[[1]]])];
    assertClose(focalLoss(probability, mask), [-Math.log(p)], 1e-5 * -Math.log(p));
    const [slope] = gradientOf((x) => focalLoss(x, mask, { gamma: 0 }), probability);
    assert(Math.abs(slope * p + 1) < 1e-5, `derivative at ${p} is ${slope}, expected ${-1 / p}`);
  }
});

Deno.test("focalLoss() of a pixel that is wrong with certainty is finite", () => {
  const [probability, mask] = [tf.tensor3d([[[0]], [[1]]]), tf.tensor3d([[[1]], [[0]]])];
  assertClose(focalLoss(probability, mask), [37 * Math.LN10, 37 * Math.LN10], 1e-3);
  assert(gradientOf((x) => focalLoss(x, mask), probability).every(Number.isFinite));
});

Deno.test("focalLoss() has a finite gradient at perfect pixels for every γ, γ < 1 included", () => {
  const mask = tf.tensor3d([[[1, 0]]]);
  for (const gamma of [0.1, 0.5, 1, 2, 3.5]) {
    assertClose(gradientOf((x) => focalLoss(x, mask, { gamma }), mask), [0, 0], 1e-3);
  }
});

Deno.test("focalLoss() has the gradient of finite differences for every γ", () => {
  const mask = tf.tensor3d([[[1, 0, 1], [0, 0, 1]]]);
  const probability = tf.tensor3d([[[0.3, 0.8, 0.4], [0.7, 0.5, 0.2]]]);
  for (const gamma of [0, 0.5, 1, 2, 3]) {
    assertGradientMatches((x) => focalLoss(x, mask, { gamma }), probability, { seed: gamma });
  }
});

Deno.test("focalLoss() refuses a negative γ and NaN", () => {
  const { probability, mask } = referenceImages();
  for (const gamma of [-1, NaN, Infinity]) {
    assertThrows(() => focalLoss(probability, mask, { gamma }), RangeError, "expected a finite gamma from 0");
  }
});
