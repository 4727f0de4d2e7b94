/**
 * MC Dropout over a network: the maps of its stochastic passes, and what they say of each image's difficulty.
 *
 * @module
 */
import { after } from "../backend/after.ts";
import { capture, type CapturedFunction } from "../backend/capture.ts";
import { disposeTree } from "../backend/tensor_tree.ts";
import { tf } from "../backend/tf.ts";
import { batchIndices, imageBatch, type ImageSelection } from "../data/batches.ts";
import type { DifficultySignal } from "../experiment/experiment.ts";
import { diceLoss } from "../loss/dice_loss.ts";
import { type DropoutSeeds, dropoutSeeds } from "../model/dropout.ts";
import { prepareStochasticDecoder, type StochasticDecoder } from "../model/stochastic_decoder.ts";
import { encode } from "../model/unet.ts";
import type { UNetLayers } from "../model/unet_layers.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import type { StreamLabel } from "../random/random_stream.ts";
import { imageDifficulty } from "../uncertainty/image_difficulty.ts";
import { type McDropoutMaps, mcDropoutMaps } from "../uncertainty/mc_dropout.ts";

/** N stochastic passes. */
export interface StochasticPasses {
  /** N */
  readonly count: number;
  readonly seed: number;
  /** What the passes are for, such as `["mc", epoch]`: names the streams of their masks. */
  readonly labels: readonly StreamLabel[];
}

/** A signal that passes give; the oracle's comes with the images. */
export type MeasuredSignal = Exclude<DifficultySignal, "oracle">;

/** All signals that passes give. */
export const MEASURED_SIGNALS: readonly MeasuredSignal[] = [
  "mutual-information",
  "entropy",
  "image-entropy",
  "bottleneck-information",
  "disagreement",
  "loss",
];

/** What the passes say of a batch. */
export interface UncertaintyBatch extends McDropoutMaps {
  /** Each signal that is asked for, `[batch]`. */
  readonly signals: Readonly<Partial<Record<MeasuredSignal, tf.Tensor1D>>>;
  /** 1 − Dice of ȳ at probability 0.5, `[batch]`. */
  readonly error: tf.Tensor1D;
}

/** A captured network with its stochastic passes. */
export type EstimateUncertainty = CapturedFunction<
  { weights: UNetWeights; image: tf.Tensor4D; mask: tf.Tensor3D; seeds: DropoutSeeds[] },
  UncertaintyBatch
>;

/**
 * Stochastic passes that are computed side by side. Two take as long as all at once, since one's small operations fill the
 * gaps of the other; every further one holds its masks and maps in memory.
 */
const PASSES_AT_ONCE = 2;

/**
 * MC Dropout over the network (eqs. 6 to 8): batch norm with running averages, weights fixed, dropout on. What does not
 * depend on the dropout masks is the same in every pass and is computed once.
 *
 * @param rate p
 * @param signals What is told of each image. Default: the thesis' D.
 */
export function createEstimateUncertainty(
  layers: UNetLayers,
  rate: number,
  signals: readonly MeasuredSignal[] = ["mutual-information"],
): EstimateUncertainty {
  return capture(({ weights, image, mask, seeds }) => {
    const features = encode(layers, weights, image, { batchNorm: "running" });
    const passes = passesOf(prepareStochasticDecoder(layers, weights, features, rate), seeds);
    const maps = mcDropoutMaps(passes.pass, seeds.length);
    const measure: Readonly<Record<MeasuredSignal, () => tf.Tensor1D>> = {
      "mutual-information": () => imageDifficulty(maps.mutualInformation, mask),
      "entropy": () => imageDifficulty(maps.predictiveEntropy, mask),
      "image-entropy": () => tf.mean<tf.Tensor1D>(maps.predictiveEntropy, [1, 2]),
      "bottleneck-information": () => {
        const decode = prepareStochasticDecoder(layers, weights, features, { encoder: rate, decoder: 0 });
        const { mutualInformation } = mcDropoutMaps(passesOf(decode, seeds).pass, seeds.length);
        return imageDifficulty(mutualInformation, mask);
      },
      "disagreement": () => disagreement(passes.finished),
      "loss": () => diceLoss(maps.mean, mask),
    };
    const told = Object.fromEntries(signals.map((signal) => [signal, measure[signal]()]));
    return { ...maps, signals: told, error: tf.sub<tf.Tensor1D>(1, maskDice(binary(maps.mean), mask)) };
  }, { name: "estimateUncertainty", orderedSums: true }); // a resumed training repeats its ε to the bit
}

/** One signal and 1 − Dice of ȳ of every image, in the order of the selection; no tensor stays, also where it fails. */
export async function measureDifficulties(
  estimate: EstimateUncertainty,
  weights: UNetWeights,
  { dataset, indices, batchSize }: ImageSelection,
  passes: StochasticPasses,
  signal: MeasuredSignal = "mutual-information",
): Promise<{ difficulties: number[]; errors: number[] }> {
  const difficulties: number[] = [], errors: number[] = [];
  for (const [number, batch] of batchIndices(indices, batchSize).entries()) {
    const input = { ...imageBatch(dataset, batch), seeds: passSeeds(passes, number) };
    const held: unknown[] = [input];
    try {
      const told = estimate({ weights, ...input });
      held.push(told);
      difficulties.push(...await told.signals[signal]!.data());
      errors.push(...await told.error.data());
    } finally {
      disposeTree(held);
    }
  }
  return { difficulties, errors };
}

/** The seeds of the passes over one batch; the caller disposes them. */
export function passSeeds({ count, seed, labels }: StochasticPasses, batch: number): DropoutSeeds[] {
  return Array.from({ length: count }, (_, pass) => dropoutSeeds(seed, ...labels, "batch", batch, "pass", pass));
}

function passesOf(
  decode: StochasticDecoder,
  seeds: readonly DropoutSeeds[],
): { pass: (index: number) => tf.Tensor3D; finished: tf.Tensor3D[] } {
  const finished: tf.Tensor3D[] = [];
  const pass = (index: number) => {
    const { encoderSeed, decoderSeed } = seeds[index];
    const earlier = finished.at(-PASSES_AT_ONCE);
    const since = (seed: tf.Tensor1D) => earlier ? after(seed, earlier) : seed;
    const probability = decode({ encoderSeed: since(encoderSeed), decoderSeed: since(decoderSeed) });
    finished.push(probability);
    return probability;
  };
  return { pass, finished };
}

function binary(probability: tf.Tensor3D): tf.Tensor3D {
  return tf.cast(tf.greater(probability, 0.5), "float32");
}

/** Dice of two binary masks of each image, `[batch]`; 1 where both are empty. */
function maskDice(first: tf.Tensor3D, second: tf.Tensor3D): tf.Tensor1D {
  const shared = tf.sum<tf.Tensor1D>(tf.mul(first, second), [1, 2]);
  const sizes = tf.add<tf.Tensor1D>(tf.sum(first, [1, 2]), tf.sum(second, [1, 2]));
  return tf.where(tf.greater(sizes, 0), tf.div(tf.mul(2, shared), tf.maximum(sizes, 1)), tf.onesLike(sizes));
}

/** 1 − mean Dice over all pairs of passes (at probability 0.5), `[batch]`; 0 for one pass. */
function disagreement(samples: readonly tf.Tensor3D[]): tf.Tensor1D {
  const masks = samples.map(binary);
  const pairs = masks.flatMap((first, index) => masks.slice(index + 1).map((second) => maskDice(first, second)));
  if (pairs.length === 0) return tf.zeros<tf.Rank.R1>([samples[0].shape[0]]);
  return tf.sub<tf.Tensor1D>(1, tf.div(tf.addN(pairs), pairs.length));
}
