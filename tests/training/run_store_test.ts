import { backend } from "../backend.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { CVC_CLINICDB } from "../../lib/data/cvc_clinicdb.ts";
import { KVASIR_SEG } from "../../lib/data/kvasir_seg.ts";
import { readSealedJson, sealedJson } from "../../lib/files/sealed_json.ts";
import { LOSS_NAMES } from "../../lib/loss/losses.ts";
import { forward, lesionProbability } from "../../lib/model/unet.ts";
import { unetLayers } from "../../lib/model/unet_layers.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import { exportRun } from "../../lib/training/export_run.ts";
import { modelCard, type ModelCardFile } from "../../lib/training/model_card.ts";
import { predictFiles } from "../../lib/training/predict_files.ts";
import { findRuns, loadRun, loadWeights, runDirectory, storeRun } from "../../lib/training/run_store.ts";
import { drawnFolder, HEIGHT, WIDTH } from "../data/drawings.ts";
import { fileNames } from "../faults/training_process.ts";
import { split, trainSmall } from "./small_run.ts";
import { madeRun, storeMadeRun } from "./stored_run.ts";

Deno.test("a stored run has history, test rows, ε rows, parts, weights and what they were computed with", async () => {
  const runs = await Deno.makeTempDir();
  const { run } = await trainSmall(runs, { epsilonControl: "adaptive" });
  const stored = await loadRun(runs, run.hash);
  assertEquals(stored, run);
  assertEquals(stored?.history.length, 3);
  assertEquals(stored?.test.length, 2 * split.test.length);
  assertEquals(stored?.epsilons.length, split.train.length);
  assertEquals(stored?.parts.test.length, split.test.length);
  assertStringIncludes(stored!.environment.backend, backend.version);
  const weights = await loadWeights(runs, run.hash, "best");
  assertEquals(Object.keys(weights.statistics).length, 2 * 2 * 5);
  disposeTree(weights);
  const files = ["README.md", "run.json", "weights_best.safetensors", "weights_last.safetensors"];
  assertEquals(fileNames(join(runs, run.hash)), files);
});

Deno.test("loadWeights() refuses weights whose checksum is not the recorded one", async () => {
  const runs = await Deno.makeTempDir();
  const { hash } = await storeMadeRun(runs);
  const file = join(runs, hash, "weights_last.safetensors");
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 1] ^= 1;
  await Deno.writeFile(file, bytes);
  await assertRejects(() => loadWeights(runs, hash, "last"), Error, "the file is damaged");
});

Deno.test("loadWeights() refuses weights that a program has stored as no number or a negative variance, and names the tensor", async () => {
  const wrong: [group: "trainable" | "statistics", name: string, value: number, message: string][] = [
    ["trainable", "inc.conv1.weight", NaN, "has NaN at position 0, expected finite numbers"],
    ["trainable", "outc.bias", -Infinity, "has -Infinity at position 0, expected finite numbers"],
    ["statistics", "down1.bn1.running_var", -1, "has -1 at position 0, expected variances from 0"],
  ];
  const run = madeRun();
  for (const [group, name, value, message] of wrong) {
    const runs = await Deno.makeTempDir();
    await Deno.mkdir(join(runs, run.hash));
    const weights = initializeWeights(run.experiment, 1);
    const { shape, size } = weights[group][name];
    const bad = tf.tensor(Array.from({ length: size }, (_, index) => index === 0 ? value : 1), shape);
    const damaged = { ...weights, [group]: { ...weights[group], [name]: bad } };
    await storeRun(runs, run, { best: damaged, last: weights });
    disposeTree([weights, bad]);
    const before = tf.memory().numTensors;
    const error = await assertRejects(() => loadWeights(runs, run.hash, "best"), Error, message) as Error;
    assertStringIncludes(error.message, name);
    assertEquals(tf.memory().numTensors, before);
  }
});

Deno.test("a run.json in which any one of 600 bits is changed is refused, by the run's name", async () => {
  const runs = await Deno.makeTempDir();
  const { hash } = await storeMadeRun(runs);
  const file = join(runs, hash, "run.json");
  const whole = await Deno.readFile(file);
  const stream = randomStream(1, "run.json");
  for (let count = 0; count < 600; count++) {
    const [place, bit] = [stream.integer(0, whole.length - 1), stream.integer(0, 7)];
    const changed = whole.slice();
    changed[place] ^= 1 << bit;
    await Deno.writeFile(file, changed);
    await assertRejects(
      () => loadRun(runs, hash),
      Error,
      `Cannot read run ${hash}: run.json is damaged`,
      `bit ${bit} of byte ${place}, "${String.fromCharCode(whole[place])}"`,
    );
  }
  await Deno.writeFile(file, whole);
  assertEquals((await loadRun(runs, hash))?.hash, hash);
});

// What another program could write: sealed as it should be, and of another run, another version or nothing.
const FOREIGN: [claim: string, change: (text: string) => string, message: string][] = [
  ["is not JSON", () => "{", "JSON"],
  ["is empty", () => "", "JSON"],
  ["is cut", (text) => text.slice(0, -5), "JSON"],
  ["is no object", () => "null", "it is no object in JSON"],
  ["has no seal", (text) => JSON.stringify(readSealedJson(text)), "its SHA-256 is not the recorded one"],
  ["is of another version", resealed({ format: 3 }), "expected format 2, found 3"],
  ["is of another run", resealed({ hash: "00ff00ff00ff" }), "it is the record of run"],
  ["has another backend", resealed({ backend: "cpu" }), "it is the record of run"],
  ["has other data", resealed({ data: { pixels: "0", groups: "0", members: "0" } }), "it is the record of run"],
  ["lacks its data", resealed({ data: undefined }), ""],
  ["has settings that are none", resealed({ experiment: { epochs: -1 } }), "epochs must be a positive integer"],
  ["has other settings", resealed({ experiment: madeRun({ seed: 2 }).experiment }), "it is the record of run"],
];

Deno.test("a foreign run.json is an error that names the run, and keeps no other run from being found", async () => {
  for (const [claim, change, message] of FOREIGN) {
    const runs = await Deno.makeTempDir();
    const { hash } = await storeMadeRun(runs);
    const other = await storeMadeRun(runs, { seed: 7 });
    await Deno.mkdir(join(runs, "0123456789ab")); // a training under way
    const file = join(runs, hash, "run.json");
    await Deno.writeTextFile(file, change(await Deno.readTextFile(file)));
    const refused = `Cannot read run ${hash}: run.json is damaged or of another version (`;
    for (const read of [() => loadRun(runs, hash), () => loadWeights(runs, hash, "best")]) {
      const error = await assertRejects(read, Error, refused, claim) as Error;
      assertStringIncludes(error.message, message);
      assertStringIncludes(error.message, "; delete its folder to train it again.");
    }
    const found = await findRuns(runs);
    assertEquals(found.runs.map((run) => run.hash), [other.hash]);
    assertEquals(found.damaged.map((text) => text.startsWith(refused)), [true]);
    await Deno.remove(runs, { recursive: true });
  }
});

Deno.test("a damaged run.json is an error on the way to the run, not a new training over it", async () => {
  const runs = await Deno.makeTempDir();
  const { run } = await trainSmall(runs, { epochs: 1 });
  const file = join(runs, run.hash, "run.json");
  await Deno.writeTextFile(file, "{");
  await assertRejects(() => trainSmall(runs, { epochs: 1 }), Error, `Cannot read run ${run.hash}`);
  assertEquals(await Deno.readTextFile(file), "{");
});

function resealed(changes: Record<string, unknown>): (text: string) => string {
  return (text) => sealedJson({ ...readSealedJson(text), ...changes }, 1);
}

Deno.test("a run's name may not be one which could lead out of the folder of runs", async () => {
  for (const name of ["..", "../other", "a/../../b", "/etc", "", "run.json", "a\0b"]) {
    assertThrows(() => runDirectory("runs", name), RangeError, "not the hash of a run");
    await assertRejects(() => loadRun("runs", name), RangeError, "not the hash of a run");
    await assertRejects(() => loadWeights("runs", name, "best"), RangeError, "not the hash of a run");
  }
});

const CARD_FILES: readonly ModelCardFile[] = [
  { name: "weights_best.safetensors", kind: "safetensors", weights: "best" },
  { name: "layers_model/model.json", kind: "layers-model", weights: "best" },
  { name: "model.onnx", kind: "onnx", weights: "best" },
];

Deno.test("a model card says that it is no medical device, and what it was trained, tested and made with", () => {
  const run = madeRun();
  const card = modelCard(run, CARD_FILES);
  const parts = [
    "not a medical device",
    `run ${run.hash}`,
    "| best (epoch 1) | 2 | 0.7500 ± 0.3536 |",
    "| last (epoch 2) | 2 | 0.5000 ± 0.3536 |",
    "One run with seed 1",
    "Split `grouped`, seed 0: 7 training, 2 validation, 2 test images.",
    "tensorflow 2.21.0 on CPU: some processor, 2 cores, Deno 2.9.6",
    "finished 2026-01-02T03:04:05.000Z",
    "`weights_best.safetensors`",
    ...Object.entries(run.experiment).map(([key, value]) => `| ${key} | ${value} |`),
  ];
  for (const part of parts) assertStringIncludes(card, part);
});

Deno.test("a model card names the terms of its data, and those of none that it does not know", () => {
  const cardOf = (dataset: string) => modelCard(madeRun({ dataset }), CARD_FILES);
  for (const { name: dataset, terms } of [KVASIR_SEG, CVC_CLINICDB]) {
    for (const term of terms) assertStringIncludes(cardOf(dataset), term);
    assertStringIncludes(cardOf(dataset), "license: other");
    assert(!cardOf(dataset).includes("So are these weights"));
  }
  assertStringIncludes(cardOf("synthetic"), "license: mit");
  assertStringIncludes(cardOf("own-images"), "Not known here; ask who provides the data.");
  assertStringIncludes(cardOf("own-images"), "license: other");
});

Deno.test("a model card tells how to load what is there, and nothing else", () => {
  const headings = (files: readonly ModelCardFile[]) =>
    [...modelCard(madeRun(), files).matchAll(/^## Load it (.*)$/gm)].map(([, text]) => text);
  assertEquals(headings(CARD_FILES), ["in PyTorch", "with the project's library", "in tfjs", "in ONNX Runtime"]);
  assertEquals(headings(CARD_FILES.slice(1)), ["in tfjs", "in ONNX Runtime"]);
  assertEquals(headings(CARD_FILES.slice(0, 1)), ["in PyTorch", "with the project's library"]);
});

Deno.test("a model card's title names the loss, whichever it is", () => {
  const titles = LOSS_NAMES.map((loss) => modelCard(madeRun({ loss }), CARD_FILES).match(/^# (.*)$/m)![1]);
  assertEquals(new Set(titles).size, LOSS_NAMES.length);
  assertStringIncludes(modelCard(madeRun({ epsilonControl: "adaptive" }), CARD_FILES), "Adaptive PolyDice-1");
});

Deno.test("what a run's record says is text on the card and nothing else: no markup, no key of its head", () => {
  const text = 'x]\n---\n# Heading\n<img src="a"> [link](http://a.b) | `code` | $1$';
  const { environment, ...record } = madeRun({ dataset: "own-images" });
  const card = modelCard(
    {
      ...record,
      experiment: { ...record.experiment, dataset: text, focalGamma: text as unknown as number },
      environment: { ...environment, device: text },
      data: { ...record.data, pixels: text },
    },
    CARD_FILES,
  );
  const plain = modelCard({ ...record, environment }, CARD_FILES);
  const lines = (page: string, pattern: RegExp) => page.match(pattern)?.length;
  for (const pattern of [/^#+ /gm, /^---$/gm, /(?<!\\)\|/g, /(?<!\\)`/g, /(?<!\\)\[/g]) {
    assertEquals(lines(card.replace(/^datasets.*$/m, ""), pattern), lines(plain.replace(/^datasets.*$/m, ""), pattern));
  }
  assertEquals(card.match(/<img/g)!.length, 1); // in the head's string
  assertEquals(JSON.parse(card.match(/^datasets: (.*)$/m)![1]), [text]);
});

/** A Python that has onnxruntime, as `python -m venv` and `pip install onnxruntime` make one. */
const python = Deno.env.get("POLYDICE_ONNXRUNTIME") || "python3";
const hasRuntime = await new Deno.Command(python, { args: ["-c", "import onnxruntime"], stderr: "null" }).output()
  .then(({ success }) => success, () => false);

Deno.test("exportRun() gives every format with its card, and leaves no tensor behind", async () => {
  const runs = await Deno.makeTempDir();
  const { hash } = await storeMadeRun(runs);
  const before = tf.memory().numTensors;
  const names = Object.keys(await exportRun(runs, hash));
  assertEquals(names.filter((name) => !name.endsWith(".bin")), [
    "model.safetensors",
    "layers_model/model.json",
    "model.onnx",
    "README.md",
  ]);
  assertEquals(Object.keys(await exportRun(runs, hash, { formats: ["onnx"] })), ["model.onnx", "README.md"]);
  assertEquals(tf.memory().numTensors, before);
  await Deno.remove(runs, { recursive: true });
});

Deno.test({
  name: `the ONNX Runtime of a model card runs as it is and gives our probabilities${
    hasRuntime ? "" : " (skipped: no onnxruntime in the Python of POLYDICE_ONNXRUNTIME)"
  }`,
  ignore: !hasRuntime,
  async fn() {
    const runs = await Deno.makeTempDir();
    const { hash, experiment } = await storeMadeRun(runs);
    const files = await exportRun(runs, hash, { formats: ["onnx"] });
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(join(runs, name), bytes);
    const card = new TextDecoder().decode(files["README.md"]);
    const image = tf.randomUniform([2, 16, 16, 3], 0, 1, "float32", 4) as tf.Tensor4D;
    const pixels = tf.transpose(image, [0, 3, 1, 2]).dataSync();
    const program = [
      "import numpy",
      `image = numpy.array([${pixels.join()}], dtype="float32").reshape(2, 3, 16, 16)`,
      card.match(/```python\n(.*?)```/s)![1],
      "print(probability.flatten().tolist())",
    ];
    const { success, stdout, stderr } = await new Deno.Command(python, { args: ["-c", program.join("\n")], cwd: runs })
      .output();
    assert(success, new TextDecoder().decode(stderr));
    const found: number[] = JSON.parse(new TextDecoder().decode(stdout));
    const weights = await loadWeights(runs, hash, "best");
    const expected = lesionProbability(forward(unetLayers(experiment), weights, image, { batchNorm: "running" }))
      .dataSync();
    assertEquals(found.length, expected.length);
    assert(expected.every((value, pixel) => Math.abs(value - found[pixel]) < 1e-4));
    await Deno.remove(runs, { recursive: true });
  },
});

Deno.test("predictFiles() predicts the images of a folder at their own size, and leaves no tensor behind, also where it stops", async () => {
  using images = await drawnFolder(3);
  const runs = await Deno.makeTempDir();
  const run = await storeMadeRun(runs);
  const before = tf.memory().numTensors;
  const found = await Array.fromAsync(predictFiles({ runs }, run, [images.path]));
  assertEquals(found.map(({ image }) => image.name), ["case0", "case1", "case2"]);
  for (const { mask, probability, lesionPixels, mutualInformation } of found) {
    assertEquals([mask.length, probability.length], [WIDTH * HEIGHT, WIDTH * HEIGHT]);
    assertEquals(lesionPixels, probability.filter((value) => value > 0.5).length);
    assertEquals(mutualInformation, undefined);
  }
  for await (const { difficulty } of predictFiles({ runs }, run, [images.path], { passes: 2 })) {
    assertEquals(typeof difficulty, "number");
    break;
  }
  await assertRejects(
    () => predictFiles({ runs }, run, [join(images.path, "none")]).next(),
    Error,
    "found nothing there",
  );
  assertEquals(tf.memory().numTensors, before);
  await Deno.remove(runs, { recursive: true });
});
