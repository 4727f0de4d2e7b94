import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { decode, encode, forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights, type NamedTensors, type UNetWeights } from "../../lib/model/unet_weights.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import {
  batchTensors,
  createEstimateUncertainty,
  createPredict,
  dropoutSeeds,
  estimateDifficulties,
  predictProbabilities,
} from "../../lib/training/inference.ts";
import { imageDifficulty } from "../../lib/uncertainty/image_difficulty.ts";
import { mcDropoutSamples } from "../../lib/uncertainty/mc_dropout.ts";
import { mutualInformation } from "../../lib/uncertainty/entropy.ts";
import { dataset } from "./small_run.ts";

const LAYERS = unetLayers({ baseWidth: 4, depth: 2 });
const WEIGHTS = usedWeights();
const SETTINGS = { passes: 4, rate: 0.5, seed: 1, labels: ["mc", 1] };
const SELECTION = { dataset, indices: [0, 1, 2, 3, 4], batchSize: 2 };

const difficulties = (changes: Partial<typeof SETTINGS> = {}) =>
  estimateDifficulties(createEstimateUncertainty(LAYERS, 0.5), WEIGHTS, SELECTION, { ...SETTINGS, ...changes });

Deno.test("estimateDifficulties() repeats itself for one seed and differs for another seed or epoch", async () => {
  assertEquals(await difficulties(), await difficulties());
  assertNotEquals(await difficulties({ seed: 2 }), await difficulties());
  assertNotEquals(await difficulties({ labels: ["mc", 2] }), await difficulties());
});

Deno.test("estimateDifficulties() is the same to the last bit a thousand times", async () => {
  const estimate = createEstimateUncertainty(LAYERS, 0.5);
  const found = new Set<string>();
  for (let time = 0; time < 1000; time++) {
    found.add(
      `${await estimateDifficulties(estimate, WEIGHTS, { ...SELECTION, batchSize: 5 }, { ...SETTINGS, passes: 10 })}`,
    );
  }
  estimate.dispose();
  assertEquals(found.size, 1);
});

Deno.test("estimateDifficulties() is positive, as the passes differ, and 0 for one pass", async () => {
  assert((await difficulties()).every((value) => value > 0));
  (await difficulties({ passes: 1 })).forEach((value) => assertAlmostEquals(value, 0, 1e-6));
});

Deno.test("estimateDifficulties() leaves batch norm's averages and all weights as they are, and no tensor behind", async () => {
  const values = () => Object.values({ ...WEIGHTS.trainable, ...WEIGHTS.statistics }).map((t) => [...t.dataSync()]);
  const [before, count] = [values(), tf.memory().numTensors];
  await difficulties();
  assertEquals(values(), before);
  assertEquals(tf.memory().numTensors, count);
});

Deno.test("estimateDifficulties(), which shares what the passes have in common, gives what N full passes with the same masks give", async () => {
  const indices = [0, 1];
  const { image, mask } = batchTensors(dataset, indices);
  const seeds = [0, 1, 2, 3].map((pass) => dropoutSeeds(1, "mc", 1, "batch", 0, "pass", pass));
  const samples = mcDropoutSamples((pass) => {
    const dropout = { rate: 0.5, ...seeds[pass] };
    return lesionProbability(forward(LAYERS, WEIGHTS, image, { batchNorm: "running", dropout }));
  }, 4);
  const expected = imageDifficulty(mutualInformation(samples), mask).dataSync();
  const actual = await estimateDifficulties(
    createEstimateUncertainty(LAYERS, 0.5),
    WEIGHTS,
    { ...SELECTION, indices },
    SETTINGS,
  );
  actual.forEach((value, index) => assertAlmostEquals(value, expected[index], 1e-5));
});

Deno.test("the stochastic passes of one image differ from each other", () => {
  const { image } = batchTensors(dataset, [0]);
  const features = encode(LAYERS, WEIGHTS, image, { batchNorm: "running" });
  const samples = mcDropoutSamples((pass) => {
    const dropout = { rate: 0.5, ...dropoutSeeds(1, "pass", pass) };
    return lesionProbability(decode(LAYERS, WEIGHTS, features, { batchNorm: "running", dropout }));
  }, 3);
  const [a, b, c] = tf.unstack(samples).map((sample) => [...sample.dataSync()]);
  assertNotEquals(a, b);
  assertNotEquals(b, c);
});

Deno.test("predictProbabilities() does not depend on the batch size", async () => {
  const predict = createPredict(LAYERS);
  const [one, all] = await Promise.all(
    [1, 5].map((batchSize) => predictProbabilities(predict, WEIGHTS, { ...SELECTION, batchSize })),
  );
  assertEquals(one.length, 5 * 16 * 16);
  one.forEach((value, index) => assertAlmostEquals(value, all[index], 1e-5));
});

/** Weights whose batch norm has seen something: no statistic, scale or offset at its initial value. */
function usedWeights(): UNetWeights {
  const { trainable, statistics } = initializeWeights({ baseWidth: 4, depth: 2 }, 1);
  const stream = randomStream(1, "used weights");
  const moved = (tensors: NamedTensors, range: (name: string) => [number, number]) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => {
        if (!name.includes(".bn")) return [name, tensor];
        const [from, to] = range(name);
        return [name, tf.tensor1d(Array.from({ length: tensor.size }, () => from + (to - from) * stream.uniform()))];
      }),
    );
  return {
    trainable: moved(trainable, (name) => name.endsWith("weight") ? [0.5, 1.5] : [-0.3, 0.3]),
    statistics: moved(statistics, (name) => name.endsWith("var") ? [0.02, 0.2] : [-0.2, 0.2]),
  };
}
