import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { cpus } from "node:os";
import { basename, join } from "@std/path";
import { tryLock, waitForLock } from "../../lib/files/lock.ts";
import { readRecords } from "../../lib/results/record_store.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { CHECKPOINT_FILES } from "../../lib/training/checkpoint_store.ts";
import { LOCK_FILE } from "../../lib/training/train_or_load.ts";
import { textLines } from "../../tasks/cli/child_process.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { command } from "../../tasks/sweep.ts";
import { shareCores, thisMachine } from "../../tasks/training/shares.ts";
import { runTrainingTask, taskCommand, type TrainingFolders, trainingFolders } from "./training_tasks.ts";

const STUDY = {
  title: "Two methods and a choice",
  profile: "smoke",
  set: { epochs: 1 },
  runs: [{ data: [{ dataset: "synthetic" }], methods: ["dice", "best"], seeds: [1, 2] }],
  choices: { best: { title: "Best ε", from: ["polydice1", "polydice1-0.5"] } },
};

Deno.test("deno task sweep --jobs 2 trains every run of a study, those of a choice as well, and leaves their records", async () => {
  await using folders = await trainingFolders();
  const study = join(folders.root, "mine.json");
  await Deno.writeTextFile(study, JSON.stringify(STUDY));
  const { code, stdout, stderr } = await runTrainingTask("sweep", [study, "--jobs", "2", ...folders.options]);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "5 runs trained in");
  assertMatch(stdout, /^\[5\/5\] synthetic grouped .+: test Dice/m);
  const { records } = await readRecords(join(folders.results, "mine"));
  assertEquals(records.length, 5);
  const shares = shareCores((await thisMachine()).cores, 2).map(({ length }) => length);
  const threads = ({ environment: { device } }: RunRecord) =>
    Number(/, (\d+) threads?$/.exec(device)?.[1] ?? cpus().length);
  for (const { record } of records) {
    const { device } = record.environment;
    assert(shares.includes(threads(record)) || device.startsWith("GPU"), device);
  }
  const epochs = (await folders.log()).filter(({ event }) => event === "epoch");
  assertEquals(epochs.length, 5);

  // Its numbers are those of a run alone with as many threads.
  const { place, record: beside } = records.find(({ record }) => record.experiment.seed === 1)!;
  const env = { NO_COLOR: "1", POLYDICE_DATA: "", TF_NUM_INTRAOP_THREADS: `${threads(beside)}` };
  const places = ["--results", join(folders.root, "alone"), "--runs", join(folders.root, "alone-runs")];
  const [program, ...args] = taskCommand("sweep", [study, ...places, "--run", basename(place)]);
  assertEquals((await new Deno.Command(program, { args, env }).output()).code, 0);
  const [{ record: alone }] = (await readRecords(join(folders.root, "alone", "mine"))).records;
  const losses = ({ history }: RunRecord) => history.map(({ trainLoss }) => trainLoss);
  assertEquals([alone.run, alone.test, losses(alone)], [beside.run, beside.test, losses(beside)]);

  const again = await runTrainingTask("sweep", [study, "--jobs", "auto", ...folders.options]);
  assertStringIncludes(again.stdout, "0 runs trained in");
});

/** Starts to train two runs without end, sends a signal when both have done an epoch, and gives back what came of it. */
async function sweepUntil(signal: Deno.Signal, folders: TrainingFolders) {
  const study = join(folders.root, "mine.json");
  await Deno.writeTextFile(study, JSON.stringify({ ...STUDY, set: { epochs: 5000 } }));
  const [program, ...args] = taskCommand("sweep", [study, "--jobs", "2", "--only", "dice", ...folders.options]);
  const env = { NO_COLOR: "1", POLYDICE_DATA: "" };
  const child = new Deno.Command(program, { args, env, stdout: "piped", stderr: "piped" }).spawn();
  const lines: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of textLines(stream)) lines.push(text);
  };
  const ended = Promise.all([child.status, read(child.stdout), read(child.stderr)]);
  let running = true;
  ended.finally(() => running = false);
  const seeds = async () => new Set((await folders.log().catch(() => [])).map(({ seed }) => seed)).size;
  while (running && await seeds() < 2) await new Promise((go) => setTimeout(go, 100));
  assert(running, lines.join("\n"));
  child.kill(signal);
  const [{ code }] = await ended;
  const runs = [...Deno.readDirSync(folders.runs)].filter(({ isDirectory }) => isDirectory);
  return { code, lines, runs: runs.map(({ name }) => join(folders.runs, name)) };
}

function hasCheckpoint(run: string): boolean {
  return [...Deno.readDirSync(run)].some(({ name }) => CHECKPOINT_FILES.some((file) => file === name));
}

Deno.test("a signal ends deno task sweep --jobs 2 after each of its runs is saved, with the signal's status", async () => {
  await using folders = await trainingFolders();
  const { code, lines, runs } = await sweepUntil("SIGTERM", folders);
  assertEquals(code, 143);
  assertEquals(lines.at(-1), "The training was interrupted. It is saved, and goes on from there next time.");
  assert(!lines.some((text) => text.includes("its worker")), lines.join("\n"));
  assertEquals(runs.length, 2);
  for (const run of runs) {
    const lock = await tryLock(join(run, LOCK_FILE));
    assert(typeof lock !== "string", "no worker is left");
    lock[Symbol.dispose]();
    assert(hasCheckpoint(run));
  }
});

Deno.test("the workers of a deno task sweep that is killed end by themselves, and their runs are saved", async () => {
  await using folders = await trainingFolders();
  const { code, runs } = await sweepUntil("SIGKILL", folders);
  assertEquals([code, runs.length], [137, 2]);
  for (const run of runs) {
    (await waitForLock(join(run, LOCK_FILE)))[Symbol.dispose]();
    assert(hasCheckpoint(run));
  }
});

for (
  const words of [["--jobs", "0"], ["--jobs", "many"], ["--jobs", "2", "--list"], ["--jobs", "2", "--run", "a.json"]]
) {
  Deno.test(`deno task sweep refuses ${words.join(" ")} with status 2`, async () => {
    const parsed = () => command.parseAsync(["protocol", ...words], { from: "user" });
    assertEquals((await assertRejects(parsed, TaskError, "--jobs")).status, 2);
  });
}
