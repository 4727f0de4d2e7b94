import { backend } from "../backend.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { tf } from "../../lib/backend/tf.ts";
import { readSealedJson, sealedJson } from "../../lib/files/sealed_json.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import { findRuns, loadRun, loadWeights, runDirectory, storeRun } from "../../lib/training/run_store.ts";
import { fileNames } from "../faults/finished_run.ts";
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

for (const [claim, change, message] of FOREIGN) {
  Deno.test(`a run.json that ${claim} is an error that names the run, and keeps no other run from being found`, async () => {
    const runs = await Deno.makeTempDir();
    const { hash } = await storeMadeRun(runs);
    const other = await storeMadeRun(runs, { seed: 7 });
    await Deno.mkdir(join(runs, "0123456789ab")); // a training under way
    const file = join(runs, hash, "run.json");
    await Deno.writeTextFile(file, change(await Deno.readTextFile(file)));
    const refused = `Cannot read run ${hash}: run.json is damaged or of another version (`;
    for (const read of [() => loadRun(runs, hash), () => loadWeights(runs, hash, "best")]) {
      const error = await assertRejects(read, Error, refused) as Error;
      assertStringIncludes(error.message, message);
      assertStringIncludes(error.message, "; delete its folder to train it again.");
    }
    const found = await findRuns(runs);
    assertEquals(found.runs.map((run) => run.hash), [other.hash]);
    assertEquals(found.damaged.length, 1);
    assert(found.damaged[0].startsWith(refused));
  });
}

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

for (const name of ["..", "../other", "a/../../b", "/etc", "", "run.json", "a\0b"]) {
  Deno.test(`a run's name may not be ${JSON.stringify(name)}, which could lead out of the folder of runs`, async () => {
    assertThrows(() => runDirectory("runs", name), RangeError, "not the hash of a run");
    await assertRejects(() => loadRun("runs", name), RangeError, "not the hash of a run");
    await assertRejects(() => loadWeights("runs", name, "best"), RangeError, "not the hash of a run");
  });
}
