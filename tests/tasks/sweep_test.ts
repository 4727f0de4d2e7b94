import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { cpus } from "node:os";
import { basename, join } from "@std/path";
import { experimentHash } from "../../lib/experiment/experiment.ts";
import { parseStudy } from "../../lib/experiment/study.ts";
import { tryLock, waitForLock } from "../../lib/files/lock.ts";
import { readRecords } from "../../lib/results/record_store.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { CHECKPOINT_FILES } from "../../lib/training/checkpoint_store.ts";
import { LOCK_FILE } from "../../lib/training/train_or_load.ts";
import { textLines } from "../../lib/text/text_lines.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { command } from "../../tasks/sweep.ts";
import { selectedRuns } from "../../tasks/training/selection.ts";
import { shareCores, thisMachine } from "../../lib/training/shares.ts";
import { BLACK_AND_WHITE, drawing, drawnFolder, writeMask } from "../data/drawings.ts";
import { writeImage } from "../data/drawings.ts";
import { runTask, startTask, trainedEpochs, type TrainingFolders, trainingFolders } from "./run_task.ts";

const STUDY = {
  title: "Two methods and a choice",
  profile: "smoke",
  set: { epochs: 1 },
  runs: [{ data: [{ dataset: "synthetic" }], methods: ["dice", "best"], seeds: [1, 2] }],
  choices: { best: { title: "Best ε", from: ["polydice1", "polydice1-0.5"] } },
};

Deno.test("deno task sweep trains what has no record for the images that lie there now, and passes over what has", async () => {
  using images = await drawnFolder(12);
  await using folders = await trainingFolders();
  const study = join(folders.root, "mine.json");
  const [block] = STUDY.runs;
  const runs = [{ ...block, data: [{ dataset: images.path, name: "drawings" }] }];
  await Deno.writeTextFile(study, JSON.stringify({ ...STUDY, runs }));
  const place = join(folders.results, "mine");
  const sweep = async (...more: string[]) => {
    const { code, stdout, stderr } = await runTask(command, [
      study,
      ...more.includes("--list") ? ["--results", folders.results] : folders.options,
      ...more,
    ]);
    assertEquals([code, stderr], [0, ""]);
    return stdout;
  };
  const epochs = async () => trainedEpochs(await folders.log());
  const records = async () => (await readRecords(place)).records.map(({ record }) => record);

  const json = join(folders.root, "list.json");
  assertEquals((await sweep("--list", "--json", json)).trim().split("\n"), [
    "to train  drawings grouped polydice1 seed 1",
    "to train  drawings grouped polydice1-0.5 seed 1",
    "to train  drawings grouped dice seed 1",
    "to train  drawings grouped dice seed 2",
    "4 runs, 0 of them recorded",
  ]);
  const listed: { name: string; record: string }[] = JSON.parse(await Deno.readTextFile(json)).runs;
  assert(listed.every(({ record }) => record.startsWith("mine/records/drawings-grouped-")));
  const first = await sweep();
  assertStringIncludes(first, "5 runs trained in"); // the chosen ε with seed 2 among them
  assertEquals([await epochs(), (await records()).length], [5, 5]);
  for (const { record } of listed) assert((await Deno.lstat(join(folders.results, record))).isFile);
  assertStringIncludes(await sweep(), "0 runs trained in");
  assertStringIncludes(await sweep("--list"), "5 runs, 5 of them recorded");

  // A record that is missing, and one that is damaged, come of the weights that are there.
  const [lost, damaged] = listed.filter(({ name }) => name.includes("dice seed") && !name.includes("poly"));
  await Deno.remove(join(folders.results, lost.record));
  await Deno.writeTextFile(join(folders.results, damaged.record), "{");
  const mended = await sweep();
  assertStringIncludes(mended, "2 runs trained in");
  assertStringIncludes(mended, "3 had their record");
  assertStringIncludes(mended, "Cannot read");
  assertEquals([await epochs(), (await records()).length], [5, 5]);
  assertEquals((await folders.log()).slice(-2).map(({ event }) => event), ["loaded", "loaded"]);

  // Other images in the same place: trained anew, and the old record is kept aside.
  const before = (await records()).find(({ experiment: { seed, loss } }) => seed === 2 && loss === "dice")!;
  await writeMask(join(images.path, "masks/case3.png"), drawing(4).shape, BLACK_AND_WHITE);
  const again = await sweep("--only", "dice", "--seeds", "2");
  assertStringIncludes(again, `its record is of other images (run ${before.run}); training anew`);
  assertStringIncludes(again, "1 run trained in");
  const after = (await records()).find(({ experiment: { seed, loss } }) => seed === 2 && loss === "dice")!;
  assert(after.run !== before.run && after.data.pixels !== before.data.pixels);
  assertEquals([await epochs(), (await records()).length], [6, 5]);
  const [kept, ...others] = [...Deno.readDirSync(join(place, "superseded"))].map(({ name }) => name);
  assertEquals(others, []);
  assertStringIncludes(await Deno.readTextFile(join(place, "superseded", kept)), before.run);

  // Images that are gone: nothing is said to be there.
  await Deno.rename(images.path, `${images.path}-moved`);
  const gone = await runTask(command, [study, ...folders.options]);
  await Deno.rename(`${images.path}-moved`, images.path);
  assert(gone.code !== 0 && !gone.stdout.includes("had their record"), gone.stdout + gone.stderr);
});

const GRID = parseStudy(
  JSON.stringify({
    ...STUDY,
    choices: undefined,
    runs: [{
      data: [{ dataset: "kvasir-seg" }, { dataset: "synthetic", split: "random" }],
      methods: ["dice", "focal"],
      seeds: [1, 2, 3],
    }],
  }),
  "/studies/grid.json",
);
const selected = (changes: { seeds?: number[]; only?: string[] }) =>
  selectedRuns({ study: GRID, folder: "", backend: "cpu", ...changes }, []);

Deno.test("selectedRuns() takes seeds, and words that each name a method, a data set or a split", () => {
  assertEquals(selected({}).length, 12);
  assertEquals(selected({ seeds: [2, 9] }).length, 4);
  assertEquals(selected({ only: ["dice"], seeds: [1] }).map(({ name }) => name), [
    "kvasir-seg grouped dice seed 1",
    "synthetic random dice seed 1",
  ]);
  assertEquals(selected({ only: ["focal", "random"] }).map(({ name }) => name), [
    "synthetic random focal seed 1",
    "synthetic random focal seed 2",
    "synthetic random focal seed 3",
  ]);
  assertEquals(selected({ only: ["dice", "focal", "kvasir-seg"] }).length, 6);
  const [{ record, experiment }] = selected({});
  assertStringIncludes(record, experimentHash(experiment, "cpu"));
});

Deno.test("selectedRuns() refuses a word that is in no run, with a hint, and a selection of none", () => {
  const wrong: [Parameters<typeof selected>[0], string][] = [
    [{ only: ["focla"] }, "(Did you mean focal?)"],
    [{ only: ["adaptive"] }, "the study grid has kvasir-seg, synthetic, grouped, random, dice, focal."],
    [{ seeds: [7] }, "it has no run of all these"],
    [{ only: ["kvasir-seg", "random"] }, "it has no run of all these"],
  ];
  for (const [changes, message] of wrong) {
    assertEquals(assertThrows(() => selected(changes), TaskError, message).status, 2);
  }
});

Deno.test("deno task sweep --jobs 2 trains every run of a study, those of a choice as well, and leaves their records", async () => {
  await using folders = await trainingFolders();
  const study = join(folders.root, "mine.json");
  await Deno.writeTextFile(study, JSON.stringify(STUDY));
  const { code, stdout, stderr } = await runTask(command, [study, "--jobs", "2", ...folders.options]);
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
  assertEquals(trainedEpochs(await folders.log()), 5);

  // Its numbers are those of a run alone with as many threads.
  const { place, record: beside } = records.find(({ record }) => record.experiment.seed === 1)!;
  const places = ["--results", join(folders.root, "alone"), "--runs", join(folders.root, "alone-runs")];
  const env = { TF_NUM_INTRAOP_THREADS: `${threads(beside)}` };
  assertEquals((await startTask("sweep", [study, ...places, "--run", basename(place)], env).output()).code, 0);
  const [{ record: alone }] = (await readRecords(join(folders.root, "alone", "mine"))).records;
  const losses = ({ history }: RunRecord) => history.map(({ trainLoss }) => trainLoss);
  assertEquals([alone.run, alone.test, losses(alone)], [beside.run, beside.test, losses(beside)]);

  const again = await runTask(command, [study, "--jobs", "auto", ...folders.options]);
  assertStringIncludes(again.stdout, "0 runs trained in");
});

Deno.test("deno task sweep --jobs 2 tells once of images that no run can be trained on, and begins none", async () => {
  using images = await drawnFolder(12);
  Deno.truncateSync(join(images.path, "images/case1.png"), 60);
  await using folders = await trainingFolders();
  const study = join(folders.root, "mine.json");
  const [block] = STUDY.runs;
  const runs = [{ ...block, data: [{ dataset: images.path, name: "drawings" }] }];
  await Deno.writeTextFile(study, JSON.stringify({ ...STUDY, runs }));
  const { code, stdout, stderr } = await runTask(command, [study, "--jobs", "2", ...folders.options]);
  assertEquals([code, `${stdout}${stderr}`.match(/case1\.png/g)?.length], [1, 1]);
});

/** Starts to train two runs without end, sends a signal when both have done an epoch, and gives back what came of it. */
async function sweepUntil(signal: Deno.Signal, folders: TrainingFolders) {
  const study = join(folders.root, "mine.json");
  await Deno.writeTextFile(study, JSON.stringify({ ...STUDY, set: { epochs: 5000 } }));
  const child = startTask("sweep", [study, "--jobs", "2", "--only", "dice", ...folders.options]);
  const lines: string[] = [];
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of textLines(stream)) lines.push(text);
  };
  const ended = Promise.all([child.status, read(child.stdout), read(child.stderr)]);
  let running = true;
  ended.finally(() => running = false);
  const seeds = async () => new Set((await folders.log()).map(({ seed }) => seed)).size;
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

/** Three drawings, the masks of which show nothing where they are empty. */
async function drawings(folder: string, empty = false): Promise<void> {
  for (const [index, id] of ["a", "b", "c"].entries()) {
    await writeImage(join(folder, "images", `${id}.png`), { seed: index });
    await writeImage(join(folder, "masks", `${id}.png`), { mask: true, white: empty ? 0 : 255 });
  }
}

Deno.test("a sweep scores every run on the images that its study names, and completes records when more are there", async () => {
  await using folders = await trainingFolders();
  const study = join(folders.root, "studies", "far.json");
  await Deno.mkdir(join(folders.root, "studies"));
  await Deno.writeTextFile(
    study,
    JSON.stringify({
      title: "Elsewhere",
      profile: "smoke",
      runs: [{ data: [{ dataset: "synthetic" }], methods: ["dice"], seeds: [1] }],
      external: [{ dataset: "../far/Clinic" }, { dataset: "../far/Healthy" }],
    }),
  );
  const sweep = async () => {
    const words = [study, ...folders.options, "--data", folders.root];
    const { code, stdout, stderr } = await runTask(command, words);
    assertEquals([code, stderr], [0, ""]);
    return stdout;
  };
  const external = async () => {
    const { records: [{ record }] } = await readRecords(join(folders.results, "far"));
    return record.external.filter(({ change }) => change === "");
  };
  await drawings(join(folders.root, "far", "Clinic"));
  const first = await sweep();
  assertStringIncludes(first, `healthy: there is nothing at ${join(folders.root, "far", "Healthy")} or`);
  assertEquals((await external()).map(({ dataset, images }) => [dataset, images]), [["clinic", 3]]);

  await drawings(join(folders.root, "external", "Healthy"), true); // beside the published data sets
  assertStringIncludes(await sweep(), "1 run trained in"); // its network was there
  const [clinic, healthy] = await external();
  assertEquals([clinic.dataset, healthy.dataset, healthy.difficulty], ["clinic", "healthy", [0, 0, 0]]);
  assert(healthy.dice.every((dice, image) => dice === (healthy.predicted[image] > 0 ? 0 : 1)));
  assertEquals(trainedEpochs(await folders.log()), 2); // trained once
  assertStringIncludes(await sweep(), "1 had their record");
});
