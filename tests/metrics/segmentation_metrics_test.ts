import "../backend.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { tf } from "../../lib/backend/tf.ts";
import {
  confusion,
  confusionRecords,
  metricsOfConfusion,
  segmentationMetrics,
} from "../../lib/metrics/segmentation_metrics.ts";
import { assertClose, reference, referenceImages } from "../reference_vectors.ts";

const METRICS = ["dice", "iou", "precision", "recall"] as const;

Deno.test("segmentationMetrics() has the reference's values to 1e-12", () => {
  const { probability, mask } = referenceImages();
  const metrics = segmentationMetrics(probability, mask);
  for (const name of METRICS) assertClose(metrics[name], reference.metrics[name], 1e-12);
});

const CASES: [claim: string, probability: number[], mask: number[], expected: number[]][] = [
  ["prediction and mask are equal", [0.9, 0.1, 0.8], [1, 0, 1], [1, 1, 1, 1]],
  ["prediction and mask are both empty", [0.1, 0.2, 0.3], [0, 0, 0], [1, 1, 1, 1]],
  ["only the mask is empty, recall's 0/0 too", [0.9, 0.1, 0.8], [0, 0, 0], [0, 0, 0, 0]],
  ["only the prediction is empty, precision's 0/0 too", [0.1, 0.1, 0.1], [1, 0, 1], [0, 0, 0, 0]],
  ["nothing overlaps", [0.9, 0.1, 0.1], [0, 0, 1], [0, 0, 0, 0]],
  ["one hit, one false alarm, two misses", [0.9, 0.9, 0.1, 0.1, 0.1], [1, 0, 1, 1, 0], [2 / 5, 1 / 4, 1 / 2, 1 / 3]],
];

Deno.test("segmentationMetrics() of hand-made images, each by itself in a batch, 0/0 as the thesis' table needs it", () => {
  for (const [claim, probability, mask, expected] of CASES) {
    const batch = (first: number[]) => tf.tensor3d([[first], [first.map(() => 0.9)]]);
    const metrics = segmentationMetrics(batch(probability), tf.tensor3d([[mask], [mask.map(() => 1)]]));
    assertEquals(METRICS.map((name) => metrics[name]), expected.map((value) => [value, 1]), claim);
  }
});

Deno.test("segmentationMetrics() counts a probability equal to the threshold as negative", () => {
  const [probability, mask] = [tf.tensor3d([[[0.5, 0.5, 0.75]]]), tf.tensor3d([[[0, 0, 1]]])];
  assertEquals(segmentationMetrics(probability, mask).dice, [1]);
  assertEquals(segmentationMetrics(probability, mask, { threshold: 0.75 }).dice, [0]);
  assertEquals(segmentationMetrics(probability, mask, { threshold: 0.25 }).precision, [1 / 3]);
});

Deno.test("confusion() counts every kind of pixel, image by image, for masks of every type, exactly at the thesis' size", () => {
  const probability = tf.tensor3d([[[0.9, 0.9, 0.9], [0.1, 0.1, 0.1]], [[0.6, 0.4, 0.4], [0.4, 0.4, 0.4]]]);
  const mask = [[[1, 1, 0], [1, 0, 0]], [[0, 0, 0], [0, 0, 1]]];
  for (const type of ["float32", "int32", "bool"] as const) {
    assertEquals(confusion(probability, tf.tensor3d(mask, undefined, type)).arraySync(), [[2, 1, 1, 2], [0, 1, 1, 4]]);
  }
  const size = 224;
  const whole = confusion(tf.fill<tf.Rank.R3>([1, size, size], 0.9), tf.ones<tf.Rank.R3>([1, size, size]));
  assertEquals(whole.arraySync(), [[size * size, 0, 0, 0]]);
});

Deno.test("the metrics are in [0, 1], Dice = 2 IoU/(1 + IoU), and it lies between precision and recall", () => {
  const count = fc.integer({ min: 0, max: 5 });
  const record = fc.record({
    truePositives: count,
    falsePositives: count,
    falseNegatives: count,
    trueNegatives: count,
  });
  fc.assert(
    fc.property(record, (counts) => {
      const metrics = metricsOfConfusion([counts]);
      const [dice, iou, precision, recall] = METRICS.map((name) => metrics[name][0]);
      for (const value of [dice, iou, precision, recall]) assert(value >= 0 && value <= 1);
      assertClose([dice], [2 * iou / (1 + iou)], 1e-12);
      assert(dice >= Math.min(precision, recall) - 1e-12 && dice <= Math.max(precision, recall) + 1e-12);
    }),
    { seed: 6 },
  );
});

Deno.test("segmentationMetrics() leaves no tensor, and refuses shapes that differ, a threshold outside of [0, 1] and odd counts", () => {
  const images = referenceImages();
  const before = tf.memory().numTensors;
  segmentationMetrics(images.probability, images.mask);
  assertEquals(tf.memory().numTensors, before);
  const [probability, mask] = [tf.zeros<tf.Rank.R3>([1, 2, 3]), tf.zeros<tf.Rank.R3>([1, 3, 2])];
  assertThrows(() => segmentationMetrics(probability, mask), RangeError, "expected mask of shape [1, 2, 3]");
  assertThrows(() => segmentationMetrics(mask, mask, { threshold: 1.5 }), RangeError, "threshold in [0, 1], found 1.5");
  assertThrows(() => confusionRecords([1, 2, 3]), RangeError, "expected four counts an image, found 3 in all");
});
