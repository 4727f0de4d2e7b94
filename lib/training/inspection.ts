/**
 * Images with what a trained network makes of them: for people to look at.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import { tf } from "../backend/tf.ts";
import { imageBatch } from "../data/batches.ts";
import { dropoutSeeds } from "../model/dropout.ts";
import { decode, encode, lesionProbability } from "../model/unet.ts";
import { unetLayers } from "../model/unet_layers.ts";
import type { WeightsName } from "../results/run_record.ts";
import type { Run } from "./run.ts";
import { loadWeights } from "./run_store.ts";
import { createScorer, type ScoredBatch, scoreImages } from "./score_images.ts";
import type { Session } from "./session.ts";

/** One image; maps are `[size, size]` flat. */
export interface InspectedImage {
  /** Name of the image. */
  readonly id: string;
  /** Height = width, pixels. */
  readonly size: number;
  /** `[size, size, 3]` RGB, 0 to 255 */
  readonly image: Uint8Array;
  /** 0 or 1 */
  readonly mask: Uint8Array;
  /** ŷ, without dropout */
  readonly probability: Float32Array;
  /** I of eq. 7, nats */
  readonly mutualInformation: Float32Array;
  /** H(ȳ), nats */
  readonly predictiveEntropy: Float32Array;
  /** D of eq. 8, nats */
  readonly difficulty: number;
  /** Dice of ŷ at 0.5 */
  readonly dice: number;
  /** The difficulty that a synthetic image was made with. */
  readonly trueDifficulty?: number;
}

/** Which images to inspect, and with how many passes. */
export interface InspectionOptions {
  /** Part of the split. Default `"test"`. */
  readonly part?: "train" | "validation" | "test";
  /** Weights of the best validation epoch (default) or of the last one. */
  readonly weights?: WeightsName;
  /** N; default: the experiment's. */
  readonly passes?: number;
  /** First images of the part only. */
  readonly count?: number;
}

/** Predictions and uncertainties of a run's network on images of its session. */
export async function inspectImages(
  { data, runs }: Pick<Session, "data" | "runs">,
  { hash, experiment }: Run,
  options: InspectionOptions = {},
): Promise<InspectedImage[]> {
  const { dataset, split } = data;
  const { part = "test", passes: count = experiment.passes, weights: which = "best" } = options;
  const indices = split[part].slice(0, options.count);
  const pixels = dataset.size ** 2;
  const maps: Pick<InspectedImage, "probability" | "mutualInformation" | "predictiveEntropy">[] = [];
  const keepMaps = ({ indices, probability, mutualInformation, predictiveEntropy }: ScoredBatch) => {
    indices.forEach((_, position) => {
      const ofImage = (values: Float32Array) => values.slice(position * pixels, (position + 1) * pixels);
      maps.push({
        probability: ofImage(probability),
        mutualInformation: ofImage(mutualInformation!),
        predictiveEntropy: ofImage(predictiveEntropy!),
      });
    });
  };
  const weights = await loadWeights(runs, hash, which);
  using scorer = createScorer(unetLayers(experiment), { rate: experiment.dropoutRate });
  try {
    const scores = await scoreImages(scorer, weights, { dataset, indices, batchSize: experiment.batchSize }, {
      passes: { count, seed: experiment.seed, labels: ["inspection"] },
      onBatch: keepMaps,
    });
    return indices.map((index, position) => ({
      id: dataset.ids[index],
      size: dataset.size,
      image: dataset.images.subarray(3 * index * pixels, 3 * (index + 1) * pixels),
      mask: dataset.masks.subarray(index * pixels, (index + 1) * pixels),
      ...maps[position],
      difficulty: scores[position].difficulty!,
      dice: scores[position].dice,
      trueDifficulty: dataset.trueDifficulty?.[index],
    }));
  } finally {
    disposeTree(weights);
  }
}

/** ŷⁿ of N stochastic passes for one image of a part of the split, `[size, size]` flat each (eq. 6). */
export async function inspectPasses(
  { data, runs }: Pick<Session, "data" | "runs">,
  { hash, experiment }: Run,
  options: { readonly part?: "train" | "validation" | "test"; readonly position?: number; readonly passes?: number } =
    {},
): Promise<Float32Array[]> {
  const { part = "test", position = 0, passes = experiment.passes } = options;
  const layers = unetLayers(experiment);
  const held: unknown[] = [];
  try {
    const weights = await loadWeights(runs, hash, "best");
    held.push(weights);
    const { image, mask } = imageBatch(data.dataset, [data.split[part][position]]);
    held.push(image, mask);
    const features = tf.tidy(() => encode(layers, weights, image, { batchNorm: "running" }));
    held.push(features);
    const maps: Float32Array[] = [];
    for (let pass = 0; pass < passes; pass++) {
      const seeds = dropoutSeeds(experiment.seed, "inspection", "pass", pass);
      const probability = tf.tidy(() => {
        const dropout = { rate: experiment.dropoutRate, ...seeds };
        return lesionProbability(decode(layers, weights, features, { batchNorm: "running", dropout }));
      });
      held.push(seeds, probability);
      maps.push(await probability.data<"float32">());
    }
    return maps;
  } finally {
    disposeTree(held);
  }
}
