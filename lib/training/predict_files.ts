/**
 * A run's network on image files that have no masks.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import { type InputImage, listInputs, readInput } from "../data/input_images.ts";
import { unetLayers } from "../model/unet_layers.ts";
import type { WeightsName } from "../results/run_record.ts";
import type { Run } from "./run.ts";
import { loadWeights } from "./run_store.ts";
import { createScorer, type ScoredBatch, scoreImages, type Scorer } from "./score_images.ts";
import type { Session } from "./session.ts";
import { foregroundCount } from "../data/mask_rule.ts";
import { type Fit, fitImage, fittedBox, nativeMap, thresholded } from "../data/resize_image.ts";
import { segmentationDataset } from "../data/segmentation_dataset.ts";
import { connectedComponents } from "../metrics/connected_components.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import type { StochasticPasses } from "./estimate_uncertainty.ts";

/** What a network says of an image, and the image. */
export interface PredictedImage extends Prediction {
  /** What was read. */
  readonly image: InputImage;
}

/** Options of {@linkcode predictFiles}. */
export interface PredictFilesOptions {
  /** N stochastic passes, which give uncertainty; default none. */
  readonly passes?: number;
  /** Weights of the best validation epoch (default) or of the last one. */
  readonly weights?: WeightsName;
  /** A pixel is lesion above this probability. Default 0.5. */
  readonly threshold?: number;
}

/**
 * Predicts the images of files and folders one after the other, at the size of their files; of a folder of images and masks
 * the images alone. One image at a time is held.
 *
 * @throws {Error} With the file's path, where one can't be read.
 */
export async function* predictFiles(
  { runs }: Pick<Session, "runs">,
  { hash, experiment }: Run,
  paths: readonly string[],
  { passes: count = 0, weights: which = "best", threshold = 0.5 }: PredictFilesOptions = {},
): AsyncGenerator<PredictedImage> {
  const { imageSize: size, fit, seed, dropoutRate: rate } = experiment;
  const passes = count > 0 ? { count, seed, labels: ["prediction"] } : undefined;
  const weights = await loadWeights(runs, hash, which);
  using scorer = createScorer(unetLayers(experiment), { rate });
  try {
    for (const file of listInputs(paths).files) {
      for await (const image of readInput(file)) {
        yield { image, ...await predictImage(scorer, weights, image, { size, fit, threshold, passes }) };
      }
    }
  } finally {
    disposeTree(weights);
  }
}

/** How to predict. */
export interface PredictOptions {
  /** Height = width at which the network sees the image, pixels. */
  readonly size: number;
  readonly fit: Fit;
  /** A pixel is lesion above this probability. */
  readonly threshold: number;
  /** Stochastic passes, which give the uncertainty; each image gets the same ones, whatever others there are. */
  readonly passes?: StochasticPasses;
}

/** The numbers of a prediction. */
export interface PredictionNumbers {
  /** Pixels of the mask at native size. */
  readonly lesionPixels: number;
  /** Regions of the mask at native size that touch at no side or corner. */
  readonly components: number;
  /** Mean of the probability over the image at native size. */
  readonly meanProbability: number;
  /**
   * D of eq. 8 over the predicted lesion, or over the image where none is predicted, at working size, nats; null without
   * stochastic passes.
   */
  readonly difficulty: number | null;
  /** Mean predictive entropy over the image at working size, nats: of the passes, or else of the one prediction. */
  readonly entropy: number;
}

/** A prediction; maps are `[height, width]` at native size. */
export interface Prediction extends PredictionNumbers {
  /** ŷ, without dropout. */
  readonly probability: Float32Array;
  /** 0 and 1. */
  readonly mask: Uint8Array;
  /** I of eq. 7, nats; with stochastic passes. */
  readonly mutualInformation?: Float32Array;
  /** ŷ at working size, `[size, size]`. */
  readonly workingProbability: Float32Array;
}

/**
 * Predicts one image. The mask is the one that `scoreNative()` compares.
 *
 * @throws {Error} When a probability is not finite: the weights are damaged; or the size does not suit the network.
 */
export async function predictImage(
  scorer: Scorer,
  weights: UNetWeights,
  image: InputImage,
  { size, fit, threshold, passes }: PredictOptions,
): Promise<Prediction> {
  const { width, height } = image;
  const images = await fitImage(image, size, fit), masks = new Uint8Array(size * size);
  const dataset = segmentationDataset({ name: "prediction", size, ids: [image.shown], images, masks });
  let maps: ScoredBatch | undefined;
  await scoreImages(scorer, weights, { dataset, indices: [0], batchSize: 1 }, {
    passes,
    onBatch: (batch) => void (maps = batch),
  });
  const { probability: workingProbability, mutualInformation, predictiveEntropy } = maps!;
  const native = (map: Float32Array) => nativeMap(map, size, width, height, fit);
  const probability = native(workingProbability), mask = thresholded(probability, threshold);
  const inBox = pixelsOf(fittedBox(width, height, size, fit), size);
  const lesion = inBox.filter((pixel) => workingProbability[pixel] > Math.fround(threshold));
  return {
    probability,
    mask,
    workingProbability,
    ...(mutualInformation && { mutualInformation: native(mutualInformation) }),
    lesionPixels: foregroundCount(mask),
    components: connectedComponents(mask, width, height),
    meanProbability: total(probability) / probability.length,
    difficulty: mutualInformation
      ? meanOf(lesion.length > 0 ? lesion : inBox, (pixel) => mutualInformation[pixel])
      : null,
    entropy: meanOf(inBox, (pixel) => predictiveEntropy?.[pixel] ?? binaryEntropy(workingProbability[pixel])),
  };
}

/** Pixels of the square that the image fills. */
function pixelsOf(box: ReturnType<typeof fittedBox>, size: number): number[] {
  return Array.from(
    { length: box.width * box.height },
    (_, index) => (box.top + Math.floor(index / box.width)) * size + box.left + index % box.width,
  );
}

function meanOf(pixels: readonly number[], value: (pixel: number) => number): number {
  return pixels.reduce((sum, pixel) => sum + value(pixel), 0) / pixels.length;
}

function total(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** H(p), nats; 0 log 0 = 0. */
function binaryEntropy(probability: number): number {
  const part = (p: number) => p > 0 ? -p * Math.log(p) : 0;
  return part(probability) + part(1 - probability);
}
