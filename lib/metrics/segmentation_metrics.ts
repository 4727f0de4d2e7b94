/**
 * Dice, IoU, precision and recall of a segmentation, image by image.
 *
 * @module
 */
import type { tf } from "../backend/tf.ts";
import { type Confusion, confusion, confusionRecords, type ThresholdOptions } from "./confusion.ts";

/** The metrics of the thesis' Table 2, one number an image, each in [0, 1]. */
export interface SegmentationMetrics {
  /** 2TP / (2TP + FP + FN). */
  readonly dice: number[];
  /** TP / (TP + FP + FN). */
  readonly iou: number[];
  /** TP / (TP + FP). */
  readonly precision: number[];
  /** TP / (TP + FN). */
  readonly recall: number[];
}

/**
 * Computes the metrics of every image from its probability map: thresholds it, counts, divides.
 *
 * A pixel is predicted positive if `probability > threshold`. Metrics are per image; a table averages them. 0/0 counts 1
 * where prediction and mask are both empty, else 0: a lesion-free image without a false alarm is right, and an empty
 * prediction for a mask that is not has precision 0.
 *
 * Reads the data at once. Where only asynchronous reading is possible, await the data of `confusion` and give them to
 * `metricsOfConfusion`.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @returns four lists of `batch` numbers
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`, or the threshold is not in [0, 1]
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const metrics = segmentationMetrics(tf.tensor3d([[[0.9, 0.8, 0.1, 0.2]]]), tf.tensor3d([[[1, 0, 1, 0]]]));
 * assertEquals(metrics, { dice: [1 / 2], iou: [1 / 3], precision: [1 / 2], recall: [1 / 2] });
 * ```
 */
export function segmentationMetrics(
  probability: tf.Tensor3D,
  mask: tf.Tensor3D,
  options: ThresholdOptions = {},
): SegmentationMetrics {
  const counts = confusion(probability, mask, options);
  const records = confusionRecords(counts.dataSync());
  counts.dispose();
  return metricsOfConfusion(records);
}

/**
 * Computes the metrics from the counts of every image, with the rule for 0/0 of {@linkcode segmentationMetrics}.
 *
 * @param records one record an image
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const nothingThereNothingFound = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 9 };
 * assertEquals(metricsOfConfusion([nothingThereNothingFound]).precision, [1]);
 * ```
 */
export function metricsOfConfusion(records: readonly Confusion[]): SegmentationMetrics {
  const metric = (numerator: (record: Confusion) => number, denominator: (record: Confusion) => number) =>
    records.map((record) => {
      if (denominator(record) > 0) return numerator(record) / denominator(record);
      const bothEmpty = record.truePositives + record.falsePositives + record.falseNegatives === 0;
      return bothEmpty ? 1 : 0;
    });
  const truePositives = (record: Confusion) => record.truePositives;
  return {
    dice: metric(
      (record) => 2 * record.truePositives,
      (record) => 2 * record.truePositives + record.falsePositives + record.falseNegatives,
    ),
    iou: metric(truePositives, (record) => record.truePositives + record.falsePositives + record.falseNegatives),
    precision: metric(truePositives, (record) => record.truePositives + record.falsePositives),
    recall: metric(truePositives, (record) => record.truePositives + record.falseNegatives),
  };
}
