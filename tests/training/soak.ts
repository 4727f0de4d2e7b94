/**
 * A process that trains a small network for N steps and prints what it held after the warm-up and at the end, as JSON.
 * Arguments: N, and the steps of the warm-up. Started with `--v8-flags=--expose-gc`, so that garbage that JavaScript has
 * not collected yet is not taken for a leak.
 *
 * @module
 */
import { nodeBackend } from "../../lib/backend/tensorflow/node_backend.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { dropoutSeeds } from "../../lib/model/dropout.ts";
import { createTrainStep, type TrainState } from "../../lib/training/train_step.ts";
import { dataset } from "./small_run.ts";

/** What the process holds: tensors as tfjs and as TensorFlow count them, bytes of JavaScript's heap and of the process. */
export interface Held {
  readonly tensors: number;
  readonly nativeTensors: number;
  readonly heap: number;
  readonly process: number;
}

function held(): Held {
  (globalThis as unknown as { gc(): void }).gc();
  const { heapUsed, rss } = Deno.memoryUsage();
  const nativeTensors = nodeBackend()!.binding.getNumOfTensors();
  return { tensors: tf.memory().numTensors, nativeTensors, heap: heapUsed, process: rss };
}

if (import.meta.main) {
  await useBackend();
  const [steps, warmUp] = Deno.args.map(Number);
  const options = { baseWidth: 2, depth: 2 };
  const weights = initializeWeights(options, 1);
  const step = createTrainStep(unetLayers(options), diceLoss, { learningRate: 1e-3, dropoutRate: 0.5 });
  let state: TrainState = { weights, optimizer: initializeAdam(weights.trainable) };
  const measured: Held[] = [];
  for (let number = 1; number <= steps; number++) {
    const batch = {
      ...imageBatch(dataset, [0, 1]),
      epsilon: tf.zeros<tf.Rank.R1>([2]),
      kappa: tf.zeros<tf.Rank.R1>([2]),
      dropout: dropoutSeeds(1, number),
    };
    const { state: next, losses, secondMomentSum } = await step.start({ state, batch });
    await losses.data();
    disposeTree([state, batch, losses, secondMomentSum]);
    state = next;
    if (number === warmUp || number === steps) measured.push(held());
  }
  console.log(JSON.stringify({ measured, traceCount: step.traceCount() }));
  Deno.exit();
}
