import "../backend.ts";
import { assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { diceCrossEntropyLoss } from "../../lib/loss/dice_cross_entropy_loss.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { assertGradientMatches } from "../finite_difference.ts";
import { assertClose, referenceImages } from "../reference_vectors.ts";

Deno.test("diceCrossEntropyLoss() is the binary cross entropy, mean over the pixels, plus the Dice loss", () => {
  const mask = tf.tensor3d([[[1, 0], [0, 1]], [[0, 0], [0, 0]]]);
  const probability = tf.tensor3d([[[0.8, 0.4], [0.1, 0.5]], [[0.2, 0.1], [0.3, 0.4]]]);
  const crossEntropy = [[0.8, 0.6, 0.9, 0.5], [0.8, 0.9, 0.7, 0.6]].map((right) =>
    right.reduce((sum, p) => sum - Math.log(p), 0) / 4
  );
  const dice = [...diceLoss(probability, mask).dataSync()];
  assertClose(diceCrossEntropyLoss(probability, mask), [crossEntropy[0] + dice[0], crossEntropy[1] + dice[1]], 1e-5);
});

Deno.test("diceCrossEntropyLoss() has the gradient of finite differences", () => {
  const mask = tf.tensor3d([[[1, 0, 1], [0, 0, 1]]]);
  const probability = tf.tensor3d([[[0.7, 0.2, 0.4], [0.1, 0.5, 0.9]]]);
  assertGradientMatches((x) => diceCrossEntropyLoss(x, mask), probability, { relative: 0.02 });
});

Deno.test("diceCrossEntropyLoss() refuses shapes that differ", () => {
  const { probability } = referenceImages();
  assertThrows(() => diceCrossEntropyLoss(probability, tf.zeros<tf.Rank.R3>([1, 2, 2])), RangeError);
});
