import { backend } from "../backend.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import type { Experiment } from "../../lib/training/experiment.ts";
import type { Run } from "../../lib/training/run.ts";
import { type RunLock, tryRunLock } from "../../lib/training/run_lock.ts";
import { type RunEvent, type RunOptions, trainOrLoad } from "../../lib/training/train_or_load.ts";
import { fileNames, runFolder, storedNumbers } from "../faults/finished_run.ts";
import { dataset, smallExperiment, split } from "./small_run.ts";

const DATA = { dataset, split };
const ADAPTIVE = { epochs: 3, epsilonControl: "adaptive" } as const;

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

Deno.test("a run that is left at any event, by signal and by return in turn, goes on from there and ends the same, to the bit", async () => {
  const whole = await Deno.makeTempDir();
  const { kinds, run } = await collect(whole, ADAPTIVE);
  const wanted = await storedNumbers(join(whole, run.hash));
  for (let count = 1; count <= kinds.length; count++) {
    const way = count % 2 === 0 ? "signal" : "return";
    const directory = await Deno.makeTempDir();
    const before = tf.memory().numTensors;
    await leaveAfter(directory, count, way);
    assertEquals(tf.memory().numTensors, before, `tensors after ${count} events, by ${way}`);
    const resumed = await collect(directory, ADAPTIVE);
    const [first] = resumed.events;
    const done = kinds.slice(0, count).filter((kind) => kind !== "update");
    assertEquals(first.kind === "resumed" && [first.epoch, first.step], [
      Math.floor(done.length / 3),
      done.length % 3,
    ]);
    assertEquals(await storedNumbers(join(directory, run.hash)), wanted);
  }
});

Deno.test("trainOrLoad() does not begin where its signal is aborted, and does not take the lock", async () => {
  const directory = await Deno.makeTempDir();
  await assertRejects(() => collect(directory, {}, { signal: AbortSignal.abort(new Error("no")) }), Error, "no");
  assertEquals(fileNames(directory), []);
});

Deno.test("trainOrLoad() refuses a split with an image in two parts or in none, before it trains on a test image", async () => {
  const directory = await Deno.makeTempDir();
  const { test, ...parts } = split;
  for (
    const [wrong, message] of [
      [{ ...parts, test: [0, ...test.slice(1)] }, "found image 0 twice"],
      [{ ...parts, test: test.slice(1) }, `found image ${test[0]} in no part`],
    ] as const
  ) {
    const running = trainOrLoad(smallExperiment(), { dataset, split: wrong }, { directory, backend });
    await assertRejects(() => running.next(), Error, message);
  }
  assertEquals(fileNames(directory), []);
});

Deno.test("a damaged checkpoint is told and the run starts from the beginning", async () => {
  const directory = await Deno.makeTempDir();
  const folder = runFolder(directory, {});
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "checkpoint.safetensors"), "damaged");
  const { events, run } = await collect(directory);
  assert(events[0].kind === "warning" && events[0].message.includes("starts from the beginning"));
  assertEquals(run.history.length, 3);
  assertEquals(fileNames(folder).filter((name) => name.startsWith("checkpoint")), []);
});

Deno.test("a run whose newest checkpoint is damaged goes on from the one before and ends the same, to the bit", async () => {
  const [whole, damaged] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  await collect(whole, ADAPTIVE);
  await leaveAfter(damaged, 5, "return", 0);
  const folder = runFolder(damaged, ADAPTIVE);
  const file = join(folder, "checkpoint.safetensors");
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 1] ^= 1; // of a weight, which stays a number
  await Deno.writeFile(file, bytes);
  const { events } = await collect(damaged, ADAPTIVE);
  assert(events[0].kind === "warning" && events[0].message.includes("from the checkpoint before it"));
  assertEquals(events[1].kind, "resumed");
  assertEquals(await storedNumbers(folder), await storedNumbers(runFolder(whole, ADAPTIVE)));
});

Deno.test("a checkpoint that was copied from another experiment is refused with the difference, and stays", async () => {
  const directory = await Deno.makeTempDir();
  await leaveAfter(directory, 2, "return");
  const [from, to] = [runFolder(directory, ADAPTIVE), runFolder(directory, { ...ADAPTIVE, seed: 5 })];
  await Deno.rename(from, to);
  const error = await assertRejects(() => collect(directory, { ...ADAPTIVE, seed: 5 }), Error, "seed: 1 → 5");
  assertStringIncludes((error as Error).message, "delete it to train from the beginning");
  assert(fileNames(to).includes("checkpoint.safetensors"));
});

Deno.test("what writers that were killed have left is removed from the run's folder", async () => {
  const directory = await Deno.makeTempDir();
  const folder = runFolder(directory, {});
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "checkpoint.safetensors.0123abcd.tmp"), "half");
  await collect(directory);
  const weights = ["weights_best.safetensors", "weights_last.safetensors"];
  assertEquals(fileNames(folder), ["README.md", "run.json", "run.lock", ...weights]);
});

Deno.test("a training that fails says which checkpoint is the last good one, keeps it and gives the lock back", async () => {
  const directory = await Deno.makeTempDir();
  const changes = { learningRate: 1e30 };
  const error = await assertRejects(
    () => collect(directory, changes, { checkpointSeconds: 0 }),
    Error,
    "is not finite",
  );
  const folder = runFolder(directory, changes);
  const { message } = error as Error;
  const [, step] = /The last checkpoint is from 0 whole epochs and (\d) steps/.exec(message) ?? [];
  assertStringIncludes(message, folder);
  assert(message.includes(`in epoch 1, step ${Number(step) + 1}`) || Number(step) === 2, message);
  (await tryRunLock(folder) as RunLock)[Symbol.dispose]();
  const again = trainOrLoad(smallExperiment(changes), DATA, { directory, backend, checkpointSeconds: 0 });
  assertEquals((await again.next()).value, { kind: "resumed", epoch: 0, step: Number(step) });
  await assertRejects(() => collectEvents(again), Error, message, "the last good checkpoint is before the bad step");
});

Deno.test("trainOrLoad() with half a minute between checkpoints writes none in a run of a second", async () => {
  const directory = await Deno.makeTempDir();
  const running = trainOrLoad(smallExperiment(), DATA, { directory, backend });
  let next = await running.next();
  for (; !next.done; next = await running.next()) assertEquals(fileNames(runFolder(directory, {})), ["run.lock"]);
});

/** Trains until so many events have come, and leaves. */
async function leaveAfter(directory: string, count: number, way: "signal" | "return", checkpointSeconds?: number) {
  const controller = new AbortController();
  const options = { directory, backend, signal: controller.signal, checkpointSeconds };
  const running = trainOrLoad(smallExperiment(ADAPTIVE), DATA, options);
  for (let event = 0; event < count; event++) await running.next();
  if (way === "return") return void await running.return(undefined as unknown as Run);
  controller.abort(new Error("left"));
  await assertRejects(() => running.next(), Error, "left");
}

async function collect(directory: string, changes: Partial<Experiment> = {}, options: Partial<RunOptions> = {}) {
  return await collectEvents(trainOrLoad(smallExperiment(changes), DATA, { directory, backend, ...options }));
}

async function collectEvents(running: ReturnType<typeof trainOrLoad>) {
  const events: RunEvent[] = [];
  let next = await running.next();
  for (; !next.done; next = await running.next()) events.push(next.value);
  return { run: next.value, events, kinds: events.map(({ kind }) => kind) };
}
