import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { segmentationMetrics } from "../../lib/metrics/segmentation_metrics.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights, type UNetWeights } from "../../lib/model/unet_weights.ts";
import { createScorer } from "../../lib/training/score_images.ts";
import { chooseThreshold, THRESHOLDS } from "../../lib/training/validation_threshold.ts";
import { dataset } from "./small_run.ts";

const OPTIONS = { baseWidth: 2, depth: 2 };
const INDICES = [1, 4, 7, 10];
using scorer = createScorer(unetLayers(OPTIONS));

/** Mean Dice at every threshold, computed threshold by threshold. */
function meanDices(weights: UNetWeights, masks = dataset.masks): number[] {
  const input = imageBatch({ ...dataset, masks }, INDICES), predicted = scorer.predict({ weights, ...input });
  const dices = THRESHOLDS.map((threshold) => {
    const { dice } = segmentationMetrics(predicted.probability, input.mask, { threshold });
    return dice.reduce((sum, value) => sum + value, 0) / dice.length;
  });
  tf.dispose([input, predicted] as unknown as tf.TensorContainer);
  return dices;
}

Deno.test("chooseThreshold() finds the highest mean Dice that scoring at each threshold finds", async () => {
  for (const seed of [1, 2, 3]) {
    const weights = initializeWeights(OPTIONS, seed), dices = meanDices(weights);
    const { threshold, dice } = await chooseThreshold(scorer, weights, { dataset, indices: INDICES, batchSize: 3 });
    assertAlmostEquals(dice, Math.max(...dices), 1e-6);
    assertAlmostEquals(dices[THRESHOLDS.indexOf(threshold)], dice, 1e-6);
    disposeTree(weights);
  }
});

Deno.test("chooseThreshold() takes of equal thresholds the one nearest to 0.5, and needs an image", async () => {
  const weights = initializeWeights(OPTIONS, 1), away = (threshold: number) => Math.abs(threshold - 0.5);
  // Without any lesion every threshold is right that no probability reaches; with nothing else every one below them all.
  for (const value of [0, 1]) {
    const masks = new Uint8Array(dataset.masks.length).fill(value), dices = meanDices(weights, masks);
    const perfect = THRESHOLDS.filter((_, index) => dices[index] === 1);
    const selection = { dataset: { ...dataset, masks }, indices: INDICES, batchSize: 3 };
    assert(perfect.length > 1);
    assertEquals(await chooseThreshold(scorer, weights, selection), {
      threshold: perfect.toSorted((a, b) => away(a) - away(b))[0],
      dice: 1,
    });
  }
  const none = { dataset, indices: [], batchSize: 3 };
  await assertRejects(() => chooseThreshold(scorer, weights, none), RangeError, "at least one image");
  disposeTree(weights);
});
