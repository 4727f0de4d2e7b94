import { backend } from "../backend.ts";
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import type { Run } from "../../lib/training/run.ts";
import { loadRun, loadWeights, runDirectory } from "../../lib/training/run_store.ts";
import { trainOrLoad } from "../../lib/training/train_or_load.ts";
import { fileNames } from "../faults/finished_run.ts";
import { dataset, smallExperiment, split } from "./small_run.ts";
import { storeMadeRun } from "./stored_run.ts";

const DATA = { dataset, split };

Deno.test("a stored run has history, test rows, ε rows, weights and what they were computed with", async () => {
  const { directory, run } = await trainedRun();
  const stored = await loadRun(directory, run.hash);
  assertEquals(stored?.history.length, 3);
  assertEquals(stored?.test.length, 2 * split.test.length);
  assertEquals(stored?.epsilons.length, split.train.length);
  assertStringIncludes(stored!.environment.backend, backend.version);
  const weights = await loadWeights(directory, run.hash, "best");
  assertEquals(Object.keys(weights.statistics).length, 2 * 2 * 5);
  disposeTree(weights);
  assertEquals(fileNames(join(directory, run.hash)), [
    "README.md",
    "run.json",
    "run.lock",
    "weights_best.safetensors",
    "weights_last.safetensors",
  ]);
});

Deno.test("loadWeights() refuses weights whose checksum is not the recorded one", async () => {
  const { directory, run } = await trainedRun();
  const file = join(directory, run.hash, "weights_last.safetensors");
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 1] ^= 1;
  await Deno.writeFile(file, bytes);
  await assertRejects(() => loadWeights(directory, run.hash, "last"), Error, "the file is damaged");
});

const DAMAGED: [claim: string, change: (record: Run & { format: number }) => string, message: string][] = [
  ["is not JSON", () => "{", "JSON"],
  ["is cut", (record) => JSON.stringify(record).slice(0, -5), "damaged"],
  ["is of another version", (record) => JSON.stringify({ ...record, format: 2 }), "expected format 1, found 2"],
  [
    "is that of another run",
    (record) => JSON.stringify({ ...record, hash: "00ff00ff00ff" }),
    "it is the record of run 00ff00ff00ff",
  ],
];

for (const [claim, change, message] of DAMAGED) {
  Deno.test(`a run record that ${claim} is an error that names the run, not a new training`, async () => {
    const { directory, run } = await trainedRun();
    const file = join(directory, run.hash, "run.json");
    await Deno.writeTextFile(file, change(JSON.parse(await Deno.readTextFile(file))));
    const load = () => trainOrLoad(smallExperiment(ADAPTIVE), DATA, { directory, backend }).next();
    const error = await assertRejects(load, Error, `Cannot read run ${run.hash}`);
    assertStringIncludes((error as Error).message, message);
  });
}

Deno.test("loadRun() and loadWeights() name the part that a run record from another program lacks", async () => {
  const directory = await Deno.makeTempDir();
  const run = await storeMadeRun(directory, "abc0");
  const file = join(directory, run.hash, "run.json");
  const whole = JSON.parse(await Deno.readTextFile(file));
  for (
    const part of ["checksums", "experiment", "counts", "history", "test", "epsilons", "bestEpoch", "environment"]
  ) {
    await Deno.writeTextFile(file, JSON.stringify({ ...whole, [part]: undefined }));
    const message = `run.json is damaged (${part}: expected`;
    await assertRejects(() => loadRun(directory, run.hash), Error, message);
    await assertRejects(() => loadWeights(directory, run.hash, "best"), Error, message);
  }
});

for (const name of ["..", "../other", "a/../../b", "/etc", "", "run.json", "a\0b"]) {
  Deno.test(`a run's name may not be ${JSON.stringify(name)}, which could lead out of the folder of runs`, async () => {
    assertThrows(() => runDirectory("runs", name), RangeError, "not the hash of a run");
    await assertRejects(() => loadRun("runs", name), RangeError, "not the hash of a run");
    await assertRejects(() => loadWeights("runs", name, "best"), RangeError, "not the hash of a run");
  });
}

const ADAPTIVE = { epsilonControl: "adaptive" } as const;

async function trainedRun(): Promise<{ directory: string; run: Run }> {
  const directory = await Deno.makeTempDir();
  const running = trainOrLoad(smallExperiment(ADAPTIVE), DATA, { directory, backend });
  let next = await running.next();
  while (!next.done) next = await running.next();
  return { directory, run: next.value };
}
