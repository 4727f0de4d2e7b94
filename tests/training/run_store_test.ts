import { backend } from "../backend.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { experimentHash } from "../../lib/training/experiment.ts";
import type { Run } from "../../lib/training/run.ts";
import { loadRun, loadWeights, type RunEvent, trainOrLoad } from "../../lib/training/run_store.ts";
import { dataset, smallExperiment, split } from "./small_run.ts";

const DATA = { dataset, split };

Deno.test("trainOrLoad() trains once, and loads the same run the second time", async () => {
  const directory = await Deno.makeTempDir();
  const first = await collect(directory);
  const second = await collect(directory);
  assert(first.kinds.includes("step"));
  assertEquals(second.kinds, ["loaded"]);
  assertEquals(second.run, JSON.parse(JSON.stringify(first.run)));
});

Deno.test("trainOrLoad() trains another seed anew", async () => {
  const directory = await Deno.makeTempDir();
  const { run } = await collect(directory, { seed: 1 });
  const other = await collect(directory, { seed: 2 });
  assert(other.run.hash !== run.hash);
  assert(other.kinds.includes("step"));
});

Deno.test("a stored run has history, test rows, ε rows, weights and what they were computed with", async () => {
  const directory = await Deno.makeTempDir();
  const { run } = await collect(directory, { epsilonControl: "adaptive" });
  const stored = await loadRun(directory, run.hash);
  assertEquals(stored?.history.length, 3);
  assertEquals(stored?.test.length, 2 * split.test.length);
  assertEquals(stored?.epsilons.length, split.train.length);
  assertStringIncludes(stored!.environment.backend, backend.version);
  const weights = await loadWeights(directory, run.hash, "best");
  assertEquals(Object.keys(weights.statistics).length, 2 * 2 * 5);
  disposeTree(weights);
  assertEquals([...Deno.readDirSync(join(directory, run.hash))].map(({ name }) => name).sort(), [
    "run.json",
    "weights_best.safetensors",
    "weights_last.safetensors",
  ]);
});

Deno.test("an interrupted run goes on from its checkpoint and ends like an uninterrupted one", async () => {
  const [whole, interrupted] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const experiment = smallExperiment();
  const training = trainOrLoad(experiment, DATA, { directory: interrupted, backend, checkpointSeconds: 0 });
  for (let event = await training.next(); !event.done; event = await training.next()) {
    if (event.value.kind === "epoch" && event.value.row.epoch === 2) break;
  }
  await training.return(undefined as unknown as Run);
  const resumed = await collect(interrupted);
  assertEquals(resumed.events[0], { kind: "resumed", epoch: 2 });
  assertEquals(resumed.run.test, (await collect(whole)).run.test);
});

Deno.test("a damaged checkpoint is told and the run starts from the beginning", async () => {
  const directory = await Deno.makeTempDir();
  const hash = experimentHash(smallExperiment(), dataset.fingerprint, backend.name);
  await Deno.mkdir(join(directory, hash));
  await Deno.writeTextFile(join(directory, hash, "checkpoint.safetensors"), "damaged");
  const { events, run } = await collect(directory);
  assert(events[0].kind === "warning" && events[0].message.includes("starts from the beginning"));
  assertEquals(run.history.length, 3);
});

Deno.test("loadWeights() refuses weights whose checksum is not the recorded one", async () => {
  const directory = await Deno.makeTempDir();
  const { run } = await collect(directory);
  const file = join(directory, run.hash, "weights_last.safetensors");
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 1] ^= 1;
  await Deno.writeFile(file, bytes);
  await assertRejects(() => loadWeights(directory, run.hash, "last"), Error, "the file is damaged");
});

Deno.test("a damaged run record is an error that names the run, not a new training", async () => {
  const directory = await Deno.makeTempDir();
  const { run } = await collect(directory);
  await Deno.writeTextFile(join(directory, run.hash, "run.json"), "{");
  await assertRejects(() => collect(directory), Error, `Cannot read run ${run.hash}`);
});

async function collect(directory: string, changes: Parameters<typeof smallExperiment>[0] = {}) {
  const events: RunEvent[] = [];
  const running = trainOrLoad(smallExperiment(changes), DATA, { directory, backend });
  let next = await running.next();
  for (; !next.done; next = await running.next()) events.push(next.value);
  return { run: next.value, events, kinds: events.map(({ kind }) => kind) };
}
