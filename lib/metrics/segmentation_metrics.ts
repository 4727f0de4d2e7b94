/**
 * Dice, IoU, precision and recall of a segmentation, image by image.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { assertImageShapes } from "../backend/image_shape.ts";

/** Options of {@linkcode confusion}. */
export interface ThresholdOptions {
  /** A pixel is predicted positive if its probability is greater than this (a tie is negative). Default 0.5. */
  readonly threshold?: number;
}

/** How many pixels of one image are right and wrong, of each kind. */
export interface Confusion {
  /** Predicted positive, and positive in the mask. */
  readonly truePositives: number;
  /** Predicted positive, but negative in the mask. */
  readonly falsePositives: number;
  /** Predicted negative, but positive in the mask. */
  readonly falseNegatives: number;
  /** Predicted negative, and negative in the mask. */
  readonly trueNegatives: number;
}

/**
 * Counts right and wrong pixels of every image, as a tensor that can be computed without reading data.
 *
 * A pixel is predicted positive if `probability > threshold`, which for two softmax channels and ½ is "the larger one",
 * and positive in the mask above ½.
 *
 * @param probability ŷ in [0, 1], `[batch, height, width]`
 * @param mask y, 0 or 1, same shape
 * @returns `[batch, 4]`: true positives, false positives, false negatives, true negatives; exact up to 2²⁴ pixels an image
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`, or the threshold is not in [0, 1]
 */
export function confusion(probability: tf.Tensor3D, mask: tf.Tensor3D, options: ThresholdOptions = {}): tf.Tensor2D {
  const { threshold = 0.5 } = options;
  assertImageShapes("count right and wrong pixels", { probability, mask });
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`Cannot count right and wrong pixels: expected a threshold in [0, 1], found ${threshold}`);
  }
  return tf.tidy(() => {
    const predicted = tf.cast(tf.greater(probability, threshold), "float32");
    const actual = tf.cast(tf.greater(tf.cast(mask, "float32"), 0.5), "float32");
    const pixels = probability.shape[1] * probability.shape[2];
    const truePositives = tf.sum<tf.Tensor1D>(tf.mul(predicted, actual), [1, 2]);
    const falsePositives = tf.sub(tf.sum<tf.Tensor1D>(predicted, [1, 2]), truePositives);
    const falseNegatives = tf.sub(tf.sum<tf.Tensor1D>(actual, [1, 2]), truePositives);
    const trueNegatives = tf.sub(pixels, tf.add(tf.add(truePositives, falsePositives), falseNegatives));
    return tf.stack([truePositives, falsePositives, falseNegatives, trueNegatives], 1) as tf.Tensor2D;
  });
}

/**
 * Reads the rows of {@linkcode confusion}'s tensor: one record an image.
 *
 * @param counts the tensor's values, image after image, four an image
 * @throws {RangeError} if their number is not a multiple of four
 */
export function confusionRecords(counts: ArrayLike<number>): Confusion[] {
  if (counts.length % 4 !== 0) {
    throw new RangeError(
      `Cannot read right and wrong pixels: expected four counts an image, found ${counts.length} in all`,
    );
  }
  return Array.from({ length: counts.length / 4 }, (_, image) => ({
    truePositives: counts[4 * image],
    falsePositives: counts[4 * image + 1],
    falseNegatives: counts[4 * image + 2],
    trueNegatives: counts[4 * image + 3],
  }));
}

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
