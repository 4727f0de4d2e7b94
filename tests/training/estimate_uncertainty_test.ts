import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { dropout, dropoutSeeds } from "../../lib/model/dropout.ts";
import { decode, encode, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import {
  createEstimateUncertainty,
  type EstimateUncertainty,
  MEASURED_SIGNALS,
  measureDifficulties,
  type MeasuredSignal,
} from "../../lib/training/estimate_uncertainty.ts";
import { dataset, NETWORK, usedWeights } from "./small_run.ts";

const LAYERS = unetLayers(NETWORK);
const WEIGHTS = usedWeights();
const PASSES = { count: 4, seed: 1, labels: ["mc", 1] };
const SELECTION = { dataset, indices: [0, 1, 2, 3, 4], batchSize: 2 };
const RATE = 0.5;

const difficulties = async (changes: Partial<typeof PASSES> = {}) => {
  const estimate = createEstimateUncertainty(LAYERS, RATE);
  const told = await measureDifficulties(estimate, WEIGHTS, SELECTION, { ...PASSES, ...changes });
  estimate.dispose();
  return told.difficulties;
};

Deno.test("measureDifficulties() is the same to the last bit a thousand times", async () => {
  const estimate = createEstimateUncertainty(LAYERS, RATE);
  const found = new Set<string>();
  for (let time = 0; time < 1000; time++) {
    const told = await measureDifficulties(estimate, WEIGHTS, { ...SELECTION, batchSize: 5 }, { ...PASSES, count: 10 });
    found.add(JSON.stringify(told));
  }
  estimate.dispose();
  assertEquals(found.size, 1);
});

Deno.test("measureDifficulties() differs for another seed or epoch, is 0 for one pass, and changes no weight or average", async () => {
  const values = () => Object.values({ ...WEIGHTS.trainable, ...WEIGHTS.statistics }).map((t) => [...t.dataSync()]);
  const [before, count] = [values(), tf.memory().numTensors];
  const first = await difficulties();
  assert(first.every((value) => value > 0), "the passes differ");
  assertNotEquals(await difficulties({ seed: 2 }), first);
  assertNotEquals(await difficulties({ labels: ["mc", 2] }), first);
  (await difficulties({ count: 1 })).forEach((value) => assertAlmostEquals(value, 0, 1e-6));
  assertEquals(values(), before);
  assertEquals(tf.memory().numTensors, count);
});

Deno.test("measureDifficulties() leaves no tensor where the passes fail, or what they tell lacks the signal", async () => {
  const estimate = createEstimateUncertainty(LAYERS, RATE);
  const failing = Object.assign(() => {
    throw new Error("out of memory");
  }, estimate) as unknown as EstimateUncertainty;
  const before = tf.memory().numTensors;
  await assertRejects(() => measureDifficulties(failing, WEIGHTS, SELECTION, PASSES), Error, "out of memory");
  await assertRejects(() => measureDifficulties(estimate, WEIGHTS, SELECTION, PASSES, "disagreement"));
  assertEquals(tf.memory().numTensors, before);
  estimate.dispose();
});

Deno.test("each signal and the error are what N full passes with the same masks give on the host", async () => {
  // What the passes have in common is computed once there, and here in every pass anew.
  const indices = [0, 1, 2, 3];
  const errors = signalOnHost("error", indices);
  for (const signal of MEASURED_SIGNALS) {
    const estimate = createEstimateUncertainty(LAYERS, RATE, [signal]);
    const told = await measureDifficulties(estimate, WEIGHTS, { dataset, indices, batchSize: 4 }, PASSES, signal);
    estimate.dispose();
    const wanted = signalOnHost(signal, indices);
    assertEquals(new Set(wanted).size, indices.length, "images that all have one value would show nothing");
    told.difficulties.forEach((value, index) => assertAlmostEquals(value, wanted[index], 1e-5, signal));
    told.errors.forEach((value, index) => assertAlmostEquals(value, errors[index], 1e-5, signal));
  }
});

/** ŷⁿ of each pass and image by the plain decoder, with the masks that measureDifficulties() draws. */
function fullPasses(indices: readonly number[], count: number, places: "both" | "bottleneck"): number[][][] {
  const { image, mask } = imageBatch(dataset, indices);
  const passes = Array.from({ length: count }, (_, pass) => {
    const seeds = dropoutSeeds(PASSES.seed, ...PASSES.labels, "batch", 0, "pass", pass);
    const probability = tf.tidy(() => {
      const features = encode(LAYERS, WEIGHTS, image, { batchNorm: "running" });
      if (places === "bottleneck") {
        const dropped = dropout(features[LAYERS.depth], RATE, seeds.encoderSeed);
        return lesionProbability(
          decode(LAYERS, WEIGHTS, features.with(LAYERS.depth, dropped), { batchNorm: "running" }),
        );
      }
      const mode = { batchNorm: "running", dropout: { rate: RATE, ...seeds } } as const;
      return lesionProbability(decode(LAYERS, WEIGHTS, features, mode));
    });
    const pixels = dataset.size ** 2, values = [...probability.dataSync()];
    disposeTree([seeds, probability]);
    return indices.map((_, position) => values.slice(position * pixels, (position + 1) * pixels));
  });
  disposeTree([image, mask]);
  return passes;
}

/** A signal of each image by its definition, in float64. */
function signalOnHost(signal: MeasuredSignal | "error", indices: readonly number[]): number[] {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const xlogx = (p: number) => p > 0 ? p * Math.log(p) : 0;
  const entropy = (p: number) => -xlogx(p) - xlogx(1 - p);
  const dice = (a: number[], b: number[]) => {
    const shared = a.reduce((sum, value, pixel) => sum + value * b[pixel], 0);
    const sizes = [...a, ...b].reduce((sum, value) => sum + value ** 2, 0);
    return sizes > 0 ? 2 * shared / sizes : 1;
  };
  const binary = (p: number[]) => p.map((value) => value > 0.5 ? 1 : 0);
  const passes = fullPasses(indices, PASSES.count, signal === "bottleneck-information" ? "bottleneck" : "both");
  return indices.map((image, position) => {
    const pixels = dataset.size ** 2;
    const mask = [...dataset.masks.subarray(image * pixels, (image + 1) * pixels)] as number[];
    const samples = passes.map((pass) => pass[position]);
    const average = mask.map((_, pixel) => mean(samples.map((sample) => sample[pixel])));
    const inLesion = (values: number[]) => mean(values.filter((_, pixel) => mask[pixel] === 1));
    const information = average.map((p, pixel) => entropy(p) - mean(samples.map((sample) => entropy(sample[pixel]))));
    switch (signal) {
      case "mutual-information":
      case "bottleneck-information":
        return inLesion(information);
      case "entropy":
        return inLesion(average.map(entropy));
      case "image-entropy":
        return mean(average.map(entropy));
      case "disagreement": {
        const pairs = samples.flatMap((a, index) => samples.slice(index + 1).map((b) => dice(binary(a), binary(b))));
        return 1 - mean(pairs);
      }
      case "loss":
        return 1 - dice(average, mask);
      case "error":
        return 1 - dice(binary(average), mask);
    }
  });
}
