import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { segmentationMetrics } from "../../lib/metrics/segmentation_metrics.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights, type UNetWeights } from "../../lib/model/unet_weights.ts";
import { MEASURED_SIGNALS } from "../../lib/training/estimate_uncertainty.ts";
import { createScorer, scoreImages, type Scorer } from "../../lib/training/score_images.ts";
import { chooseThreshold, THRESHOLDS } from "../../lib/training/validation_threshold.ts";
import { dataset, NETWORK, usedWeights } from "./small_run.ts";

const LAYERS = unetLayers(NETWORK);
const WEIGHTS = usedWeights();
const SELECTION = { dataset, indices: [4, 0, 7, 2, 9], batchSize: 2 };
const PASSES = { count: 3, seed: 1, labels: ["test"] };
const PIXELS = dataset.size ** 2;

Deno.test("scoreImages() gives each image's metrics as counted on the host from the network's own probabilities", async () => {
  using scorer = createScorer(LAYERS);
  const scores = await scoreImages(scorer, WEIGHTS, SELECTION);
  assertEquals(scores.map(({ id }) => id), SELECTION.indices.map((index) => dataset.ids[index]));
  const { image, mask } = imageBatch(dataset, SELECTION.indices);
  const probability = tf.tidy(() =>
    lesionProbability(forward(LAYERS, WEIGHTS, image, { batchNorm: "running" })).dataSync()
  );
  const truth = mask.dataSync();
  disposeTree([image, mask]);
  scores.forEach(({ dice, iou, precision, recall, foreground, ...rest }, position) => {
    let both = 0, predicted = 0, actual = 0;
    for (let pixel = position * PIXELS; pixel < (position + 1) * PIXELS; pixel++) {
      const p = probability[pixel] > 0.5 ? 1 : 0;
      both += p * truth[pixel];
      predicted += p;
      actual += truth[pixel];
    }
    assert(predicted > 0 && actual > 0, "an image without lesion would show nothing");
    assertAlmostEquals(dice, 2 * both / (predicted + actual), 1e-6);
    assertAlmostEquals(iou, both / (predicted + actual - both), 1e-6);
    assertAlmostEquals(precision, both / predicted, 1e-6);
    assertAlmostEquals(recall, both / actual, 1e-6);
    assertAlmostEquals(foreground, actual / PIXELS, 1e-12);
    assertEquals(Object.keys(rest), ["id"], "uncertainty comes of passes");
  });
});

Deno.test("scoreImages() does not depend on the batch size", async () => {
  using scorer = createScorer(LAYERS);
  const maps = async (batchSize: number) => {
    const values: number[] = [];
    await scoreImages(scorer, WEIGHTS, { ...SELECTION, batchSize }, {
      onBatch: ({ probability }) => void values.push(...probability),
    });
    return values;
  };
  const [one, all] = [await maps(1), await maps(5)];
  assertEquals(one.length, 5 * PIXELS);
  one.forEach((value, index) => assertAlmostEquals(value, all[index], 1e-5));
});

Deno.test("scoreImages() with passes gives D, entropy and every signal that the scorer is made for, and the maps", async () => {
  using scorer = createScorer(LAYERS, { rate: 0.5, signals: MEASURED_SIGNALS });
  const entropies: number[] = [];
  const progress: number[] = [];
  const scores = await scoreImages(scorer, WEIGHTS, SELECTION, {
    passes: PASSES,
    onProgress: (done, total) => progress.push(done / total),
    onBatch: ({ indices, predictiveEntropy, mean, mutualInformation }) => {
      assertEquals([mean!.length, mutualInformation!.length], [indices.length * PIXELS, indices.length * PIXELS]);
      indices.forEach((_, position) => {
        const ofImage = predictiveEntropy!.subarray(position * PIXELS, (position + 1) * PIXELS);
        entropies.push(ofImage.reduce((sum, value) => sum + value, 0) / PIXELS);
      });
    },
  });
  assertEquals(progress, [0.4, 0.8, 1]);
  scores.forEach(({ difficulty, entropy, signals }, index) => {
    assertEquals(Object.keys(signals!), [...MEASURED_SIGNALS]);
    assertEquals(difficulty, signals!["mutual-information"]);
    assertAlmostEquals(entropy!, entropies[index], 1e-6);
    assertAlmostEquals(entropy!, signals!["image-entropy"]!, 1e-6);
  });
});

Deno.test("scoreImages() says that damaged weights gave an image a probability that is no number, and leaves no tensor", async () => {
  using scorer = createScorer(LAYERS, { rate: 0.5 });
  for (const value of [NaN, Infinity]) {
    const bad = tf.fill([2], value);
    const weights: UNetWeights = { ...WEIGHTS, trainable: { ...WEIGHTS.trainable, "outc.bias": bad } };
    const before = tf.memory().numTensors;
    await assertRejects(
      () => scoreImages(scorer, weights, SELECTION, { passes: PASSES }),
      Error,
      `Cannot score image "${dataset.ids[4]}": the network gives it a probability that is no number`,
    );
    assertEquals(tf.memory().numTensors, before);
    bad.dispose();
  }
});

Deno.test("scoreImages() leaves no tensor where the maps' taker, the prediction or the passes fail", async () => {
  using scorer = createScorer(LAYERS, { rate: 0.5 });
  const failing = Object.assign(() => {
    throw new Error("failed");
  }, { start: () => Promise.reject(new Error("failed")), traceCount: () => 0, dispose: () => {} });
  const wrong: [Scorer, Parameters<typeof scoreImages>[3]][] = [
    [scorer, { onBatch: failing }],
    [scorer, { onBatch: () => Promise.reject(new Error("failed")), passes: PASSES }],
    [scorer, { onProgress: failing, passes: PASSES }],
    [{ ...scorer, predict: failing }, { passes: PASSES }],
    [{ ...scorer, estimate: failing }, { passes: PASSES }],
  ];
  for (const [which, options] of wrong) {
    const before = tf.memory().numTensors;
    await assertRejects(() => scoreImages(which, WEIGHTS, SELECTION, options), Error, "failed");
    assertEquals(tf.memory().numTensors, before);
  }
});

const SMALL = { baseWidth: 2, depth: 2 };
const CHOOSING = { dataset, indices: [1, 4, 7, 10], batchSize: 3 };
using small = createScorer(unetLayers(SMALL));

/** Mean Dice at every threshold, computed threshold by threshold. */
function meanDices(weights: UNetWeights, masks = dataset.masks): number[] {
  const input = imageBatch({ ...dataset, masks }, CHOOSING.indices), predicted = small.predict({ weights, ...input });
  const dices = THRESHOLDS.map((threshold) => {
    const { dice } = segmentationMetrics(predicted.probability, input.mask, { threshold });
    return dice.reduce((sum, value) => sum + value, 0) / dice.length;
  });
  tf.dispose([input, predicted] as unknown as tf.TensorContainer);
  return dices;
}

Deno.test("chooseThreshold() finds the highest mean Dice that scoring at each threshold finds", async () => {
  for (const seed of [1, 2, 3]) {
    const weights = initializeWeights(SMALL, seed), dices = meanDices(weights);
    const { threshold, dice } = await chooseThreshold(small, weights, CHOOSING);
    assertAlmostEquals(dice, Math.max(...dices), 1e-6);
    assertAlmostEquals(dices[THRESHOLDS.indexOf(threshold)], dice, 1e-6);
    disposeTree(weights);
  }
});

Deno.test("chooseThreshold() takes of equal thresholds the one nearest to 0.5, and needs an image", async () => {
  const weights = initializeWeights(SMALL, 1), away = (threshold: number) => Math.abs(threshold - 0.5);
  // Without any lesion every threshold is right that no probability reaches; with nothing else every one below them all.
  for (const value of [0, 1]) {
    const masks = new Uint8Array(dataset.masks.length).fill(value), dices = meanDices(weights, masks);
    const perfect = THRESHOLDS.filter((_, index) => dices[index] === 1);
    const selection = { ...CHOOSING, dataset: { ...dataset, masks } };
    assert(perfect.length > 1);
    assertEquals(await chooseThreshold(small, weights, selection), {
      threshold: perfect.toSorted((a, b) => away(a) - away(b))[0],
      dice: 1,
    });
  }
  const none = { ...CHOOSING, indices: [] };
  await assertRejects(() => chooseThreshold(small, weights, none), RangeError, "at least one image");
  disposeTree(weights);
});
