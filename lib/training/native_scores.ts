/**
 * What a network gets at the size of the images' own files: its probabilities are brought back to that size, cut at the
 * threshold and compared with the masks as they lie on the disk.
 *
 * @module
 */
import { type Fit, nativeMap, thresholded } from "../data/resize_image.ts";
import { nativeMask } from "../data/read_pairs.ts";
import type { SegmentationDataset } from "../data/segmentation_dataset.ts";
import type { MetricName } from "../metrics/metric_names.ts";
import { metricsOfConfusion } from "../metrics/segmentation_metrics.ts";
import { type SurfaceMetrics, surfaceMetrics } from "../metrics/surface_distance.ts";
import { mean } from "../statistics/mean.ts";
import type { ScoredBatch } from "./score_images.ts";

/** All scores of one image at native size. */
export interface NativeScore extends Readonly<Record<MetricName, number>>, SurfaceMetrics {}

/** How to score at native size. */
export interface NativeOptions {
  /** How images were brought to the working size. */
  readonly fit?: Fit;
  /** A pixel is lesion above this probability. Default 0.5. */
  readonly threshold?: number;
  /** Of normalised surface Dice, pixels. Default 2. */
  readonly tolerance?: number;
}

/**
 * Scores of the images of a batch at native size, in its order. Files are read one at a time, and nothing of native size is
 * kept. A prediction that is empty where the mask is not, and the reverse, has the penalties of `surfaceMetrics()`.
 *
 * @throws {Error} When the images are no files, or a mask can't be read any more or has changed its size.
 */
export async function scoreNative(
  dataset: SegmentationDataset,
  batch: Pick<ScoredBatch, "indices" | "probability">,
  options: NativeOptions = {},
): Promise<NativeScore[]> {
  return await compared(dataset, batch, options, (prediction, mask, width, height) => ({
    ...overlap(prediction, mask),
    ...surfaceMetrics(prediction, mask, width, height, { tolerance: options.tolerance }),
  }));
}

/** As {@linkcode scoreNative} without the distances of outlines, which take much longer. */
export async function scoreNativeOverlap(
  dataset: SegmentationDataset,
  batch: Pick<ScoredBatch, "indices" | "probability">,
  options: NativeOptions = {},
): Promise<Readonly<Record<MetricName, number>>[]> {
  return await compared(dataset, batch, options, overlap);
}

/** Means over images. */
export function nativeMeans(scores: readonly NativeScore[]): NativeScore {
  const names = ["dice", "iou", "precision", "recall", "hd95", "nsd"] as const;
  const means = names.map((name) => [name, mean(scores.map((score) => score[name]))]);
  return Object.fromEntries(means);
}

async function compared<Score>(
  { size, ids, native: files, maskRule }: SegmentationDataset,
  { indices, probability }: Pick<ScoredBatch, "indices" | "probability">,
  { fit = "stretch", threshold = 0.5 }: NativeOptions,
  compare: (prediction: Uint8Array, mask: Uint8Array, width: number, height: number) => Score,
): Promise<Score[]> {
  if (files === undefined || maskRule === undefined) {
    throw new Error("Cannot score at native size: expected images from files, found synthetic ones");
  }
  const scores: Score[] = [], pixels = size * size;
  for (const [position, index] of indices.entries()) {
    const { width, height } = files[index], mask = await nativeMask(files[index], maskRule);
    if (mask.length !== width * height) {
      throw new Error(`Cannot score "${ids[index]}" at native size: its mask has changed since the images were opened`);
    }
    const map = nativeMap(probability.subarray(position * pixels, (position + 1) * pixels), size, width, height, fit);
    scores.push(compare(thresholded(map, threshold), mask, width, height));
  }
  return scores;
}

function overlap(prediction: Uint8Array, mask: Uint8Array): Readonly<Record<MetricName, number>> {
  let [truePositives, predicted, actual] = [0, 0, 0];
  for (let pixel = 0; pixel < mask.length; pixel++) {
    truePositives += prediction[pixel] & mask[pixel];
    predicted += prediction[pixel];
    actual += mask[pixel];
  }
  const { dice, iou, precision, recall } = metricsOfConfusion([{
    truePositives,
    falsePositives: predicted - truePositives,
    falseNegatives: actual - truePositives,
    trueNegatives: mask.length - predicted - actual + truePositives,
  }]);
  return { dice: dice[0], iou: iou[0], precision: precision[0], recall: recall[0] };
}
