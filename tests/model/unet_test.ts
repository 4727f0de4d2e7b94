import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { seedTensor } from "../../lib/backend/stateless_uniform.ts";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { updateRunningStatistics } from "../../lib/model/batch_norm.ts";
import { dropout } from "../../lib/model/dropout.ts";
import { decode, encode, forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers, unetTable } from "../../lib/model/unet_layers.ts";
import { initializeWeights, type NamedTensors, parameterCount } from "../../lib/model/unet_weights.ts";

const SMALL = { baseWidth: 2, depth: 2 };

Deno.test("the thesis' U-Net has 17,263,042 trainable parameters", () => {
  assertEquals(unetTable().reduce((sum, row) => sum + row.parameters, 0), 17_263_042);
});

Deno.test("initializeWeights() makes as many parameters as the table counts, for any width and depth", () => {
  for (const options of [SMALL, { baseWidth: 3, depth: 3 }, { baseWidth: 4 }]) {
    const weights = initializeWeights(options, 1);
    assertEquals(parameterCount(weights), unetTable(options, 64).reduce((sum, row) => sum + row.parameters, 0));
  }
});

Deno.test("unetTable() is the thesis' Table 1", () => {
  assertEquals(unetTable().map(({ outputSize }) => outputSize), [
    "224 × 224 × 3",
    "224 × 224 × 64",
    "112 × 112 × 128",
    "56 × 56 × 256",
    "28 × 28 × 512",
    "14 × 14 × 512",
    "28 × 28 × 256",
    "56 × 56 × 128",
    "112 × 112 × 64",
    "224 × 224 × 64",
    "224 × 224 × 2",
  ]);
});

Deno.test("forward() gives logits of the image's size, and lesionProbability() numbers in (0, 1)", () => {
  const { layers, weights, image } = setUp();
  const logits = forward(layers, weights, image, { batchNorm: "running" });
  assertEquals(logits.shape, [3, 8, 12, 2]);
  const probability = lesionProbability(logits);
  assertEquals(probability.shape, [3, 8, 12]);
  assert(probability.dataSync().every((value) => value > 0 && value < 1));
});

Deno.test("lesionProbability() is the softmax of the second class", () => {
  const probability = lesionProbability(tf.tensor4d([0, Math.log(3)], [1, 1, 1, 2]));
  assertAlmostEquals(probability.dataSync()[0], 0.75, 1e-6);
});

Deno.test("encode() refuses an image that can't be halved often enough", () => {
  const { layers, weights } = setUp();
  assertThrows(
    () => encode(layers, weights, tf.zeros([1, 10, 8, 3]), { batchNorm: "running" }),
    RangeError,
    "multiples of 4, found 10 × 8",
  );
});

Deno.test("forward() with the running averages moves none of them and does not mix the images of a batch", () => {
  const { layers, weights, image } = setUp();
  const statistics = values(weights.statistics);
  const together = forward(layers, weights, image, { batchNorm: "running" });
  const alone = forward(layers, weights, tf.slice(image, [1, 0, 0, 0], [1, -1, -1, -1]), { batchNorm: "running" });
  const [a, b] = [tf.slice(together, [1, 0, 0, 0], [1, -1, -1, -1]).dataSync(), alone.dataSync()];
  a.forEach((value, index) => assertAlmostEquals(value, b[index], 1e-5));
  assertEquals(values(weights.statistics), statistics);
});

Deno.test("forward() with batch statistics returns those of every batch norm", () => {
  const { layers, weights, image } = setUp();
  const batchStatistics: NamedTensors = {};
  forward(layers, weights, image, { batchNorm: { batchStatistics } });
  assertEquals(Object.keys(batchStatistics).sort(), Object.keys(weights.statistics).sort());
  const updated = updateRunningStatistics(weights.statistics, batchStatistics);
  const [old, batch, now] = [weights.statistics, batchStatistics, updated].map((tensors) =>
    tensors["inc.bn1.running_var"].dataSync()[0]
  );
  assertAlmostEquals(now, 0.9 * old + 0.1 * batch, 1e-6);
  disposeTree(batchStatistics);
});

Deno.test("decode() after encode() with dropout equals forward() with the same seeds, and differs with others", () => {
  const { layers, weights, image } = setUp();
  const drop = (seed: number) => ({ rate: 0.5, encoderSeed: seedTensor(seed, 1), decoderSeed: seedTensor(seed, 2) });
  const mode = (seed: number) => ({ batchNorm: "running", dropout: drop(seed) } as const);
  const features = encode(layers, weights, image, { batchNorm: "running" });
  const [whole, halves, other] = [
    forward(layers, weights, image, mode(1)),
    decode(layers, weights, features, mode(1)),
    decode(layers, weights, features, mode(2)),
  ].map((logits) => [...logits.dataSync()]);
  assertEquals(halves, whole);
  assertNotEquals(other, whole);
});

Deno.test("dropout() drops the share p, scales the rest by 1 / (1 − p) and keeps the mean", () => {
  const x = tf.ones([40_000]);
  const dropped = dropout(x, 0.3, seedTensor(3, 4)).dataSync();
  const kept = dropped.filter((value) => value !== 0);
  kept.forEach((value) => assertAlmostEquals(value, 1 / 0.7, 1e-6));
  assertAlmostEquals(kept.length / x.size, 0.7, 0.01);
});

Deno.test("dropout() of rate 0 changes nothing, and of rate 1 is refused", () => {
  const x = tf.tensor1d([1, 2]);
  assertEquals([...dropout(x, 0, seedTensor(1, 1)).dataSync()], [1, 2]);
  assertThrows(() => dropout(x, 1, seedTensor(1, 1)), RangeError, "[0, 1)");
});

Deno.test("initializeWeights() gives the same for one seed, and other numbers for another", () => {
  const first = (seed: number) => [...initializeWeights(SMALL, seed).trainable["inc.conv1.weight"].dataSync()];
  assertEquals(first(0), first(0));
  assertNotEquals(first(0), first(1));
});

function setUp() {
  const image = tf.tensor4d(Float32Array.from({ length: 3 * 8 * 12 * 3 }, (_, index) => (index * 7 % 31) / 31), [
    3,
    8,
    12,
    3,
  ]);
  return { layers: unetLayers(SMALL), weights: initializeWeights(SMALL, 5), image };
}

function values(tensors: NamedTensors): number[][] {
  return Object.values(tensors).map((tensor) => [...tensor.dataSync()]);
}
