/**
 * What a network gets on images: the one scorer, for validation in training, tests, evaluation and inspection.
 *
 * @module
 */
import { capture, type CapturedFunction } from "../backend/capture.ts";
import { disposeTree } from "../backend/tensor_tree.ts";
import { tf } from "../backend/tf.ts";
import { batchIndices, imageBatch, type ImageSelection } from "../data/batches.ts";
import type { ImageScores } from "../metrics/score_summary.ts";
import { confusion, confusionRecords, metricsOfConfusion } from "../metrics/segmentation_metrics.ts";
import { forward, lesionProbability } from "../model/unet.ts";
import type { UNetLayers } from "../model/unet_layers.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import {
  createEstimateUncertainty,
  type EstimateUncertainty,
  type MeasuredSignal,
  passSeeds,
  type StochasticPasses,
} from "./estimate_uncertainty.ts";

/** A network that scores images, captured once for all batches and weights; to be disposed. */
export interface Scorer {
  readonly predict: CapturedFunction<
    { weights: UNetWeights; image: tf.Tensor4D; mask: tf.Tensor3D },
    { probability: tf.Tensor3D; counts: tf.Tensor2D; sum: tf.Tensor1D }
  >;
  readonly estimate: EstimateUncertainty;
  [Symbol.dispose](): void;
}

/** Makes the scorer of a network. */
export function createScorer(
  layers: UNetLayers,
  { rate = 0, signals, threshold }: {
    /** p of the stochastic passes. */
    readonly rate?: number;
    /** What the passes are to tell of each image. Default: the thesis' D. */
    readonly signals?: readonly MeasuredSignal[];
    /** A pixel is lesion above this probability. Default 0.5. */
    readonly threshold?: number;
  } = {},
): Scorer {
  const predict: Scorer["predict"] = capture(({ weights, image, mask }) => {
    const probability = lesionProbability(forward(layers, weights, image, { batchNorm: "running" }));
    return {
      probability,
      counts: confusion(probability, mask, { threshold }),
      sum: tf.sum<tf.Tensor1D>(probability, [1, 2]),
    };
  }, { name: "predict" });
  const estimate = createEstimateUncertainty(layers, rate, signals);
  return {
    predict,
    estimate,
    [Symbol.dispose]() {
      predict.dispose();
      estimate.dispose();
    },
  };
}

/** Scores of one image, metrics at the threshold. */
export interface ImageScore extends ImageScores {
  /** What else the passes tell. */
  readonly signals?: Readonly<Partial<Record<MeasuredSignal, number>>>;
}

/** What was computed of a batch, `[size, size]` flat for each image one after the other. */
export interface ScoredBatch {
  /** Indices of the images. */
  readonly indices: readonly number[];
  /** ŷ, without dropout. */
  readonly probability: Float32Array;
  /** ȳ, the mean of the passes. */
  readonly mean?: Float32Array;
  /** I of eq. 7, nats. */
  readonly mutualInformation?: Float32Array;
  /** H(ȳ), nats. */
  readonly predictiveEntropy?: Float32Array;
}

/** Options of {@linkcode scoreImages}. */
export interface ScoreOptions {
  /** Stochastic passes, which give difficulty, entropy and signals. */
  readonly passes?: StochasticPasses;
  /** Takes the maps of each batch. */
  readonly onBatch?: (batch: ScoredBatch) => void | Promise<void>;
  /** Told how many images are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Scores of every image, in the order of the selection. No tensor stays, also where something fails.
 *
 * @throws {Error} When a probability is not finite: the weights are damaged. The message names the image.
 */
export async function scoreImages(
  { predict, estimate }: Scorer,
  weights: UNetWeights,
  { dataset, indices, batchSize }: ImageSelection,
  { passes, onBatch, onProgress }: ScoreOptions = {},
): Promise<ImageScore[]> {
  const scores: ImageScore[] = [];
  for (const [number, batch] of batchIndices(indices, batchSize).entries()) {
    const input = imageBatch(dataset, batch);
    const held: unknown[] = [input];
    try {
      const predicted = predict({ weights, ...input });
      held.push(predicted);
      const metrics = metricsOfConfusion(confusionRecords(await predicted.counts.data()));
      const sums = await predicted.sum.data();
      const broken = batch.find((_, position) => !Number.isFinite(sums[position]));
      if (broken !== undefined) {
        throw new Error(
          `Cannot score image "${dataset.ids[broken]}": the network gives it a probability that is no number; its ` +
            "weights are damaged.",
        );
      }
      const seeds = passes && passSeeds(passes, number);
      held.push(seeds ?? []);
      const uncertain = seeds && estimate({ weights, ...input, seeds });
      held.push(uncertain ?? []);
      const entropy = await uncertain?.predictiveEntropy.data<"float32">();
      const signals = await readSignals(uncertain?.signals);
      const pixels = dataset.size ** 2;
      batch.forEach((image, position) => {
        const ofImage = Object.fromEntries(Object.entries(signals).map(([name, values]) => [name, values[position]]));
        scores.push({
          id: dataset.ids[image],
          dice: metrics.dice[position],
          iou: metrics.iou[position],
          precision: metrics.precision[position],
          recall: metrics.recall[position],
          foreground: share(dataset.masks.subarray(image * pixels, (image + 1) * pixels)),
          ...(entropy && {
            difficulty: ofImage["mutual-information"],
            entropy: share(entropy.subarray(position * pixels, (position + 1) * pixels)),
            signals: ofImage,
          }),
        });
      });
      if (onBatch) {
        await onBatch({
          indices: batch,
          probability: await predicted.probability.data<"float32">(),
          mean: await uncertain?.mean.data<"float32">(),
          mutualInformation: await uncertain?.mutualInformation.data<"float32">(),
          predictiveEntropy: entropy,
        });
      }
    } finally {
      disposeTree(held);
    }
    onProgress?.(scores.length, indices.length);
  }
  return scores;
}

async function readSignals(
  signals: Readonly<Partial<Record<MeasuredSignal, tf.Tensor1D>>> = {},
): Promise<Record<string, Float32Array>> {
  const read: Record<string, Float32Array> = {};
  for (const [name, values] of Object.entries(signals)) read[name] = await values.data<"float32">();
  return read;
}

/** Mean of the values of one image. */
function share(values: Uint8Array | Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
