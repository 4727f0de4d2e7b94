/**
 * A run's network on image files that have no masks.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import { type InputImage, listInputs, readInput } from "../data/input_images.ts";
import { unetLayers } from "../model/unet_layers.ts";
import { predictImage, type Prediction } from "./predict_image.ts";
import type { Run, WeightsName } from "./run.ts";
import { loadWeights } from "./run_store.ts";
import { createScorer } from "./score_images.ts";
import type { Session } from "./session.ts";

/** What a network says of an image, and the image. */
export interface PredictedImage extends Prediction {
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
