/**
 * Evaluates a network on any images, also of another data set than it was trained on.
 *
 * @module
 */
import type { ImageScores } from "../evaluation/image_scores.ts";
import { unetLayers, type UNetOptions } from "../model/unet_layers.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import { createEvaluate, evaluate } from "./evaluate.ts";
import {
  createEstimateUncertainty,
  estimateUncertainty,
  type ImageSelection,
  type McDropoutSettings,
} from "./inference.ts";

/** A network: its size and its weights, which stay. */
export interface TrainedUNet {
  /** Base width, depth, …. */
  readonly options: UNetOptions;
  readonly weights: UNetWeights;
}

/** Options of {@linkcode evaluateImages}. */
export interface EvaluateImagesOptions {
  /** The stochastic passes that give D and entropy; without them there is neither. */
  readonly uncertainty?: McDropoutSettings;
  /** Told how many images are done; with stochastic passes each image counts twice. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Scores of every image, in the order of the selection. */
export async function evaluateImages(
  { options: size, weights }: TrainedUNet,
  selection: ImageSelection,
  { uncertainty, onProgress = () => {} }: EvaluateImagesOptions = {},
): Promise<ImageScores[]> {
  const { dataset, indices, batchSize } = selection;
  const layers = unetLayers(size);
  const total = indices.length * (uncertainty ? 2 : 1);
  let done = 0;
  const scores: ImageScores[] = [];
  const evaluateBatch = createEvaluate(layers);
  try {
    for (let start = 0; start < indices.length; start += batchSize) {
      const batch = indices.slice(start, start + batchSize);
      const { dice, iou, precision, recall } = await evaluate(evaluateBatch, weights, { ...selection, indices: batch });
      batch.forEach((image, position) =>
        scores.push({
          id: dataset.ids[image],
          dice: dice[position],
          iou: iou[position],
          precision: precision[position],
          recall: recall[position],
          foreground: share(dataset.masks.subarray(image * dataset.size ** 2, (image + 1) * dataset.size ** 2)),
        })
      );
      onProgress(done += batch.length, total);
    }
  } finally {
    evaluateBatch.dispose();
  }
  if (!uncertainty) return scores;

  const estimate = createEstimateUncertainty(layers, uncertainty.rate);
  const uncertain: ImageScores[] = [];
  try {
    await estimateUncertainty(estimate, weights, selection, uncertainty, async (batch, images) => {
      const difficulty = await batch.difficulty.data<"float32">();
      const entropy = await batch.predictiveEntropy.data<"float32">();
      const pixels = entropy.length / images.length;
      images.forEach((_, position) =>
        uncertain.push({
          ...scores[uncertain.length],
          difficulty: difficulty[position],
          entropy: share(entropy.subarray(position * pixels, (position + 1) * pixels)),
        })
      );
      onProgress(done += images.length, total);
    });
  } finally {
    estimate.dispose();
  }
  return uncertain;
}

/** Mean of the values of one image. */
function share(values: Uint8Array | Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
