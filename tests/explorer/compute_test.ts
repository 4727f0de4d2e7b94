import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { agreementWith, difficultiesOver, imageEpsilon, thresholdMask } from "../../explorer/compute/difficulty.ts";
import { openNetwork, referenceAt, segmentImage } from "../../explorer/compute/network.ts";
import { type PassResult, stochasticPasses } from "../../explorer/compute/stochastic_passes.ts";
import { contourPath, linearScale, roundMarks } from "../../explorer/page/drawing.tsx";
import { EXPLORER_EXPERIMENT } from "../../explorer/train_model.ts";
import { tf } from "../../lib/backend/tf.ts";
import { epsilonFromDifficulty, normalizeDifficulty } from "../../lib/control/epsilon_from_difficulty.ts";
import { mutualInformation } from "../../lib/uncertainty/entropy.ts";
import { shippedNetwork, unseenImage } from "./networks.ts";

const network = await shippedNetwork();
const size = network.record.experiment.imageSize;
const image = Float32Array.from(unseenImage(size), (value) => value / 255);

Deno.test("the shipped record is of the experiment that train_model.ts trains", () => {
  assertEquals({ ...network.record.experiment }, JSON.parse(JSON.stringify(EXPLORER_EXPERIMENT)));
  const counts = network.record.references.map(({ difficulties }) => difficulties.length);
  assertEquals(counts, Array(9).fill(384));
});

Deno.test("openNetwork() refuses weights of another network than the record's", async () => {
  const weights = await Deno.readFile(new URL("../../explorer/model/weights.safetensors", import.meta.url));
  const record = { ...network.record, experiment: { ...network.record.experiment, baseWidth: 8 } };
  assertThrows(() => openNetwork(weights, record), Error);
  assertThrows(() => openNetwork(weights.slice(0, 1000), network.record), Error);
});

Deno.test("referenceAt() takes the dropout rate that is meant, and none where none is known", () => {
  assertEquals(referenceAt(network.record, 0.5)?.rate, 0.5);
  assertEquals(referenceAt(network.record, 0.7000001)?.rate, 0.7);
  assertEquals(referenceAt(network.record, 0.04), undefined);
  assertEquals(referenceAt({ references: [] }, 0.5), undefined);
});

Deno.test("stochasticPasses() gives the mutual information of all passes so far, and the same again for a seed", async () => {
  const passes = await allPasses({ passes: 4, rate: 0.5, seed: 3 });
  assertEquals(passes.map(({ pass }) => pass), [1, 2, 3, 4]);
  for (const { pass, information } of passes) {
    const samples = passes.slice(0, pass).map(({ probability }) => tf.tensor3d(probability, [1, size, size]));
    const expected = tf.tidy(() => mutualInformation(tf.stack(samples) as tf.Tensor4D));
    assertAllClose(information, await expected.data<"float32">(), 1e-5);
    tf.dispose([samples, expected]);
  }
  assert(passes[3].information.some((value) => value > 0.05), "the passes do not differ");
  assertAllClose((await allPasses({ passes: 1, rate: 0.5, seed: 3 }))[0].probability, passes[0].probability, 0);
  assertNotEquals((await allPasses({ passes: 1, rate: 0.5, seed: 4 }))[0].probability, passes[0].probability);
});

Deno.test("stochasticPasses() keeps no tensor, not even where it is left in the middle", async () => {
  const segmentation = segmentImage(network, image, size);
  const before = tf.memory().numTensors;
  for await (const { pass } of stochasticPasses(network, segmentation, { passes: 5, rate: 0.5, seed: 1 })) {
    if (pass === 2) break;
  }
  assertEquals(tf.memory().numTensors, before);
  await allPasses({ passes: 3, rate: 0.2, seed: 1 });
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([segmentation.features, segmentation.probability]);
});

Deno.test("thresholdMask() counts a tie as no lesion, as the metrics do", () => {
  assertEquals([...thresholdMask(new Float32Array([0.2, 0.5, 0.75]), 0.5)], [0, 0, 1]);
});

Deno.test("difficultiesOver() is the mean of each map over the region, 0 over none", async () => {
  const maps = [new Float32Array([0.1, 0.2, 0.3, 0.4]), new Float32Array([0, 0.6, 0, 0])];
  const [first, second] = await difficultiesOver(maps, new Uint8Array([0, 1, 1, 0]), 2);
  assertAlmostEquals(first, 0.25, 1e-6);
  assertAlmostEquals(second, 0.3, 1e-6);
  assertEquals(await difficultiesOver(maps, new Uint8Array(4), 2), [0, 0]);
  assertEquals(await difficultiesOver([], new Uint8Array(4), 2), []);
});

Deno.test("agreementWith() is the Dice and IoU of the thresholded prediction", async () => {
  const probability = new Float32Array([0.9, 0.8, 0.1, 0.3]);
  const { dice, iou } = await agreementWith(probability, new Uint8Array([1, 0, 1, 0]), 2, 0.5);
  assertAlmostEquals(dice, 0.5);
  assertAlmostEquals(iou, 1 / 3);
});

Deno.test("imageEpsilon() gives an image of the training set what the controller gave it", () => {
  const reference = [0.01, 0.05, 0.02, 0.2, 0.11];
  const settings = { percentile: 40, slope: 3, epsilonMin: 0.1, epsilonMax: 0.7 };
  const normalized = normalizeDifficulty(reference, settings);
  const epsilons = epsilonFromDifficulty(normalized, settings);
  for (const [index, difficulty] of reference.entries()) {
    const found = imageEpsilon(difficulty, reference, settings);
    assertAlmostEquals(found.normalized, normalized[index], 1e-12);
    assertAlmostEquals(found.epsilon, epsilons[index], 1e-12);
  }
});

Deno.test("linearScale() puts the ends where they belong, downwards too", () => {
  const y = linearScale([0, 2], [100, 0]);
  assertEquals([0, 0.5, 2].map(y), [100, 75, 0]);
});

Deno.test("roundMarks() are round and lie inside", () => {
  assertEquals(roundMarks([0, 1], 4), [0, 0.5, 1]);
  assertEquals(roundMarks([0.093, 0.217], 4), [0.1, 0.15, 0.2]);
  assertEquals(roundMarks([0, 1.9], 4), [0, 0.5, 1, 1.5]);
});

Deno.test("contourPath() surrounds what is above the level, and is empty where nothing is", () => {
  const values = [0, 0, 0, 0, 1, 0, 0, 0, 0];
  const numbers = contourPath(values, 0.5).match(/[\d.]+/g)!.map(Number);
  assertEquals([Math.min(...numbers), Math.max(...numbers)], [1, 2]); // the middle one of three pixels
  assertEquals(contourPath(values, 2), "");
});

async function allPasses(options: { passes: number; rate: number; seed: number }): Promise<PassResult[]> {
  const segmentation = segmentImage(network, image, size);
  const passes = await Array.fromAsync(stochasticPasses(network, segmentation, options));
  tf.dispose([segmentation.features, segmentation.probability]);
  return passes;
}

function assertAllClose(found: Float32Array, expected: Float32Array, tolerance: number): void {
  assertEquals(found.length, expected.length);
  const worst = found.reduce((most, value, index) => Math.max(most, Math.abs(value - expected[index])), 0);
  assert(worst <= tolerance, `differs by ${worst}`);
}
