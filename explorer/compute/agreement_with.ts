/**
 * How well a prediction agrees with a true mask.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import { confusion, confusionRecords } from "../../lib/metrics/confusion.ts";
import { metricsOfConfusion } from "../../lib/metrics/segmentation_metrics.ts";

/** Two of the metrics of the thesis' Table 2. */
export interface Agreement {
  readonly dice: number;
  readonly iou: number;
}

/**
 * Dice and IoU of one image.
 *
 * @param probability ŷ, `[size · size]`
 * @param mask y, 0 or 1, `[size · size]`
 * @param size height = width, pixels
 */
export async function agreementWith(
  probability: Float32Array,
  mask: Uint8Array,
  size: number,
  threshold: number,
): Promise<Agreement> {
  const counts = tf.tidy(() => {
    const shape: [number, number, number] = [1, size, size];
    return confusion(tf.tensor3d(probability, shape), tf.tensor3d(Float32Array.from(mask), shape), { threshold });
  });
  const { dice: [dice], iou: [iou] } = metricsOfConfusion(confusionRecords(await counts.data()));
  counts.dispose();
  return { dice, iou };
}
