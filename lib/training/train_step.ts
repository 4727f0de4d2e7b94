/**
 * One training step: augmentation, forward pass, loss, gradients, Adam, running averages, as one captured function.
 *
 * @module
 */
import { capture, type CapturedFunction, type CaptureOptions } from "../backend/capture.ts";
import { tf } from "../backend/tf.ts";
import { augment, type AugmentationTensors } from "../data/augment.ts";
import type { LossFunction } from "../loss/losses.ts";
import { updateRunningStatistics } from "../model/batch_norm.ts";
import type { DropoutSeeds } from "../model/dropout.ts";
import { forward, lesionProbability } from "../model/unet.ts";
import type { UNetLayers } from "../model/unet_layers.ts";
import type { NamedTensors, UNetWeights } from "../model/unet_weights.ts";
import { type AdamState, adamStep } from "./adam.ts";
import type { Experiment } from "../experiment/experiment.ts";

/** What training changes: weights and the optimiser's memory. */
export interface TrainState {
  /** What the network has learnt. */
  readonly weights: UNetWeights;
  /** Adam's memory. */
  readonly optimizer: AdamState;
}

/** One batch on the device. */
export interface TrainBatch {
  /** `[batch, height, width, 3]` in [0, 1] */
  readonly image: tf.Tensor4D;
  /** `[batch, height, width]`, 0 or 1 */
  readonly mask: tf.Tensor3D;
  /** ε of every image, `[batch]` */
  readonly epsilon: tf.Tensor1D;
  /** κ of the t-vMF Dice loss, the same for every image, `[batch]` */
  readonly kappa: tf.Tensor1D;
  /** What augmentation does to each image; absent: nothing. */
  readonly augmentation?: AugmentationTensors;
  readonly dropout: DropoutSeeds;
}

/** The state after a step, each image's loss before it, and whether the state can be trained on. */
export interface TrainStepResult {
  /** The state after the step. */
  readonly state: TrainState;
  /** `[batch]` */
  readonly losses: tf.Tensor1D;
  /**
   * Σ v, Adam's second moments after the step, scalar. They are running means of g², so the sum is finite if and only if
   * every gradient has been, and its square too: one number tells of all of them.
   */
  readonly secondMomentSum: tf.Scalar;
}

/**
 * Factor of the loss while gradients are computed in float16, whose smallest number is 6e-8; a power of two, so that it
 * changes no digit. Losses here are a few units at most (PolyDice-1 2.5 at ε = 0.5, t-vMF 4; of Focal a pixel 85) and their
 * gradients by pixel far below, so the scaled ones stay finite, and a fixed factor does.
 */
const FLOAT16_LOSS_SCALE = 2 ** 10;

/** A training step: `({ state, batch }) → { state, losses, secondMomentSum }`. The old state stays; dispose it. */
export type TrainStep = CapturedFunction<{ state: TrainState; batch: TrainBatch }, TrainStepResult>;

/**
 * The training step of an experiment: θ ← Adam(θ, ∇ mean over the batch of L(ŷ, y, ε)) (Algorithm 1, line 15), with
 * dropout on and batch norm on the batch's own statistics.
 */
export function createTrainStep(
  layers: UNetLayers,
  loss: LossFunction,
  options: Pick<Experiment, "learningRate" | "dropoutRate"> & CaptureOptions,
): TrainStep {
  const { learningRate, dropoutRate, precision, compile, eager } = options;
  const lossScale = precision === "float16" ? FLOAT16_LOSS_SCALE : 1;
  function trainStep({ state, batch }: { state: TrainState; batch: TrainBatch }): TrainStepResult {
    const { weights, optimizer } = state;
    const { image, mask } = batch.augmentation ? augment(batch.image, batch.mask, batch.augmentation) : batch;
    const batchStatistics: NamedTensors = {};
    let losses: tf.Tensor1D | undefined;
    const names = Object.keys(weights.trainable);
    const batchLoss = (...parameters: tf.Tensor[]) => {
      const trainable = Object.fromEntries(names.map((name, index) => [name, parameters[index]]));
      const logits = forward(layers, { ...weights, trainable }, image, {
        batchNorm: { batchStatistics },
        dropout: { rate: dropoutRate, ...batch.dropout },
      });
      losses = tf.keep(loss(lesionProbability(logits), mask, batch.epsilon, batch.kappa));
      const meanLoss = tf.mean<tf.Scalar>(losses);
      return lossScale === 1 ? meanLoss : tf.mul<tf.Scalar>(meanLoss, lossScale);
    };
    const { grads } = differentiate(batchLoss, Object.values(weights.trainable), () => [losses, batchStatistics]);
    const gradients = Object.fromEntries(
      names.map((name, index) => [name, lossScale === 1 ? grads[index] : tf.div(grads[index], lossScale)]),
    );
    const { parameters, state: nextOptimizer } = adamStep(weights.trainable, gradients, optimizer, { learningRate });
    const statistics = updateRunningStatistics(weights.statistics, batchStatistics);
    const keptLosses = losses!;
    const result = tf.clone(keptLosses);
    tf.dispose([keptLosses, ...Object.values(batchStatistics)]);
    const secondMomentSum = tf.addN(Object.values(nextOptimizer.secondMoment).map((v) => tf.sum(v))) as tf.Scalar;
    const nextState = { weights: { trainable: parameters, statistics }, optimizer: nextOptimizer };
    return { state: nextState, losses: result, secondMomentSum };
  }
  return capture(trainStep, { precision, compile, eager });
}

/** `tf.valueAndGrads`, which frees what it keeps for the way back, and what `f` has kept, also where `f` fails. */
function differentiate(
  f: (...parameters: tf.Tensor[]) => tf.Scalar,
  parameters: tf.Tensor[],
  kept: () => tf.TensorContainer[],
): { grads: tf.Tensor[] } {
  try {
    return tf.valueAndGrads(f)(parameters);
  } catch (error) {
    const { activeTape } = tf.engine().state;
    tf.dispose([...(activeTape ?? []).flatMap(({ saved }) => saved ?? []), ...kept()]);
    throw error;
  }
}

/** Which step it was, for the message; epoch and step from 1. */
export interface StepPlace {
  readonly epoch: number;
  readonly step: number;
  /** Ids of the batch's images, in order. */
  readonly ids: readonly string[];
}

/**
 * The losses of a step's images, `[batch]`; frees what they are read from.
 *
 * @throws {Error} When a loss or a gradient is not finite: with epoch, step and the ids of the images.
 */
export async function readLosses(
  { losses, secondMomentSum }: Pick<TrainStepResult, "losses" | "secondMomentSum">,
  { epoch, step, ids }: StepPlace,
): Promise<number[]> {
  let values: number[], sum: number;
  try {
    values = [...await losses.data()];
    [sum] = await secondMomentSum.data();
  } finally {
    tf.dispose([losses, secondMomentSum]);
  }
  const bad = ids.filter((_, index) => !Number.isFinite(values[index]));
  if (bad.length === 0 && Number.isFinite(sum)) return values;
  const what = bad.length > 0 ? `the loss of ${bad.join(", ")}` : `the gradient of the batch ${ids.join(", ")}`;
  throw new Error(
    `Cannot go on training: ${what} is not finite in epoch ${epoch}, step ${step}. ` +
      "Try a smaller learning rate, and look at these images and masks.",
  );
}
