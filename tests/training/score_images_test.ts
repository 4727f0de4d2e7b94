import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { openImages } from "../../lib/data/open_data.ts";
import { nativeMask } from "../../lib/data/read_pairs.ts";
import type { Fit } from "../../lib/data/resize_image.ts";
import { segmentationMetrics } from "../../lib/metrics/segmentation_metrics.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights, type UNetWeights } from "../../lib/model/unet_weights.ts";
import { MEASURED_SIGNALS } from "../../lib/training/estimate_uncertainty.ts";
import { nativeMeans, scoreNative, scoreNativeOverlap } from "../../lib/training/native_scores.ts";
import { createScorer, scoreImages, type Scorer } from "../../lib/training/score_images.ts";
import { chooseThreshold, THRESHOLDS } from "../../lib/training/validation_threshold.ts";
import { drawnFolder, HEIGHT, WIDTH } from "../data/drawings.ts";
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
  }, {
    start: () => Promise.reject(new Error("failed")),
    operationTimes: () => [],
    traceCount: () => 0,
    dispose: () => {},
  });
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

const NATIVE_SIZE = 64;

/** Drawings, and as predictions their own masks at working size. */
async function opened(fit: Fit = "stretch") {
  const folder = await drawnFolder(4);
  const choice = { dataset: "own", imageCount: 0, imageSize: NATIVE_SIZE, fit, maskValues: "", splitSeed: 0 };
  const dataset = await openImages(choice, { own: folder.path });
  const probability = Float32Array.from(dataset.masks);
  return { folder, dataset, batch: { indices: [0, 1, 2, 3], probability } };
}

for (const fit of ["stretch", "pad"] as const) {
  Deno.test(`scoreNative() of the masks themselves is nearly perfect at native size, ${fit}`, async () => {
    const { folder, dataset, batch } = await opened(fit);
    using _folder = folder;
    for (const { dice, iou, precision, recall, hd95, nsd } of await scoreNative(dataset, batch, { fit })) {
      assert(dice > 0.94 && precision > 0.9 && recall > 0.9 && hd95 < 2 && nsd === 1, `${dice} ${hd95} ${nsd}`);
      assertAlmostEquals(iou, dice / (2 - dice), 1e-12);
    }
  });
}

Deno.test("scoreNative() punishes an empty prediction by the image's diagonal, and a full one by its precision", async () => {
  const { folder, dataset } = await opened();
  using _folder = folder;
  const score = async (value: number) => {
    const probability = new Float32Array(NATIVE_SIZE * NATIVE_SIZE).fill(value);
    return (await scoreNative(dataset, { indices: [2], probability }, { threshold: 0.3 }))[0];
  };
  const none = { dice: 0, iou: 0, precision: 0, recall: 0, hd95: Math.hypot(WIDTH, HEIGHT), nsd: 0 };
  assertEquals(await score(0.2), none);
  const share = (await nativeMask(dataset.native![2], dataset.maskRule!)).reduce((a, b) => a + b, 0) / WIDTH / HEIGHT;
  const { precision, recall } = await score(0.4);
  assertAlmostEquals(precision, share, 1e-12);
  assertEquals(recall, 1);
});

Deno.test("scoreNativeOverlap() gives the same without outlines, and nativeMeans() their means", async () => {
  const { folder, dataset, batch } = await opened();
  using _folder = folder;
  const whole = await scoreNative(dataset, batch);
  const overlaps = whole.map(({ hd95: _hd95, nsd: _nsd, ...overlap }) => overlap);
  assertEquals(await scoreNativeOverlap(dataset, batch), overlaps);
  assertAlmostEquals(nativeMeans(whole).dice, whole.reduce((sum, { dice }) => sum + dice, 0) / 4, 1e-12);
});

Deno.test("scoreNative() refuses images that are no files", async () => {
  const batch = { indices: [0], probability: new Float32Array(dataset.size ** 2) };
  await assertRejects(() => scoreNative(dataset, batch), Error, "expected images from files, found synthetic ones");
});
