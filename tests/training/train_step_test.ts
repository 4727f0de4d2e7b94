import { backend } from "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { capture, type Precision } from "../../lib/backend/capture.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { splitDataset } from "../../lib/data/split.ts";
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { LOSS_NAMES, LOSSES, type LossFunction } from "../../lib/loss/losses.ts";
import { polyDice1Loss } from "../../lib/loss/polydice_loss.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { adamStep, initializeAdam } from "../../lib/training/adam.ts";
import { train } from "../../lib/training/train.ts";
import { createTrainStep, readLosses, type TrainStep } from "../../lib/training/train_step.ts";
import { firstState, smallBatch, smallExperiment } from "./small_run.ts";

const SIZE = { baseWidth: 4, depth: 2 };
const LAYERS = unetLayers(SIZE);
const ignore = backend.name !== "tensorflow";

Deno.test("a training step gives the same captured and eager, to float32 rounding, with every loss", { ignore }, () => {
  for (const loss of LOSS_NAMES) {
    const [captured, eager] = [false, true].map((eager) => lossesOf(createStep({ loss }, eager), [0, 1, 2, 3], 3));
    // Four losses a step: before the first step rounding only; later Adam, which divides by each gradient's own size,
    // has magnified the rounding of the smallest ones.
    captured.forEach((value, index) => assertAlmostEquals(value, eager[index], index < 4 ? 2e-6 : 1e-3, loss));
  }
});

for (const loss of LOSS_NAMES) {
  Deno.test(`60 steps with the ${loss} loss overfit one image`, () => {
    const values = lossesOf(createStep({ loss, dropoutRate: 0, learningRate: 0.02 }), [1], 60);
    const [first, last] = [values[0], Math.min(...values.slice(-5))];
    assert(last < 0.35 * first, `the loss went from ${first} to ${last}`);
  });
}

function createStep(options: Partial<Experiment>, eager = false): TrainStep {
  const { loss = "dice", dropoutRate = 0.5, learningRate = 1e-3 } = options;
  return createTrainStep(LAYERS, LOSSES[loss].make({ focalGamma: 2 }), { dropoutRate, learningRate, eager });
}

/** The losses of these images in so many steps. */
function lossesOf(step: TrainStep, images: readonly number[], steps: number): number[] {
  let state = firstState(SIZE);
  const values: number[] = [];
  for (let count = 0; count < steps; count++) {
    const batch = smallBatch(images, count);
    const { state: next, losses, secondMomentSum } = step({ state, batch });
    values.push(...losses.dataSync());
    disposeTree([state, batch, losses, secondMomentSum]);
    state = next;
  }
  disposeTree(state);
  return values;
}

Deno.test("adamStep() moves by the learning rate at the first step, whatever the gradient's size", () => {
  for (const gradient of [1e-3, 5, -200]) {
    const parameters = { x: tf.tensor1d([1]) };
    const { parameters: next } = adamStep(parameters, { x: tf.tensor1d([gradient]) }, initializeAdam(parameters));
    assertAlmostEquals(next.x.dataSync()[0], 1 - 1e-3 * Math.sign(gradient), 1e-6);
  }
});

Deno.test("adamStep() gives what the paper's Algorithm 1 gives in float64 over ten steps", () => {
  const gradients = Array.from({ length: 10 }, (_, index) => Math.sin(index + 1));
  let [x, m, v] = [0.5, 0, 0];
  let parameters: Record<string, tf.Tensor> = { x: tf.tensor1d([x]) };
  let state = initializeAdam(parameters);
  gradients.forEach((gradient, index) => {
    const t = index + 1;
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient ** 2;
    x -= 0.05 * (m / (1 - 0.9 ** t)) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    ({ parameters, state } = adamStep(parameters, { x: tf.tensor1d([gradient]) }, state, { learningRate: 0.05 }));
    assertAlmostEquals(parameters.x.dataSync()[0], x, 1e-5);
  });
});

const place = { epoch: 2, step: 5, ids: ["first", "second"] };

/** 0 for every image, with a slope of √0, which no number is. */
const flatLossWithInfiniteSlope: LossFunction = (prediction) =>
  tf.tidy(() => tf.sum<tf.Tensor1D>(tf.sqrt(tf.mul(prediction, 0)), [1, 2]));

/** What a step with a loss leaves for the guard; the state is freed. */
async function stepWith(loss: LossFunction) {
  const step = createTrainStep(unetLayers(SIZE), loss, { learningRate: 1e-3, dropoutRate: 0.5 });
  const [state, batch] = [firstState(SIZE), smallBatch([0, 1], 1)];
  const { state: next, ...result } = await step.start({ state, batch });
  disposeTree([state, batch, next]);
  return result;
}

const guarded = (losses: number[], sum: number) =>
  readLosses({ losses: tf.tensor1d(losses), secondMomentSum: tf.scalar(sum) }, place);

Deno.test("readLosses() returns each image's loss, names the images whose loss is not finite, and leaves no tensor", async () => {
  const before = tf.memory().numTensors;
  assertEquals(await guarded([0.25, 0.5], 1), [0.25, 0.5]);
  for (const bad of [NaN, Infinity, -Infinity]) {
    const message = "Cannot go on training: the loss of second is not finite in epoch 2, step 5. Try a smaller";
    await assertRejects(() => guarded([0.5, bad], NaN), Error, message);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("readLosses() tells a gradient that is not finite where every loss is", async () => {
  const before = tf.memory().numTensors;
  const result = await stepWith(flatLossWithInfiniteSlope);
  assertEquals([...await result.losses.data()], [0, 0]);
  await assertRejects(
    () => readLosses(result, place),
    Error,
    "the gradient of the batch first, second is not finite in epoch 2, step 5",
  );
  assertEquals(tf.memory().numTensors, before);
});

// Where the device has no instructions for a precision TensorFlow leaves the graph as it is, and the tests hold as well.
const PRECISIONS = ["bfloat16", "float16"] as const;

for (const precision of PRECISIONS) {
  Deno.test(`probabilities stay float32 where the network is captured in ${precision}`, { ignore }, () => {
    const layers = unetLayers({ baseWidth: 8, depth: 2 });
    const weights = initializeWeights({ baseWidth: 8, depth: 2 }, 1);
    const predict = capture(
      (image: tf.Tensor4D) => lesionProbability(forward(layers, weights, image, { batchNorm: "running" })),
      { precision },
    );
    const { image } = imageBatch(syntheticDataset({ count: 2, size: 32, seed: 1 }), [0, 1]);
    const bits = new Uint32Array((predict(image).dataSync() as Float32Array).slice().buffer);
    const cutBits = precision === "bfloat16" ? 0xffff : 0x1fff;
    const short = bits.filter((value) => (value & cutBits) === 0).length;
    assert(short < 0.01 * bits.length, `${short} of ${bits.length} probabilities have 16 bits only`);
  });
}

Deno.test(
  "trainings in bfloat16 and float16 reach a validation Dice within the spread of float32's seeds",
  { ignore },
  async () => {
    const dataset = syntheticDataset({ count: 80, size: 32, seed: 2 });
    const split = splitDataset(dataset, { seed: 0, fractions: { train: 0.6, validation: 0.3, test: 0.1 } });
    const bestDice = async (seed: number, precision: Precision) => {
      const changes = { imageCount: 80, imageSize: 32, baseWidth: 8, depth: 3, epochs: 10, batchSize: 8 };
      const experiment = smallExperiment({ ...changes, seed, precision });
      for await (const event of train(dataset, split, experiment)) {
        if (event.kind !== "trained") continue;
        const { best, last, progress } = event.network;
        disposeTree([best, last]);
        return progress.bestDice;
      }
      throw new Error("no network");
    };
    const float32 = [await bestDice(1, "float32"), await bestDice(2, "float32"), await bestDice(3, "float32")];
    const [lowest, highest] = [Math.min(...float32), Math.max(...float32)];
    const spread = highest - lowest;
    for (const precision of PRECISIONS) {
      const dice = await bestDice(1, precision);
      assert(
        dice >= lowest - spread && dice <= highest + spread,
        `${precision} ${dice.toFixed(3)}, float32 ${float32.map((value) => value.toFixed(3))}`,
      );
    }
  },
);

Deno.test(
  "on a processor the loss scale of float16 changes no bit of a training step",
  { ignore: ignore || backend.device.startsWith("GPU") },
  () => {
    const batch = smallBatch([0, 1], 1, syntheticDataset({ count: 2, size: 32, seed: 1 }));
    const [float32, float16] = (["float32", "float16"] as const).map((precision) => {
      const step = createTrainStep(LAYERS, polyDice1Loss, { learningRate: 1e-3, dropoutRate: 0.5, precision });
      const { state, losses } = step({ state: firstState(SIZE), batch });
      return [losses, ...Object.values(state.weights.trainable)].map((tensor) => tensor.dataSync());
    });
    assertEquals(float16, float32);
  },
);
