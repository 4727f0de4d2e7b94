import "../backend.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { confusion, confusionRecords } from "../../lib/metrics/confusion.ts";

Deno.test("confusion() counts every kind of pixel, image by image", () => {
  const probability = tf.tensor3d([[[0.9, 0.9, 0.9], [0.1, 0.1, 0.1]], [[0.6, 0.4, 0.4], [0.4, 0.4, 0.4]]]);
  const mask = tf.tensor3d([[[1, 1, 0], [1, 0, 0]], [[0, 0, 0], [0, 0, 1]]]);
  assertEquals(confusion(probability, mask).arraySync(), [[2, 1, 1, 2], [0, 1, 1, 4]]);
});

Deno.test("the four counts of an image add up to its pixels, for masks of every type", () => {
  const probability = tf.tensor3d([[[0.2, 0.7, 0.5, 0.9]]]);
  for (const type of ["float32", "int32", "bool"] as const) {
    const counts = confusion(probability, tf.tensor3d([[[1, 1, 0, 0]]], undefined, type)).arraySync();
    assertEquals(counts, [[1, 1, 1, 1]]);
  }
});

Deno.test("confusion() counts exactly in an image of the thesis' size", () => {
  const size = 224;
  const counts = confusion(tf.fill<tf.Rank.R3>([2, size, size], 0.9), tf.ones<tf.Rank.R3>([2, size, size]));
  assertEquals(counts.arraySync(), [[size * size, 0, 0, 0], [size * size, 0, 0, 0]]);
});

Deno.test("confusionRecords() names the counts, and refuses a number of them that is no multiple of four", () => {
  assertEquals(confusionRecords([4, 3, 2, 1, 0, 0, 0, 9])[0].falseNegatives, 2);
  assertEquals(confusionRecords([4, 3, 2, 1, 0, 0, 0, 9])[1].trueNegatives, 9);
  assertThrows(() => confusionRecords([1, 2, 3]), RangeError, "expected four counts an image, found 3 in all");
});
