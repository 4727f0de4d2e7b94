import "../backend.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { assertGradientMatches } from "../finite_difference.ts";
import { assertClose } from "../reference_vectors.ts";
import { gradientOf } from "./every_loss.ts";

const CASES: [claim: string, probability: number[], mask: number[], expected: number][] = [
  ["is 0 for equal masks", [1, 0, 1, 0], [1, 0, 1, 0], 0],
  ["is 1 for disjoint masks", [1, 0, 1, 0], [0, 1, 0, 1], 1],
  ["is ½ for half an overlap", [1, 1, 0, 0], [0, 1, 1, 0], 0.5],
  ["squares probabilities in the denominator", [0.5, 0.5, 0, 0], [1, 1, 0, 0], 1 - 2 / 2.5],
  ["is 0 where both are empty", [0, 0, 0, 0], [0, 0, 0, 0], 0],
  ["is 1 where only the mask is empty", [0.3, 0.3, 0.3, 0.3], [0, 0, 0, 0], 1],
  ["is 1 where only the prediction is empty", [0, 0, 0, 0], [1, 0, 0, 0], 1],
  ["is 1 for an empty mask and a prediction that is nearly empty", [1e-9, 0, 1e-9, 0], [0, 0, 0, 0], 1],
];

for (const [claim, probability, mask, expected] of CASES) {
  Deno.test(`diceLoss() ${claim}`, () => {
    assertClose(diceLoss(tf.tensor3d([[probability]]), tf.tensor3d([[mask]])), [expected], 1e-6);
  });
}

Deno.test("diceLoss() of a batch is the loss of each image by itself", () => {
  const probability = tf.tensor3d(CASES.map(([, values]) => [values]));
  const mask = tf.tensor3d(CASES.map(([, , values]) => [values]));
  assertClose(diceLoss(probability, mask), CASES.map(([, , , expected]) => expected), 1e-6);
});

Deno.test("diceLoss() has the gradient −2y/Σy² at an all-zero prediction and 0 where both are empty", () => {
  const mask = tf.tensor3d([[[1, 1, 0, 0]], [[0, 0, 0, 0]]]);
  assertClose(gradientOf((x) => diceLoss(x, mask), tf.zerosLike(mask)), [-1, -1, 0, 0, 0, 0, 0, 0], 1e-6);
});

Deno.test("diceLoss() has the gradient of finite differences", () => {
  const mask = tf.tensor3d([[[1, 0, 1], [0, 0, 1]], [[0, 0, 0], [1, 0, 0]]]);
  const probability = tf.tensor3d([[[0.7, 0.2, 0.4], [0.1, 0.5, 0.9]], [[0.3, 0.6, 0.2], [0.8, 0.4, 0.1]]]);
  assertGradientMatches((x) => diceLoss(x, mask), probability);
});

Deno.test("diceLoss() takes boolean and integer masks", () => {
  const probability = tf.tensor3d([[[0.7, 0.2, 0.4]]]);
  const expected = diceLoss(probability, tf.tensor3d([[[1, 0, 1]]])).arraySync();
  assertEquals(diceLoss(probability, tf.tensor3d([[[1, 0, 1]]], undefined, "int32")).arraySync(), expected);
  assertEquals(diceLoss(probability, tf.tensor3d([[[1, 0, 1]]], undefined, "bool")).arraySync(), expected);
});

Deno.test("diceLoss() refuses shapes that differ, and another rank", () => {
  assertThrows(
    () => diceLoss(tf.zeros<tf.Rank.R3>([2, 3, 4]), tf.zeros<tf.Rank.R3>([2, 4, 3])),
    RangeError,
    "Cannot compute the Dice loss: expected mask of shape [2, 3, 4] as probability has, found [2, 4, 3]",
  );
  assertThrows(
    () => diceLoss(tf.zeros([3, 4]) as unknown as tf.Tensor3D, tf.zeros([3, 4]) as unknown as tf.Tensor3D),
    RangeError,
    "expected probability of shape [batch, height, width] with at least one pixel, found [3, 4]",
  );
  assertThrows(
    () => diceLoss(tf.zeros<tf.Rank.R3>([0, 3, 4]), tf.zeros<tf.Rank.R3>([0, 3, 4])),
    RangeError,
    "found [0, 3, 4]",
  );
});
