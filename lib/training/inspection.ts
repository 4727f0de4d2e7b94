/**
 * Images with what a trained network makes of them: for people to look at.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import { tf } from "../backend/tf.ts";
import { decode, encode, lesionProbability } from "../model/unet.ts";
import { unetLayers } from "../model/unet_layers.ts";
import { createEvaluate, evaluate } from "./evaluate.ts";
import {
  batchTensors,
  createEstimateUncertainty,
  createPredict,
  dropoutSeeds,
  estimateUncertainty,
  predictProbabilities,
} from "./inference.ts";
import type { Run } from "./run.ts";
import { loadWeights } from "./run_store.ts";
import type { Study } from "./study.ts";

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
  readonly weights?: "best" | "last";
  /** N; default: the experiment's. */
  readonly passes?: number;
  /** First images of the part only. */
  readonly count?: number;
}

/** Predictions and uncertainties of a run's network on images of its study. */
export async function inspectImages(
  study: Study,
  run: Run,
  options: InspectionOptions = {},
): Promise<InspectedImage[]> {
  const { dataset, split } = study;
  const { experiment } = run;
  const indices = split[options.part ?? "test"].slice(0, options.count);
  const selection = { dataset, indices, batchSize: experiment.batchSize };
  const weights = await loadWeights(study.runsDirectory, run.hash, options.weights ?? "best");
  const layers = unetLayers(experiment);
  const predict = createPredict(layers);
  const estimate = createEstimateUncertainty(layers, experiment.dropoutRate);
  const pixels = dataset.size ** 2;
  const probabilities = await predictProbabilities(predict, weights, selection);
  const mutualInformation = new Float32Array(probabilities.length);
  const predictiveEntropy = new Float32Array(probabilities.length);
  const difficulties: number[] = [];
  const passes = options.passes ?? experiment.passes;
  const settings = { passes, rate: experiment.dropoutRate, seed: experiment.seed, labels: ["inspection"] };
  await estimateUncertainty(estimate, weights, selection, settings, async (batch) => {
    const offset = difficulties.length * pixels;
    mutualInformation.set(await batch.mutualInformation.data(), offset);
    predictiveEntropy.set(await batch.predictiveEntropy.data(), offset);
    difficulties.push(...await batch.difficulty.data());
  });
  const evaluateBatch = createEvaluate(layers);
  const { dice } = await evaluate(evaluateBatch, weights, selection);
  for (const captured of [predict, estimate, evaluateBatch]) captured.dispose();
  disposeTree(weights);
  return indices.map((index, position) => {
    const map = (values: Float32Array) => values.subarray(position * pixels, (position + 1) * pixels);
    const mask = dataset.masks.subarray(index * pixels, (index + 1) * pixels);
    const probability = map(probabilities);
    return {
      id: dataset.ids[index],
      size: dataset.size,
      image: dataset.images.subarray(3 * index * pixels, 3 * (index + 1) * pixels),
      mask,
      probability,
      mutualInformation: map(mutualInformation),
      predictiveEntropy: map(predictiveEntropy),
      difficulty: difficulties[position],
      dice: dice[position],
      trueDifficulty: dataset.trueDifficulty?.[index],
    };
  });
}

/** ŷⁿ of N stochastic passes for one image of a part of the split, `[size, size]` flat each (eq. 6). */
export async function inspectPasses(
  study: Study,
  run: Run,
  options: { readonly part?: "train" | "validation" | "test"; readonly position?: number; readonly passes?: number } =
    {},
): Promise<Float32Array[]> {
  const { experiment } = run;
  const { part = "test", position = 0, passes = experiment.passes } = options;
  const layers = unetLayers(experiment);
  const weights = await loadWeights(study.runsDirectory, run.hash, "best");
  const { image, mask } = batchTensors(study.dataset, [study.split[part][position]]);
  const features = encode(layers, weights, image, { batchNorm: "running" });
  const maps: Float32Array[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const seeds = dropoutSeeds(experiment.seed, "inspection", "pass", pass);
    const probability = tf.tidy(() => {
      const dropout = { rate: experiment.dropoutRate, ...seeds };
      return lesionProbability(decode(layers, weights, features, { batchNorm: "running", dropout }));
    });
    maps.push(await probability.data<"float32">());
    disposeTree([probability, seeds]);
  }
  disposeTree([weights, features, image, mask]);
  return maps;
}
