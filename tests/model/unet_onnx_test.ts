import "../backend.ts";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { fromFileUrl, join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { unetOnnx } from "../../lib/model/unet_onnx.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { loadUNetWeights } from "../../lib/model/unet_weights_file.ts";

const FIXTURE = fromFileUrl(new URL("pytorch/named.safetensors", import.meta.url));
const PROBABILITY_TOLERANCE = 1e-4;

/**
 * What runs ONNX files here: Microsoft's runtime as WebAssembly. It is no import of the project: its 139 MB would be
 * installed for everyone who trains. `deno cache --no-config --no-lock` of this name lets the test below run.
 */
const RUNTIME = "npm:onnxruntime-web@1.30.0/wasm";

/** Runs models on images, `[[model, image, shape], …]`, and prints the shapes and values of the probabilities. */
const RUNNER = `
import * as ort from "${RUNTIME}";
ort.env.wasm.numThreads = 1;
const results = [];
for (const [path, image, shape] of JSON.parse(Deno.readTextFileSync(Deno.args[0]))) {
  const session = await ort.InferenceSession.create(Deno.readFileSync(path));
  const { probability } = await session.run({ image: new ort.Tensor("float32", Float32Array.from(image), shape) });
  results.push({ shape: probability.dims, values: [...probability.data] });
}
console.log(JSON.stringify(results));`;

/** Runs code in Deno without the project's packages and without the network. */
async function runAlone(code: string, ...args: string[]) {
  const flags = [
    "--allow-read",
    "--allow-env",
    "--allow-sys",
    "--no-check",
    "--cached-only",
    "--no-config",
    "--no-lock",
    "--node-modules-dir=none",
  ];
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, "-", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  return { success, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

const { success: isCached } = await runAlone(`import "${RUNTIME}";`);

Deno.test("onnxruntime computes the U-Net's probabilities from unetOnnx()'s file, for any batch and size", {
  ignore: !isCached,
}, async () => {
  const { options, weights } = loadUNetWeights(await Deno.readFile(FIXTURE));
  const folder = await Deno.makeTempDir();
  const [any, fixed] = [join(folder, "any.onnx"), join(folder, "fixed.onnx")];
  await Deno.writeFile(any, await unetOnnx(weights, options));
  await Deno.writeFile(fixed, await unetOnnx(weights, { ...options, size: [16, 24] }));
  const calls = ([[any, [2, 16, 24, 3]], [any, [1, 32, 8, 3]], [fixed, [3, 16, 24, 3]]] as const).map(
    ([path, shape]) => ({ path, image: tf.randomUniform([...shape], 0, 1, "float32", 4) as tf.Tensor4D }),
  );
  const requests = calls.map(({ path, image }) => {
    const channelsFirst = tf.transpose(image, [0, 3, 1, 2]);
    return [path, [...channelsFirst.dataSync()], channelsFirst.shape];
  });
  await Deno.writeTextFile(join(folder, "requests.json"), JSON.stringify(requests));
  const { success, stdout, stderr } = await runAlone(RUNNER, join(folder, "requests.json"));
  assert(success, stderr);
  const results: { shape: number[]; values: number[] }[] = JSON.parse(stdout);
  for (const [index, { image }] of calls.entries()) {
    const logits = forward(unetLayers(options), weights, image, { batchNorm: "running" });
    const expected = lesionProbability(logits);
    assertEquals(results[index].shape, expected.shape);
    const differences = [...expected.dataSync()].map((value, pixel) => Math.abs(value - results[index].values[pixel]));
    assert(Math.max(...differences) < PROBABILITY_TOLERANCE, `${Math.max(...differences)}`);
    assert(Math.max(...results[index].values) - Math.min(...results[index].values) > 0.01);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("unetOnnx() writes the file that onnxruntime was seen to run", async () => {
  // onnx 1.23.2's checker (with shape inference) takes it, and onnxruntime 1.32.0 computes from it what TensorFlow does,
  // with a largest difference of 1.2e-7. Whoever changes the file looks whether the test above runs, or is ignored.
  const { options, weights } = loadUNetWeights(await Deno.readFile(FIXTURE));
  const file = await unetOnnx(weights, { ...options, metadata: { run: "00ff" } });
  assertEquals(
    createHash("sha256").update(file).digest("hex"),
    "1ecfce80f1a4cb7fccb3e78324b9946121102091ae556d084b518afd54e0088c",
  );
});

Deno.test("unetOnnx() leaves no tensor behind, and refuses a size that can't be halved often enough", async () => {
  const options = { baseWidth: 2, depth: 2 };
  const weights = initializeWeights(options, 1);
  const before = tf.memory().numTensors;
  await unetOnnx(weights, { ...options, size: 8 });
  await assertRejects(
    () => unetOnnx(weights, { ...options, size: [8, 10] }),
    RangeError,
    "multiples of 4, found 8 × 10",
  );
  assertEquals(tf.memory().numTensors, before);
  tf.dispose([weights.trainable, weights.statistics]);
});
