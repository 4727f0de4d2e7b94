import "../backend.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { diceDecomposition } from "../../lib/loss/dice_decomposition.ts";
import { adaptiveKappa, tvmfDiceLoss } from "../../lib/loss/tvmf_dice_loss.ts";
import { assertGradientMatches } from "../finite_difference.ts";
import { assertClose, referenceImages } from "../reference_vectors.ts";
import { gradientOf } from "./every_loss.ts";

Deno.test("tvmfDiceLoss() with κ = 0, its default, is (1 − cos θ)²", () => {
  const { probability, mask } = referenceImages();
  const { cosine } = diceDecomposition(probability, mask);
  assertClose(tvmfDiceLoss(probability, mask), tf.square(tf.sub(1, cosine)).arraySync() as number[], 1e-6);
});

Deno.test("tvmfDiceLoss() is 0 for one direction and for two empty images, and that of cos θ = 0 for one", () => {
  const mask = tf.tensor3d([[[1, 0, 1]], [[1, 0, 1]], [[0, 0, 0]], [[0, 0, 0]], [[1, 0, 1]]]);
  const probability = tf.tensor3d([[[1, 0, 1]], [[0.2, 0, 0.2]], [[0, 0, 0]], [[0.5, 0, 0]], [[0, 0, 0]]]);
  const orthogonal = (2 - 1 / (1 + 8)) ** 2;
  assertClose(tvmfDiceLoss(probability, mask, { kappa: 8 }), [0, 0, 0, orthogonal, orthogonal]);
});

Deno.test("tvmfDiceLoss() punishes the same angle more as κ grows", () => {
  const { probability, mask } = referenceImages();
  const byKappa = [0, 2, 8, 32].map((kappa) => tvmfDiceLoss(probability, mask, { kappa }).dataSync());
  for (let index = 1; index < byKappa.length; index++) {
    for (let image = 0; image < 4; image++) assert(byKappa[index][image] > byKappa[index - 1][image]);
  }
});

Deno.test("tvmfDiceLoss() with κ by image gives each image the loss and the gradient of its own κ", () => {
  const { probability, mask } = referenceImages();
  const kappas = [0, 2, 8, 32];
  const gradient = (kappa: number | tf.Tensor1D) => gradientOf((x) => tvmfDiceLoss(x, mask, { kappa }), probability);
  const losses = tvmfDiceLoss(probability, mask, { kappa: tf.tensor1d(kappas) }).dataSync();
  const gradients = gradient(tf.tensor1d(kappas));
  const pixels = gradients.length / kappas.length;
  kappas.forEach((kappa, image) => {
    assertClose([losses[image]], [tvmfDiceLoss(probability, mask, { kappa }).dataSync()[image]], 1e-6);
    const own = (values: number[]) => values.slice(image * pixels, (image + 1) * pixels);
    assertClose(own(gradients), own(gradient(kappa)), 1e-6);
  });
});

Deno.test("tvmfDiceLoss() has the gradient of finite differences", () => {
  const mask = tf.tensor3d([[[1, 0, 1], [0, 0, 1]]]);
  const probability = tf.tensor3d([[[0.7, 0.2, 0.4], [0.1, 0.5, 0.9]]]);
  for (const kappa of [0, 2, 8]) {
    assertGradientMatches((x) => tvmfDiceLoss(x, mask, { kappa }), probability, { relative: 0.02 });
  }
});

Deno.test("adaptiveKappa() is 32 times the validation Dice, and refuses what is no Dice", () => {
  assertEquals([0, 0.25, 1].map(adaptiveKappa), [0, 8, 32]);
  for (const dice of [-0.1, 1.1, NaN]) assertThrows(() => adaptiveKappa(dice), RangeError, "in [0, 1]");
});

Deno.test("tvmfDiceLoss() refuses a negative κ and NaN", () => {
  const { probability, mask } = referenceImages();
  for (const kappa of [-1, NaN]) {
    assertThrows(() => tvmfDiceLoss(probability, mask, { kappa }), RangeError, "expected a finite kappa from 0");
  }
});

Deno.test("tvmfDiceLoss() refuses a kappa that is not one an image", () => {
  const [probability, mask] = [tf.fill<tf.Rank.R3>([1, 2, 2], 0.5), tf.ones<tf.Rank.R3>([1, 2, 2])];
  assertThrows(
    () => tvmfDiceLoss(probability, mask, { kappa: tf.tensor1d([1, 2]) }),
    RangeError,
    "expected one kappa an image, [1], found [2]",
  );
});
