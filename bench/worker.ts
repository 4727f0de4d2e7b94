/**
 * Our side of `deno task bench`: reads one JSON request a line, writes one JSON answer a line. See messages.ts.
 *
 * With `--write FILE BASE_WIDTH IMAGE_SIZE IMAGES` it writes the inputs that both sides read instead.
 *
 * @module
 */
import process from "node:process";
import { capture } from "../lib/backend/capture.ts";
import type { OperationTime } from "../lib/backend/tensorflow/operation_times.ts";
import { disposeTree } from "../lib/backend/tensor_tree.ts";
import { tf } from "../lib/backend/tf.ts";
import { useBackend } from "../lib/backend/use_backend.ts";
import { imageBatch } from "../lib/data/batches.ts";
import { type SegmentationDataset, segmentationDataset } from "../lib/data/segmentation_dataset.ts";
import { syntheticDataset } from "../lib/data/synthetic/dataset.ts";
import { polyDice1Loss } from "../lib/loss/polydice_loss.ts";
import { dropoutSeeds } from "../lib/model/dropout.ts";
import { decodeSafetensors, encodeSafetensors } from "../lib/model/safetensors.ts";
import { forward, lesionProbability } from "../lib/model/unet.ts";
import { unetLayers } from "../lib/model/unet_layers.ts";
import { initializeWeights, type NamedTensors, type UNetWeights } from "../lib/model/unet_weights.ts";
import { mean } from "../lib/statistics/mean.ts";
import { initializeAdam } from "../lib/training/adam.ts";
import { createEstimateUncertainty, measureDifficulties } from "../lib/training/estimate_uncertainty.ts";
import { createTrainStep } from "../lib/training/train_step.ts";
import { textLines, writeToStdout } from "../lib/text/text_lines.ts";
import type { Compared, Ready, Request, Usage, WorkSettings } from "./messages.ts";

let inputs: Inputs | undefined;
let work: PreparedWork | undefined;

async function serve(request: Request): Promise<object> {
  switch (request.operation) {
    case "load":
      inputs = await readInputs(request.inputs);
      return {};
    case "prepare": {
      const start = performance.now();
      work = prepareWork(loaded(), request);
      return { milliseconds: performance.now() - start };
    }
    case "run":
      if (!work) throw new Error("Cannot run: nothing is prepared");
      return await repeat(work.runOnce, request.count);
    case "compare":
      return await compareWork(loaded(), request, request.steps);
    case "trace":
      if (!work?.trace) throw new Error("Cannot trace: no training is prepared");
      return { operations: work.trace(request.count) };
    case "usage":
      return {};
    case "peak":
      return await withPeakArithmetic(request, (runOnce) => repeat(runOnce, request.count));
  }
}

/** The inputs, for one use: training changes the weights. */
function loaded(): Inputs {
  if (!inputs) throw new Error("Cannot prepare: no inputs are loaded");
  const taken = inputs;
  inputs = undefined;
  return taken;
}

async function repeat(runOnce: RunOnce, count: number): Promise<{ milliseconds: number[]; value: number }> {
  const milliseconds: number[] = [];
  let value = 0;
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    value = await runOnce();
    milliseconds.push(performance.now() - start);
  }
  return { milliseconds, value };
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { processorSeconds: (userCPUTime + systemCPUTime) / 1e6, peakBytes: 1024 * maxRSS };
}

function answer(message: object): void {
  writeToStdout(JSON.stringify({ ...message, usage: usage() }) + "\n");
}

async function main(): Promise<void> {
  const { version, device } = await useBackend();
  const ready: Ready = { framework: `TensorFlow ${version}`, device };
  answer({ ok: true, ...ready });
  for await (const line of textLines(Deno.stdin.readable)) {
    try {
      answer({ ok: true, ...await serve(JSON.parse(line)) });
    } catch (error) {
      answer({ ok: false, error: (error as Error).message });
    }
  }
}

/** Seed of images, weights and dropout masks. */
const SEED = 1;
/** Epsilons of the images, in turn: all that the controller gives lie in [0, 0.5]. */
const EPSILONS = [0, 0.125, 0.25, 0.5];
/** What the weights' names begin with in the file. */
const WEIGHTS = "weights.";

/** What a worker computes with. */
export interface Inputs {
  readonly dataset: SegmentationDataset;
  /** ε of every image. */
  readonly epsilon: readonly number[];
  readonly weights: UNetWeights;
}

/** The size of what is written. */
export interface InputsSize {
  readonly baseWidth: number;
  readonly imageSize: number;
  readonly images: number;
}

/** Writes images `[count, size, size, 3]` in [0, 1], masks `[count, size, size]`, epsilons `[count]` and weights. */
export async function writeInputs(
  path: string,
  { baseWidth, imageSize: size, images: count }: InputsSize,
): Promise<void> {
  const { images, masks } = syntheticDataset({ count, size, seed: SEED });
  const weights = initializeWeights({ baseWidth }, SEED);
  const named = Object.entries({ ...weights.trainable, ...weights.statistics });
  const tensors: NamedTensors = {
    images: tf.tensor(Float32Array.from(images, (value) => value / 255), [count, size, size, 3]),
    masks: tf.tensor(Float32Array.from(masks), [count, size, size]),
    epsilon: tf.tensor1d(Array.from({ length: count }, (_, image) => EPSILONS[image % EPSILONS.length])),
    ...Object.fromEntries(named.map(([name, tensor]) => [WEIGHTS + name, tensor])),
  };
  await Deno.writeFile(path, await encodeSafetensors(tensors));
  disposeTree(tensors);
}

/** Reads what {@linkcode writeInputs} wrote. */
export async function readInputs(path: string): Promise<Inputs> {
  const { tensors } = decodeSafetensors(await Deno.readFile(path));
  const { images, masks, epsilon, ...named } = tensors;
  const [count, size] = images.shape;
  const dataset = segmentationDataset({
    name: "synthetic",
    size,
    ids: Array.from({ length: count }, (_, image) => String(image)),
    images: Uint8Array.from(await images.data(), (value) => Math.round(255 * value)),
    masks: Uint8Array.from(await masks.data()),
  });
  const trainable: NamedTensors = {}, statistics: NamedTensors = {};
  for (const [prefixed, tensor] of Object.entries(named)) {
    const name = prefixed.slice(WEIGHTS.length);
    (/\.running_(mean|var)$/.test(name) ? statistics : trainable)[name] = tensor;
  }
  const inputs = { dataset, epsilon: [...await epsilon.data()], weights: { trainable, statistics } };
  tf.dispose([images, masks, epsilon]);
  return inputs;
}

/** Adam's step size. */
const LEARNING_RATE = 1e-3;

/** Does the work once and returns what it computed: the batch's loss, or the mean difficulty. */
export type RunOnce = () => Promise<number>;

/** Work that is ready to be done. */
export interface PreparedWork {
  readonly runOnce: RunOnce;
  /** What the operations of a training step take, as means of so many steps. */
  trace?(count: number): OperationTime[];
}

/** Prepares work; the inputs' weights are used up. */
export function prepareWork(inputs: Inputs, settings: WorkSettings): PreparedWork {
  return settings.work === "train"
    ? prepareTraining(inputs, settings)
    : { runOnce: prepareDifficulty(inputs, settings) };
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
  const tensors = {
    ...imageBatch(dataset, indices),
    epsilon: tf.tensor1d(epsilon.slice(0, batch)),
    kappa: tf.zeros<tf.Rank.R1>([batch]),
  };
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
  const trace = (count: number) => {
    const dropout = dropoutSeeds(SEED, "dropout", step);
    return trainStep.operationTimes({ state: training.state, batch: { ...tensors, dropout } }, count);
  };
  return { runOnce, trace, training, image: tensors.image };
}

/** The difficulty of every image of the data set (eqs. 6 to 8). */
function prepareDifficulty({ dataset, weights }: Inputs, settings: WorkSettings): RunOnce {
  const { images, batch: batchSize, passes, dropoutRate: rate, precision } = settings;
  const estimate = capture(createEstimateUncertainty(unetLayers(settings), rate), { name: "difficulty", precision });
  const indices = Array.from({ length: images }, (_, image) => image);
  let run = 0;
  return async () => {
    const mc = { count: passes, seed: SEED, labels: ["mc", run++] };
    return mean((await measureDifficulties(estimate, weights, { dataset, indices, batchSize }, mc)).difficulties);
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
  const probability = tf.tidy(() =>
    lesionProbability(forward(unetLayers(settings), training.state.weights, image, { batchNorm: "running" }))
  );
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

if (Deno.args[0] === "--write") {
  const [, path, baseWidth, imageSize, images] = Deno.args;
  await useBackend();
  await writeInputs(path, { baseWidth: Number(baseWidth), imageSize: Number(imageSize), images: Number(images) });
} else {
  await main();
}
Deno.exit(0);
