import "../backend.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import type { LossFunction } from "../../lib/loss/losses.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { dropoutSeeds } from "../../lib/model/dropout.ts";
import { createTrainStep, readLosses } from "../../lib/training/train_step.ts";
import { dataset } from "./small_run.ts";

const place = { epoch: 2, step: 5, ids: ["first", "second"] };

/** 0 for every image, with a slope of √0, which no number is. */
const flatLossWithInfiniteSlope: LossFunction = (prediction) =>
  tf.tidy(() => tf.sum<tf.Tensor1D>(tf.sqrt(tf.mul(prediction, 0)), [1, 2]));

/** What a step with a loss leaves for the guard; the state is freed. */
async function stepWith(loss: LossFunction) {
  const options = { baseWidth: 2, depth: 1 };
  const weights = initializeWeights(options, 1);
  const step = createTrainStep(unetLayers(options), loss, { learningRate: 1e-3, dropoutRate: 0.5 });
  const state = { weights, optimizer: initializeAdam(weights.trainable) };
  const batch = {
    ...imageBatch(dataset, [0, 1]),
    epsilon: tf.zeros<tf.Rank.R1>([2]),
    kappa: tf.zeros<tf.Rank.R1>([2]),
    dropout: dropoutSeeds(1, 1),
  };
  const { state: next, ...result } = await step.start({ state, batch });
  disposeTree([state, batch, next]);
  return result;
}

Deno.test("readLosses() returns each image's loss and frees what they are read from", async () => {
  const before = tf.memory().numTensors;
  assertEquals(await readLosses({ losses: tf.tensor1d([0.25, 0.5]), secondMomentSum: tf.scalar(1) }, place), [
    0.25,
    0.5,
  ]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("readLosses() names the images whose loss is not finite, and only those", async () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const error = await assertRejects(
      () => readLosses({ losses: tf.tensor1d([0.5, bad]), secondMomentSum: tf.scalar(NaN) }, place),
      Error,
    );
    assertEquals(
      (error as Error).message,
      "Cannot go on training: the loss of second is not finite in epoch 2, step 5. " +
        "Try a smaller learning rate, and look at these images and masks.",
    );
  }
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
