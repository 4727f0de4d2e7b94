/**
 * The predicted lesion, what is measured over it and against the true one, and the ε that the controller would give the
 * image.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import { epsilonFromDifficulty, type EpsilonRangeOptions } from "../../lib/control/epsilon_from_difficulty.ts";
import { confusion, confusionRecords, metricsOfConfusion } from "../../lib/metrics/segmentation_metrics.ts";
import { populationStandardDeviation } from "../../lib/statistics/mean.ts";
import { quantile } from "../../lib/statistics/quantile.ts";
import { imageDifficulty } from "../../lib/uncertainty/image_difficulty.ts";

/**
 * 1 where ŷ is above the threshold, else 0, as in the metrics.
 *
 * @param probability ŷ, any length
 */
export function thresholdMask(probability: Float32Array, threshold: number): Uint8Array {
  return Uint8Array.from(probability, (value) => value > threshold ? 1 : 0);
}

/**
 * D (eq. 8) of every map, nats. A region without a pixel gives 0.
 *
 * @param maps I, `[size · size]` each
 * @param region 1 where D is taken, `[size · size]`
 * @param size height = width, pixels
 */
export async function difficultiesOver(
  maps: readonly Float32Array[],
  region: Uint8Array,
  size: number,
): Promise<number[]> {
  if (maps.length === 0) return [];
  const difficulties = tf.tidy(() => {
    const shape: [number, number, number] = [1, size, size];
    const information = tf.concat(maps.map((map) => tf.tensor3d(map, shape)));
    const mask = tf.tile(tf.tensor3d(Float32Array.from(region), shape), [maps.length, 1, 1]);
    return imageDifficulty(information, mask);
  });
  const values = await difficulties.data();
  difficulties.dispose();
  return [...values];
}

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

/** What the controller is set to. */
export interface ControlSettings extends EpsilonRangeOptions {
  /** p of D_p, in [0, 100]. */
  readonly percentile: number;
}

/** δ of eq. 9, the default of `normalizeDifficulty`, nats. */
const DELTA = 1e-8;

/** What the controller makes of a difficulty: D_norm (eq. 9) and ε (eq. 11). */
export interface ImageEpsilon {
  readonly normalized: number;
  readonly epsilon: number;
}

/**
 * Computes ε of an image that is not in the training set: eqs. 9 to 11 with percentile and deviation of the training
 * images, which the new one does not change.
 *
 * @param difficulty D of the image, nats
 * @param reference D of the training images, nats
 */
export function imageEpsilon(
  difficulty: number,
  reference: readonly number[],
  { percentile, ...range }: ControlSettings,
): ImageEpsilon {
  const origin = quantile(reference, percentile / 100); // D_p
  const normalized = (difficulty - origin) / (populationStandardDeviation(reference) + DELTA);
  return { normalized, epsilon: epsilonFromDifficulty([normalized], range)[0] };
}
