import { backend } from "../backend.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { contentOf } from "../../lib/data/open_data.ts";
import { type SegmentationDataset, segmentationDataset } from "../../lib/data/segmentation_dataset.ts";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { type Lock, tryLock } from "../../lib/files/lock.ts";
import { LOCK_FILE, type RunEvent } from "../../lib/training/train_or_load.ts";
import { fileNames, runFolder, storedNumbers } from "../faults/training_process.ts";
import { DATA, dataset, runData, split, trainSmall } from "./small_run.ts";

const ADAPTIVE = { epochs: 3, epsilonControl: "adaptive" } as const;

Deno.test("trainOrLoad() trains once, and loads the same run the second time", async () => {
  const directory = await Deno.makeTempDir();
  const first = await trainSmall(directory);
  const second = await trainSmall(directory);
  assert(first.kinds.includes("step"));
  assertEquals(second.kinds, ["loaded"]);
  assertEquals(second.run, JSON.parse(JSON.stringify(first.run)));
});

// Everything that a run depends on, one thing changed at a time.
const { images, masks, groups, ids, trueDifficulty } = dataset;
const withChange = (values: Uint8Array, place: number) => values.with(place, 1 - Math.min(1, values[place]));
const otherData = (changes: Partial<SegmentationDataset>) => ({
  data: runData(segmentationDataset({ ...dataset, images, masks, groups, ids, trueDifficulty, ...changes }), split),
});
const OTHERS: [claim: string, changes: Partial<Experiment>, options: Parameters<typeof trainSmall>[2]][] = [
  ["one of an image's values", {}, otherData({ images: withChange(images, 5) })],
  ["a mended mask", {}, otherData({ masks: withChange(masks, 5) })],
  ["the name of an image", {}, otherData({ ids: ids.with(0, "another") })],
  ["the group of an image", {}, otherData({ groups: groups.with(0, groups[1]) })],
  ["the members of the parts", {}, {
    data: runData(dataset, { ...split, validation: [6, 8], train: [0, 1, 2, 3, 4, 5, 7] }),
  }],
  ["the order of the training images", {}, { data: runData(dataset, { ...split, train: split.train.toReversed() }) }],
  ["the backend", {}, { backend: { ...backend, name: "cpu" } }],
  ["the precision", { precision: "bfloat16" }, {}],
  ["the seed", { seed: 2 }, {}],
  ["the seed of the split", { splitSeed: 1 }, {}],
  ["the name of the split", { split: "random" }, {}],
  ["the name of the data set", { dataset: "own" }, {}],
];

Deno.test("trainOrLoad() trains anew where any one thing that a run depends on is another, and never loads the old run", async () => {
  const runs = await Deno.makeTempDir();
  await trainSmall(runs, { epochs: 1 });
  for (const [index, [claim, changes, options]] of OTHERS.entries()) {
    const onEvent = ({ kind }: RunEvent) => {
      throw new Error(`left at ${kind}`);
    };
    const training = () => trainSmall(runs, { epochs: 1, ...changes }, { ...options, onEvent });
    await assertRejects(training, Error, "left at step", claim);
    assertEquals(fileNames(runs).length, index + 2, `${claim}: in a folder of its own`);
  }
  assertEquals((await trainSmall(runs, { epochs: 1 })).kinds, ["loaded"]);
});

Deno.test("a run says which images were for what, by names and contents", async () => {
  const { run } = await trainSmall(await Deno.makeTempDir(), { epochs: 1 });
  for (const part of ["train", "validation", "test"] as const) {
    const wanted = split[part].map((index) => ({ id: ids[index], content: contentOf(dataset, index) }));
    assertEquals(run.parts[part], wanted);
  }
  assertEquals(new Set(Object.values(run.parts).flat().map(({ content }) => content)).size, ids.length);
  assertEquals([run.backend, run.data], [backend.name, DATA.fingerprint]);
});

Deno.test("a run that is left at any event, by signal and by an error in turn, goes on from there and ends the same, to the bit", async () => {
  const whole = await Deno.makeTempDir();
  const { kinds, run } = await trainSmall(whole, ADAPTIVE);
  const wanted = await storedNumbers(join(whole, run.hash));
  for (let count = 1; count <= kinds.length; count++) {
    const way = count % 2 === 0 ? "signal" : "error";
    const directory = await Deno.makeTempDir();
    const before = tf.memory().numTensors;
    await leaveAfter(directory, count, way);
    assertEquals(tf.memory().numTensors, before, `tensors after ${count} events, by ${way}`);
    const resumed = await trainSmall(directory, ADAPTIVE);
    const [first] = resumed.events;
    const done = kinds.slice(0, count).filter((kind) => kind !== "update");
    assertEquals(first.kind === "resumed" && [first.epoch, first.step], [
      Math.floor(done.length / 3),
      done.length % 3,
    ]);
    assertEquals(await storedNumbers(join(directory, run.hash)), wanted);
  }
});

Deno.test("trainOrLoad() refuses a split with an image in two parts or in none, and does not begin where its signal is aborted", async () => {
  const directory = await Deno.makeTempDir();
  const { test, ...parts } = split;
  const wrong = [
    [{ ...parts, test: [0, ...test.slice(1)] }, "found image 0 twice"],
    [{ ...parts, test: test.slice(1) }, `found image ${test[0]} in no part`],
  ] as const;
  for (const [split, message] of wrong) {
    const data = { ...DATA, split: { ...split, kind: "random" as const } };
    await assertRejects(() => trainSmall(directory, {}, { data }), Error, message);
  }
  await assertRejects(() => trainSmall(directory, {}, { signal: AbortSignal.abort(new Error("no")) }), Error, "no");
  assertEquals(fileNames(directory), [], "neither a folder nor a lock");
});

Deno.test("a damaged checkpoint is told and the run starts from the beginning", async () => {
  const directory = await Deno.makeTempDir();
  const folder = runFolder(directory, {});
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "checkpoint.safetensors"), "damaged");
  const { events, run } = await trainSmall(directory);
  assert(events[0].kind === "warning" && events[0].message.includes("starts from the beginning"));
  assertEquals(run.history.length, 3);
  assertEquals(fileNames(folder).filter((name) => name.startsWith("checkpoint")), []);
});

Deno.test("a run whose newest checkpoint is damaged goes on from the one before and ends the same, to the bit", async () => {
  const [whole, damaged] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  await trainSmall(whole, ADAPTIVE);
  await leaveAfter(damaged, 5, "error", 0);
  const folder = runFolder(damaged, ADAPTIVE);
  const file = join(folder, "checkpoint.safetensors");
  const bytes = await Deno.readFile(file);
  bytes[bytes.length - 1] ^= 1; // of a weight, which stays a number
  await Deno.writeFile(file, bytes);
  const { events } = await trainSmall(damaged, ADAPTIVE);
  assert(events[0].kind === "warning" && events[0].message.includes("from the checkpoint before it"));
  assertEquals(events[1].kind, "resumed");
  assertEquals(await storedNumbers(folder), await storedNumbers(runFolder(whole, ADAPTIVE)));
});

Deno.test("a checkpoint that was copied from another experiment is refused with the difference, and stays", async () => {
  const directory = await Deno.makeTempDir();
  await leaveAfter(directory, 2, "error");
  const [from, to] = [runFolder(directory, ADAPTIVE), runFolder(directory, { ...ADAPTIVE, seed: 5 })];
  await Deno.rename(from, to);
  const error = await assertRejects(() => trainSmall(directory, { ...ADAPTIVE, seed: 5 }), Error, "seed: 1 → 5");
  assertStringIncludes((error as Error).message, "delete it to train from the beginning");
  assert(fileNames(to).includes("checkpoint.safetensors"));
});

Deno.test("what writers that were killed have left is removed from the run's folder", async () => {
  const directory = await Deno.makeTempDir();
  const folder = runFolder(directory, {});
  await Deno.mkdir(folder);
  await Deno.writeTextFile(join(folder, "checkpoint.safetensors.0123abcd.tmp"), "half");
  await trainSmall(directory);
  const weights = ["weights_best.safetensors", "weights_last.safetensors"];
  assertEquals(fileNames(folder), ["README.md", "run.json", ...weights]);
});

Deno.test("a training that fails says which checkpoint is the last good one, keeps it and gives the lock back", async () => {
  const directory = await Deno.makeTempDir();
  const changes = { learningRate: 1e30 };
  const error = await assertRejects(
    () => trainSmall(directory, changes, { checkpointSeconds: 0 }),
    Error,
    "is not finite",
  );
  const folder = runFolder(directory, changes);
  const { message } = error as Error;
  const [, step] = /The last checkpoint is from 0 whole epochs and (\d) steps/.exec(message) ?? [];
  assertStringIncludes(message, folder);
  assert(message.includes(`in epoch 1, step ${Number(step) + 1}`) || Number(step) === 2, message);
  (await tryLock(join(folder, LOCK_FILE)) as Lock)[Symbol.dispose]();
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  const again = () => trainSmall(directory, changes, { checkpointSeconds: 0, onEvent });
  await assertRejects(again, Error, message, "the last good checkpoint is before the bad step");
  assertEquals(events[0], { kind: "resumed", epoch: 0, step: Number(step) });
});

Deno.test("trainOrLoad() with half a minute between checkpoints writes none in a run of a second", async () => {
  const directory = await Deno.makeTempDir();
  const onEvent = () => assertEquals(fileNames(runFolder(directory, {})), [LOCK_FILE]);
  await trainSmall(directory, {}, { onEvent });
});

/** Trains until so many events have come, and leaves. */
async function leaveAfter(runs: string, count: number, way: "signal" | "error", checkpointSeconds?: number) {
  const controller = new AbortController();
  const onEvent = () => {
    if (--count > 0) return;
    const reason = new Error("left");
    if (way === "error") throw reason;
    controller.abort(reason);
  };
  const options = { onEvent, signal: controller.signal, checkpointSeconds };
  await assertRejects(() => trainSmall(runs, ADAPTIVE, options), Error, "left");
}
