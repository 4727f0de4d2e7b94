import { backend } from "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { loadLayersModel, type ModelFiles, saveLayersModel } from "../../lib/model/layers_model_files.ts";
import { layersModelProbability } from "../../lib/model/layers_model_probability.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers, type UNetOptions } from "../../lib/model/unet_layers.ts";
import { unetLayersModel } from "../../lib/model/unet_layers_model.ts";
import { initializeWeights, type UNetWeights } from "../../lib/model/unet_weights.ts";
import { loadUNetWeights } from "../../lib/model/unet_weights_file.ts";

const PROBABILITY_TOLERANCE = 1e-5;
const SIZE = [16, 24] as const;
const FIXTURE = fromFileUrl(new URL("pytorch/named.safetensors", import.meta.url));

for (const name of [...new Set([backend.name, "cpu"])]) {
  Deno.test(`tf.loadLayersModel() over HTTP gives back a U-Net with its probabilities, on ${name}`, async () => {
    await onBackend(name, async () => {
      const { options, weights } = loadUNetWeights(await Deno.readFile(FIXTURE));
      const image = tf.randomUniform([2, ...SIZE, 3], 0, 1, "float32", 4) as tf.Tensor4D;
      const model = unetLayersModel(weights, { ...options, size: SIZE });
      const loaded = await overHttp(await saveLayersModel(model), (url) => tf.loadLayersModel(url));
      const expected = await probabilities(options, weights, image);
      for (const made of [model, loaded]) {
        const found = await layersModelProbability(made)(image).data<"float32">();
        assertEquals(found.length, expected.length);
        found.forEach((value, index) => assertAlmostEquals(value, expected[index], PROBABILITY_TOLERANCE));
      }
      assert(Math.max(...expected) - Math.min(...expected) > 0.01);
      tf.dispose([image, weights.trainable, weights.statistics]);
      model.dispose();
      loaded.dispose();
    });
  });
}

Deno.test("unetLayersModel() has standard layers only, and as many trainable parameters as the U-Net", () => {
  const options = { baseWidth: 3, depth: 2 };
  const weights = initializeWeights(options, 1);
  const model = unetLayersModel(weights, { ...options, size: 8 });
  const names = new Set(model.layers.map((layer) => layer.getClassName()));
  assertEquals([...names].filter((name) => !(name in KERAS_LAYERS)), []);
  const count = model.trainableWeights.reduce((sum, { shape }) => sum + (shape as number[]).reduce((a, b) => a * b), 0);
  assertEquals(count, Object.values(weights.trainable).reduce((sum, { size }) => sum + size, 0));
});

Deno.test("unetLayersModel() refuses a size that can't be halved often enough", () => {
  const options = { baseWidth: 2, depth: 2 };
  const weights = initializeWeights(options, 1);
  assertThrows(
    () => unetLayersModel(weights, { ...options, size: [8, 10] }),
    RangeError,
    "multiples of 4, found 8 × 10",
  );
});

Deno.test("saveLayersModel() splits large weights into shards of 4 MiB that loadLayersModel() puts together", async () => {
  const values = tf.range(0, 1_100_000).reshape([1, 1_100_000]);
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 1_100_000, useBias: false, inputShape: [1] })] });
  model.setWeights([values]);
  const files = await saveLayersModel(model, { run: "00ff" });
  const shards = Object.entries(files).filter(([name]) => name.endsWith(".bin"));
  assertEquals(shards.map(([name, { length }]) => [name, length]), [
    ["group1-shard1of2.bin", 4 * 2 ** 20],
    ["group1-shard2of2.bin", 4_400_000 - 4 * 2 ** 20],
  ]);
  const loaded = await loadLayersModel((name) => Promise.resolve(files[name]));
  assertEquals(loaded.getWeights()[0].dataSync(), values.dataSync());
  assertEquals(loaded.getUserDefinedMetadata(), { run: "00ff" });
});

Deno.test("loadLayersModel() refuses weights that are cut, missing or outside of the model's folder", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [2] })] });
  const files = await saveLayersModel(model);
  const read = (files: ModelFiles) => (name: string) =>
    name in files ? Promise.resolve(files[name]) : Promise.reject(new Deno.errors.NotFound(name));
  const [shard] = Object.keys(files);
  await assertRejects(() => loadLayersModel(read({ ...files, [shard]: files[shard].slice(0, 8) })), Error);
  await assertRejects(() => loadLayersModel(read({ "model.json": files["model.json"] })), Deno.errors.NotFound, shard);
  for (const path of ["../secret.bin", "/etc/passwd", "a/../../b", "http://example.org/x"]) {
    const json = new TextDecoder().decode(files["model.json"]).replace(shard, path);
    const changed = { ...files, "model.json": new TextEncoder().encode(json) };
    await assertRejects(() => loadLayersModel(read(changed)), Error, "outside of its folder");
  }
});

/** Layers that Keras has under the same name. */
const KERAS_LAYERS: Readonly<Record<string, true>> = {
  InputLayer: true,
  Conv2D: true,
  BatchNormalization: true,
  ReLU: true,
  MaxPooling2D: true,
  Dropout: true,
  Permute: true,
  Dense: true,
  Concatenate: true,
  Softmax: true,
};

async function probabilities(options: UNetOptions, weights: UNetWeights, image: tf.Tensor4D): Promise<Float32Array> {
  const logits = forward(unetLayers(options), weights, image, { batchNorm: "running" });
  return await lesionProbability(logits).data<"float32">();
}

/** Serves files on the loopback as any static host does. */
async function overHttp<T>(files: ModelFiles, use: (url: string) => Promise<T>): Promise<T> {
  const handler = ({ url }: Request) => {
    const file = files[new URL(url).pathname.slice(1)];
    return file ? new Response(file) : new Response(null, { status: 404 });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  try {
    return await use(`http://127.0.0.1:${server.addr.port}/model.json`);
  } finally {
    await server.shutdown();
  }
}

async function onBackend(name: string, use: () => Promise<void>): Promise<void> {
  const before = backend.name;
  await useBackend(name);
  try {
    await use();
  } finally {
    await useBackend(before);
  }
}
