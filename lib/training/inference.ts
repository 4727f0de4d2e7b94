/**
 * What a trained network is asked: probabilities, and the uncertainty of its stochastic passes, batch by batch.
 *
 * @module
 */
import { after } from "../backend/after.ts";
import { capture, type CapturedFunction } from "../backend/capture.ts";
import { seedTensor } from "../backend/stateless_uniform.ts";
import { disposeTree } from "../backend/tensor_tree.ts";
import { tf } from "../backend/tf.ts";
import { batchIndices, gatherBatch } from "../data/batches.ts";
import type { SegmentationDataset } from "../data/segmentation_dataset.ts";
import { type DropoutSeeds, prepareStochasticDecoder } from "../model/stochastic_decoder.ts";
import { encode, forward, lesionProbability } from "../model/unet.ts";
import type { UNetLayers } from "../model/unet_layers.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import { diceLoss } from "../loss/dice_loss.ts";
import { deriveSeed, type StreamLabel } from "../random/random_stream.ts";
import { imageDifficulty } from "../uncertainty/image_difficulty.ts";
import { type McDropoutMaps, mcDropoutMaps } from "../uncertainty/mc_dropout.ts";
import type { Experiment } from "./experiment.ts";

/** Images that a network is applied to. */
export interface ImageSelection {
  readonly dataset: SegmentationDataset;
  /** Which images, by index; the results are in this order. */
  readonly indices: readonly number[];
  readonly batchSize: number;
}

/** A captured network, to be disposed when it is no longer needed. */
export type Predict = CapturedFunction<{ weights: UNetWeights; image: tf.Tensor4D }, tf.Tensor3D>;

/** The network in evaluation: batch norm with running averages, no dropout. */
export function createPredict(layers: UNetLayers): Predict {
  return capture(
    ({ weights, image }) => lesionProbability(forward(layers, weights, image, { batchNorm: "running" })),
    { name: "predict" },
  );
}

/**
 * ŷ of images, [count, size, size] flat.
 *
 * @param predict What {@linkcode createPredict} made.
 */
export async function predictProbabilities(
  predict: Predict,
  weights: UNetWeights,
  selection: ImageSelection,
): Promise<Float32Array> {
  const pixels = selection.dataset.size ** 2;
  const result = new Float32Array(selection.indices.length * pixels);
  let offset = 0;
  for (const indices of batchIndices(selection.indices, selection.batchSize)) {
    const { image, mask } = batchTensors(selection.dataset, indices);
    const probability = predict({ weights, image });
    result.set(await probability.data(), offset);
    tf.dispose([image, mask, probability]);
    offset += indices.length * pixels;
  }
  return result;
}

/** N stochastic passes. */
export interface McDropoutSettings {
  readonly passes: number;
  /** p */
  readonly rate: number;
  readonly seed: number;
  /** What the passes are for, such as `["mc", epoch]`: names the streams of their masks. */
  readonly labels: readonly StreamLabel[];
}

/** The maps of one batch, `[batch, height, width]` each, and D of every image, `[batch]`. */
export interface UncertaintyBatch extends McDropoutMaps {
  readonly difficulty: tf.Tensor1D;
}

/** A captured network with its stochastic passes. */
export type EstimateUncertainty = CapturedFunction<
  { weights: UNetWeights; image: tf.Tensor4D; mask: tf.Tensor3D; seeds: DropoutSeeds[] },
  UncertaintyBatch
>;

/** What D of an image is, from the maps of its passes: eq. 8, and what else is tried in its place. */
const DIFFICULTIES: Readonly<
  Record<Experiment["difficulty"], (maps: McDropoutMaps, mask: tf.Tensor3D) => tf.Tensor1D>
> = {
  "mutual-information": ({ mutualInformation }, mask) => imageDifficulty(mutualInformation, mask),
  "entropy": ({ predictiveEntropy }, mask) => imageDifficulty(predictiveEntropy, mask),
  "loss": ({ mean }, mask) => diceLoss(mean, mask),
};

/**
 * Stochastic passes that are computed side by side. Two take as long as all at once, since one's small operations fill the
 * gaps of the other; every further one holds its masks and maps in memory.
 */
const PASSES_AT_ONCE = 2;

/**
 * MC Dropout over the network (eqs. 6 to 8): batch norm with running averages, weights fixed, dropout on. What does not
 * depend on the dropout masks is the same in every pass and is computed once.
 *
 * @param difficulty What D is; default: the mean mutual information over the lesion (eq. 8).
 */
export function createEstimateUncertainty(
  layers: UNetLayers,
  rate: number,
  difficulty: Experiment["difficulty"] = "mutual-information",
): EstimateUncertainty {
  return capture(({ weights, image, mask, seeds }) => {
    const features = encode(layers, weights, image, { batchNorm: "running" });
    const decode = prepareStochasticDecoder(layers, weights, features, rate);
    const finished: tf.Tensor[] = [];
    const pass = ({ encoderSeed, decoderSeed }: DropoutSeeds) => {
      const earlier = finished.at(-PASSES_AT_ONCE);
      const since = (seed: tf.Tensor1D) => earlier ? after(seed, earlier) : seed;
      const probability = decode({ encoderSeed: since(encoderSeed), decoderSeed: since(decoderSeed) });
      finished.push(probability);
      return probability;
    };
    const maps = mcDropoutMaps((index) => pass(seeds[index]), seeds.length);
    return { ...maps, difficulty: DIFFICULTIES[difficulty](maps, mask) };
  }, { name: "estimateUncertainty", orderedSums: true }); // a resumed training repeats its ε to the bit
}

/**
 * Applies the stochastic passes to images, batch by batch.
 *
 * @param visit Takes the maps and difficulties of a batch and the indices of its images; the tensors are freed after.
 */
export async function estimateUncertainty(
  estimate: EstimateUncertainty,
  weights: UNetWeights,
  selection: ImageSelection,
  settings: McDropoutSettings,
  visit: (batch: UncertaintyBatch, indices: readonly number[]) => Promise<void>,
): Promise<void> {
  for (const [number, indices] of batchIndices(selection.indices, selection.batchSize).entries()) {
    const { image, mask } = batchTensors(selection.dataset, indices);
    const seeds = Array.from({ length: settings.passes }, (_, pass) => {
      const labels = [...settings.labels, "batch", number, "pass", pass];
      return dropoutSeeds(settings.seed, ...labels);
    });
    const batch = estimate({ weights, image, mask, seeds });
    await visit(batch, indices);
    disposeTree([image, mask, seeds, batch]);
  }
}

/** D of images (eq. 8), in the order of the selection. */
export async function estimateDifficulties(
  estimate: EstimateUncertainty,
  weights: UNetWeights,
  selection: ImageSelection,
  settings: McDropoutSettings,
): Promise<number[]> {
  const difficulties: number[] = [];
  await estimateUncertainty(estimate, weights, selection, settings, async ({ difficulty }) => {
    difficulties.push(...await difficulty.data());
  });
  return difficulties;
}

/** Seeds of the network's two dropouts, from the stream with these labels. */
export function dropoutSeeds(seed: number, ...labels: StreamLabel[]): DropoutSeeds {
  const site = (name: string) => seedTensor(deriveSeed(seed, ...labels, name, 0), deriveSeed(seed, ...labels, name, 1));
  return { encoderSeed: site("encoder"), decoderSeed: site("decoder") };
}

/** Images and masks with these indices as tensors, `[batch, size, size, 3]` in [0, 1] and `[batch, size, size]`. */
export function batchTensors(
  dataset: SegmentationDataset,
  indices: readonly number[],
): { image: tf.Tensor4D; mask: tf.Tensor3D } {
  const { size } = dataset;
  const { image, mask } = gatherBatch(dataset, indices);
  return {
    image: tf.tensor4d(image, [indices.length, size, size, 3]),
    mask: tf.tensor3d(mask, [indices.length, size, size]),
  };
}
