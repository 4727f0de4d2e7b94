import { InvalidArgumentError } from "@commander-js/extra-typings";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { THESIS_EXPERIMENT } from "../../lib/experiment/experiment.ts";
import { PROFILES } from "../../lib/experiment/profiles.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { fittingJobs, sharingWorkers, thisMachine } from "../../lib/training/shares.ts";
import { jobsWord, wholeNumbers } from "../../tasks/cli/values.ts";
import { sideBySideProgress, trainSideBySide, type WaitingRun } from "../../tasks/training/side_by_side.ts";
import { keptProgress } from "./temporary_project.ts";

/** Trains runs of these records by made workers. */
async function train(
  jobs: number,
  records: readonly string[],
  later: (begun: ReadonlySet<string>) => readonly string[] = () => [],
) {
  const folder = await Deno.makeTempDir({ prefix: "polydice_workers_" });
  const begun = () => new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  const worker = {
    command: [
      ...[Deno.execPath(), "run", "-q", "--no-check", "-P=training"],
      ...["--config", join(projectFolder().root, "deno.json"), join(import.meta.dirname!, "made_worker.ts"), folder],
    ],
    env: {},
  };
  const { progress: line, said } = keptProgress();
  const handed: string[] = [];
  const next = (): Promise<WaitingRun | undefined> => {
    const record = [...records, ...later(begun())].find((one) => !handed.includes(one));
    if (record === undefined) return Promise.resolve(undefined);
    handed.push(record);
    return Promise.resolve({ name: `run ${record}`, record });
  };
  try {
    const result = await trainSideBySide(new Array(jobs).fill(worker), { next, count: () => records.length }, line);
    const pids = new Map([...begun()].map((name) => [name, Deno.readTextFileSync(join(folder, name))]));
    return { result, said: said.join(""), pids };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("trainSideBySide() gives each worker one run after another, and counts those that are passed over", async () => {
  const { result, said, pids } = await train(2, ["meet b", "b", "recorded", "busy", "warned", "c"]);
  assertEquals(result, { trained: 4, recorded: 1, busy: 1, failed: [] });
  assertEquals(new Set(pids.values()).size, 2);
  assertStringIncludes(said, "run c: test Dice 0.5");
  assertStringIncludes(said, "run warned: the checkpoint is damaged");
  assertEquals(said.split("Computing with nothing").length, 2, "what both workers say is told once");
});

Deno.test("trainSideBySide() keeps idle workers for runs that become possible when another one ends", async () => {
  const { result } = await train(
    2,
    ["chosen from"],
    (begun) => begun.has("chosen from") ? ["meet left", "left"] : [],
  );
  assertEquals(result, { trained: 3, recorded: 0, busy: 0, failed: [] });
});

Deno.test("trainSideBySide() tells of a worker that ends before its run, and another one goes on with the others", async () => {
  const { result, said, pids } = await train(1, ["a", "fail", "b", "killed", "c"]);
  assertEquals(result, { trained: 3, recorded: 0, busy: 0, failed: ["run fail", "run killed"] });
  assertStringIncludes(said, "run fail: Cannot train: its loss is infinite\n");
  assertStringIncludes(said, "run fail: its worker ended with status 1.");
  assertStringIncludes(said, "run killed: its worker was ended by SIGKILL. The same command goes on with it.");
  assertEquals(new Set(pids.values()).size, 3);
  assert(pids.get("a") === pids.get("fail") && pids.get("b") === pids.get("killed"));
});

Deno.test("trainSideBySide() starts no further worker where two in a row have done nothing", async () => {
  const { result, said, pids } = await train(1, ["fail", "fail again", "a"]);
  assertEquals([result.trained, result.failed], [0, ["run fail", "run fail again"]]);
  assertStringIncludes(said, "No further worker is started");
  assert(!pids.has("a"));
});

Deno.test("sideBySideProgress() shows every run in one line, and the time left for all of them by the pace of whole runs", () => {
  const shown: string[] = [];
  let now = 0;
  const line = { show: (text: string) => shown.push(text), say() {}, clear() {} };
  const progress = sideBySideProgress(line, () => 4, () => now);
  const step = (done: number) =>
    ({ event: "step", epoch: 1 + Math.floor(done * 9), epochs: 10, loss: 0.5, done }) as const;
  progress.follow("a", { event: "doing", text: "Reading images" });
  assertEquals(shown.at(-1), "0/4 · Reading images");
  progress.follow("a", step(0));
  progress.follow("b", step(0.5)); // it goes on after half of it
  assertEquals(shown.at(-1), "0/4 · a epoch 1/10, loss 0.500 · b epoch 5/10, loss 0.500");
  now = 20_000;
  progress.follow("a", step(0.2)); // 100 s for a whole one
  progress.follow("b", step(0.7)); // as well
  // Two wait, 0.8 + 0.3 are left of these: 3.1 × 100 s by two workers.
  assertEquals(shown.at(-1), "0/4 · 2:35 min left in all · a epoch 2/10, loss 0.500 · b epoch 7/10, loss 0.500");
  now = 50_000;
  progress.end("b", true); // 0.5 in 50 s
  progress.follow("a", step(0.5));
  assertEquals(shown.at(-1), "1/4 · 4:10 min left in all · a epoch 5/10, loss 0.500");
});

const cores = (count: number) => [...Array(count).keys()];

// [profile, cores, memory in GiB, gpu, jobs]
const CASES = [
  ["smoke", 2, 8, false, 2],
  ["quick", 2, 8, false, 2],
  ["quick", 16, 8, false, 8],
  ["quick", 2, 0.5, false, 1],
  ["quick", 16, 64, true, 1],
  ["small", 2, 8, false, 1],
  ["small", 16, 64, false, 8],
  ["thesis", 16, 64, false, 1],
] as const;
Deno.test("fittingJobs() is as many as cores and memory allow, by the largest network", () => {
  for (const [profile, count, gigabytes, gpu, jobs] of CASES) {
    const experiment = { ...THESIS_EXPERIMENT, ...PROFILES[profile].set };
    const machine = { cores: cores(count), memory: gigabytes * 2 ** 30, gpu };
    assertEquals(fittingJobs([experiment], machine), jobs, `${profile} on ${count} cores with ${gigabytes} GiB`);
  }
  const experiments = [{ baseWidth: 2, imageSize: 32 }, { baseWidth: 64, imageSize: 256 }];
  assertEquals(fittingJobs(experiments, { cores: cores(16), memory: 2 ** 36 }), 1);
});

Deno.test("sharingWorkers() binds each process to its cores, with as many threads", async () => {
  const workers = await sharingWorkers(["sh", "-c", "grep Cpus_allowed_list /proc/self/status"], 2);
  const { cores } = await thisMachine();
  const first = cores.slice(0, Math.max(1, Math.floor(cores.length / 2)));
  assertEquals(workers[0].env.TF_NUM_INTRAOP_THREADS, `${first.length}`);
  if (workers[0].command[0] !== "taskset") return; // not on this system
  const [program, ...args] = workers[0].command;
  const { stdout } = await new Deno.Command(program, { args }).output();
  assertEquals(wholeNumbers(new TextDecoder().decode(stdout).split(/\s+/)[1]), first);
});

Deno.test("jobsWord() takes a number from 1, or auto", () => {
  assertEquals([jobsWord("3"), jobsWord("auto")], [3, "auto"]);
  for (const word of ["0", "-1", "all", ""]) assertThrows(() => jobsWord(word), InvalidArgumentError, "or auto");
});
