import { backend } from "../backend.ts";
import { assert, assertAlmostEquals } from "@std/assert";
import { seedTensor } from "../../lib/backend/stateless_uniform.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { LOSS_NAMES, LOSSES } from "../../lib/loss/losses.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { createTrainStep, type TrainState, type TrainStep } from "../../lib/training/train_step.ts";
import { dataset } from "./small_run.ts";

const LAYERS = unetLayers({ baseWidth: 4, depth: 2 });

for (const loss of LOSS_NAMES) {
  Deno.test(`a training step with the ${loss} loss gives the same captured and eager, to float32 rounding`, {
    ignore: backend.name !== "tensorflow",
  }, () => {
    const results = [false, true].map((eager) => {
      const step = createStep({ loss }, eager);
      let state = initialState();
      const losses: number[] = [];
      for (let count = 0; count < 3; count++) {
        const { next, value } = runStep(step, state, [0, 1, 2, 3], count);
        state = next;
        losses.push(...value);
      }
      disposeTree(state);
      return losses;
    });
    // Four losses a step: before the first step rounding only; later Adam, which divides by each gradient's own size,
    // has magnified the rounding of the smallest ones.
    results[0].forEach((value, index) => assertAlmostEquals(value, results[1][index], index < 4 ? 2e-6 : 1e-3));
  });

  Deno.test(`60 steps with the ${loss} loss overfit one image`, () => {
    const step = createStep({ loss, dropoutRate: 0, learningRate: 0.02 });
    let state = initialState();
    const values: number[] = [];
    for (let count = 0; count < 60; count++) {
      const { next, value } = runStep(step, state, [1], count);
      state = next;
      values.push(value[0]);
    }
    const [first, last] = [values[0], Math.min(...values.slice(-5))];
    assert(last < 0.35 * first, `the loss went from ${first} to ${last}`);
    disposeTree(state);
  });
}

function createStep(options: Partial<Experiment>, eager = false): TrainStep {
  const { loss = "dice", dropoutRate = 0.5, learningRate = 1e-3 } = options;
  return createTrainStep(LAYERS, LOSSES[loss]({ focalGamma: 2 }), {
    dropoutRate,
    learningRate,
    precision: "float32",
    eager,
  });
}

function initialState(): TrainState {
  const weights = initializeWeights({ baseWidth: 4, depth: 2 }, 1);
  return { weights, optimizer: initializeAdam(weights.trainable) };
}

function runStep(step: TrainStep, state: TrainState, images: number[], count: number) {
  const batch = {
    ...imageBatch(dataset, images),
    epsilon: tf.fill<tf.Rank.R1>([images.length], 0.3),
    kappa: tf.fill<tf.Rank.R1>([images.length], 8),
    dropout: { encoderSeed: seedTensor(count, 1), decoderSeed: seedTensor(count, 2) },
  };
  const { state: next, losses, secondMomentSum } = step({ state, batch });
  const value = [...losses.dataSync()];
  disposeTree([state, batch, losses, secondMomentSum]);
  return { next, value };
}
