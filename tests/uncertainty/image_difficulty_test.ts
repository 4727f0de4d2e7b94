import "../backend.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { imageDifficulty } from "../../lib/uncertainty/image_difficulty.ts";
import { mutualInformation } from "../../lib/uncertainty/entropy.ts";
import { assertClose, reference } from "../reference_vectors.ts";

Deno.test("imageDifficulty() has the reference's values to 1e-5", () => {
  const information = mutualInformation(tf.tensor4d(reference.uncertainty.samples));
  assertClose(imageDifficulty(information, tf.tensor3d(reference.mask)), reference.uncertainty.difficulty);
});

const information = [[[0.1, 0.2], [0.3, 0.6]], [[0.1, 0.2], [0.3, 0.6]], [[0.1, 0.2], [0.3, 0.6]]];
const mask = [[[1, 0], [0, 1]], [[0, 0], [0, 0]], [[1, 1], [1, 1]]];

Deno.test("imageDifficulty() is the mean over the mask's positive pixels, and 0 for an empty mask", () => {
  assertClose(imageDifficulty(tf.tensor3d(information), tf.tensor3d(mask)), [0.35, 0, 0.3], 1e-6);
});

Deno.test('imageDifficulty() of an empty mask is the mean over the image with emptyMask "image"', () => {
  const difficulty = imageDifficulty(tf.tensor3d(information), tf.tensor3d(mask), { emptyMask: "image" });
  assertClose(difficulty, [0.35, 0.3, 0.3], 1e-6);
});

Deno.test("imageDifficulty() takes boolean masks and looks at nothing outside of the mask", () => {
  const outside = tf.tensor3d([[[0.4, NaN, 0.2]]]);
  assertClose(imageDifficulty(outside, tf.tensor3d([[[1, 0, 1]]], undefined, "bool")), [0.3], 1e-6);
});

Deno.test("imageDifficulty() does not hide a NaN inside of the mask", () => {
  const [difficulty] = imageDifficulty(tf.tensor3d([[[0.4, NaN]]]), tf.tensor3d([[[1, 1]]])).dataSync();
  assertEquals(difficulty, NaN);
});

Deno.test("imageDifficulty() refuses shapes that differ and an unknown option", () => {
  assertThrows(
    () => imageDifficulty(tf.zeros<tf.Rank.R3>([1, 2, 3]), tf.zeros<tf.Rank.R3>([2, 2, 3])),
    RangeError,
    "Cannot compute the difficulty: expected mask of shape [1, 2, 3] as information has, found [2, 2, 3]",
  );
  const options = { emptyMask: "nothing" as "zero" };
  assertThrows(
    () => imageDifficulty(tf.tensor3d(information), tf.tensor3d(mask), options),
    RangeError,
    'expected emptyMask "zero" or "image", found "nothing"',
  );
});
