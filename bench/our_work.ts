/**
 * Our side's work, by the same functions of lib that training and MC Dropout use.
 *
 * @module
 */
import { capture } from "../lib/backend/capture.ts";
import { disposeTree } from "../lib/backend/tensor_tree.ts";
import { tf } from "../lib/backend/tf.ts";
import { polyDice1Loss } from "../lib/loss/polydice_loss.ts";
import { unetLayers } from "../lib/model/unet_layers.ts";
import { initializeAdam } from "../lib/training/adam.ts";
import {
  batchTensors,
  createEstimateUncertainty,
  createPredict,
  dropoutSeeds,
  estimateDifficulties,
} from "../lib/training/inference.ts";
import { createTrainStep } from "../lib/training/train_step.ts";
import { mean } from "../lib/statistics/mean.ts";
import type { Inputs } from "./inputs.ts";
import type { Compared, Request, WorkSettings } from "./messages.ts";

/** Adam's step size. */
const LEARNING_RATE = 1e-3;
const SEED = 1;

/** Does the work once and returns what it computed: the batch's loss, or the mean difficulty. */
export type RunOnce = () => Promise<number>;

/** Prepares work; the inputs' weights are used up. */
export function prepareWork(inputs: Inputs, settings: WorkSettings): RunOnce {
  return settings.work === "train" ? prepareTraining(inputs, settings).runOnce : prepareDifficulty(inputs, settings);
}

/** Training steps on one batch, as lib/training/train.ts takes them, without augmentation. */
function prepareTraining({ dataset, epsilon, weights }: Inputs, settings: WorkSettings) {
  const { batch, dropoutRate, precision } = settings;
  const trainStep = createTrainStep(unetLayers(settings), polyDice1Loss, {
    learningRate: LEARNING_RATE,
    dropoutRate,
    precision,
  });
  const indices = Array.from({ length: batch }, (_, image) => image);
  const tensors = { ...batchTensors(dataset, indices), epsilon: tf.tensor1d(epsilon.slice(0, batch)) };
  const training = { state: { weights, optimizer: initializeAdam(weights.trainable) }, losses: [] as number[] };
  let step = 0;
  async function runOnce(): Promise<number> {
    const dropout = dropoutSeeds(SEED, "dropout", step++);
    const { state, losses } = trainStep({ state: training.state, batch: { ...tensors, dropout } });
    training.losses = [...await losses.data()];
    disposeTree([dropout, training.state, losses]);
    training.state = state;
    return mean(training.losses);
  }
  return { runOnce, training, image: tensors.image };
}

/** The difficulty of every image of the data set (eqs. 6 to 8). */
function prepareDifficulty({ dataset, weights }: Inputs, settings: WorkSettings): RunOnce {
  const { images, batch: batchSize, passes, dropoutRate: rate, precision } = settings;
  const estimate = capture(createEstimateUncertainty(unetLayers(settings), rate), { name: "difficulty", precision });
  const indices = Array.from({ length: images }, (_, image) => image);
  let run = 0;
  return async () => {
    const mc = { passes, rate, seed: SEED, labels: ["mc", run++] };
    return mean(await estimateDifficulties(estimate, weights, { dataset, indices, batchSize }, mc));
  };
}

/** Losses of training steps without dropout, then probabilities in evaluation: for comparison with PyTorch's. */
export async function compareWork(inputs: Inputs, settings: WorkSettings, steps: number): Promise<Compared> {
  const { runOnce, training, image } = prepareTraining(inputs, settings);
  const losses: number[][] = [];
  for (let step = 0; step < steps; step++) {
    await runOnce();
    losses.push(training.losses);
  }
  const probability = createPredict(unetLayers(settings))({ weights: training.state.weights, image });
  return { losses, probabilities: [...await probability.data()] };
}

/** Large arithmetic of one kind, made ready for a function and freed after it. */
export async function withPeakArithmetic<T>(
  { kind, size, image, kernel, precision }: Extract<Request, { operation: "peak" }>,
  use: (runOnce: RunOnce) => Promise<T>,
): Promise<T> {
  const shapes = kind === "product" ? [[size, size], [size, size]] : [image, kernel];
  const [a, b] = shapes.map((shape) => tf.fill([...shape], 0.5));
  const compute = capture(({ a, b }: { a: tf.Tensor; b: tf.Tensor }) => {
    const result = kind === "product"
      ? tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)
      : tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, "same");
    return tf.slice(tf.reshape(result, [-1]), [0], [1]);
  }, { name: kind, precision });
  try {
    return await use(async () => {
      const corner = compute({ a, b });
      const [value] = await corner.data();
      corner.dispose();
      return value;
    });
  } finally {
    compute.dispose();
    tf.dispose([a, b]);
  }
}
