/**
 * A process that prints what it holds, as JSON. Argument "steps": trains a small network for N steps and prints what it
 * held after the warm-up and at the end; started with `--v8-flags=--expose-gc`, so that garbage that JavaScript has not
 * collected yet is not taken for a leak. Argument "passes": runs MC Dropout of N passes once and prints the most memory
 * that it has held, bytes.
 *
 * @module
 */
import { nodeBackend } from "../../lib/backend/tensorflow/node_backend.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { diceLoss } from "../../lib/loss/dice_loss.ts";
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { createEstimateUncertainty, measureDifficulties } from "../../lib/training/estimate_uncertainty.ts";
import { createTrainStep } from "../../lib/training/train_step.ts";
import { firstState, smallBatch } from "./small_run.ts";

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

async function heldOverSteps(steps: number, warmUp: number) {
  const size = { baseWidth: 2, depth: 1 }; // what a step may leave behind does not depend on it
  const step = createTrainStep(unetLayers(size), diceLoss, { learningRate: 1e-3, dropoutRate: 0.5 });
  let state = firstState(size);
  const measured: Held[] = [];
  for (let number = 1; number <= steps; number++) {
    const batch = smallBatch([0, 1], number);
    const { state: next, losses, secondMomentSum } = await step.start({ state, batch });
    await losses.data();
    disposeTree([state, batch, losses, secondMomentSum]);
    state = next;
    if (number === warmUp || number === steps) measured.push(held());
  }
  return { measured, traceCount: step.traceCount() };
}

async function mostOfPasses(count: number): Promise<number> {
  const size = { baseWidth: 32, depth: 4 };
  const dataset = syntheticDataset({ count: 8, size: 128, seed: 1 });
  const estimate = createEstimateUncertainty(unetLayers(size), 0.5);
  const selection = { dataset, indices: [...dataset.ids.keys()], batchSize: 8 };
  await measureDifficulties(estimate, initializeWeights(size, 1), selection, { count, seed: 1, labels: ["mc", 1] });
  // Deno itself reads /proc with every permission only.
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${Deno.pid}/status`] }).output();
  return Number(new TextDecoder().decode(stdout).match(/VmHWM:\s+(\d+)/)![1]) * 1024;
}

if (import.meta.main) {
  await useBackend();
  const [what, ...numbers] = Deno.args;
  const [count, warmUp] = numbers.map(Number);
  console.log(JSON.stringify(what === "steps" ? await heldOverSteps(count, warmUp) : await mostOfPasses(count)));
  Deno.exit();
}
