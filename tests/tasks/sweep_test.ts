import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { experimentHash } from "../../lib/experiment/experiment.ts";
import { parseStudy } from "../../lib/experiment/study.ts";
import { readRecords } from "../../lib/results/record_store.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { command, selectedRuns } from "../../tasks/sweep.ts";
import { BLACK_AND_WHITE, drawing, drawnFolder, writeMask } from "../data/drawings.ts";
import { runTrainingTask, trainingFolders } from "./training_tasks.ts";

const STUDY = {
  title: "Two methods and a choice",
  profile: "smoke",
  set: { epochs: 1 },
  runs: [{ data: [{ dataset: "./images", name: "drawings" }], methods: ["dice", "best"], seeds: [1, 2] }],
  choices: { best: { title: "Best ε", from: ["polydice1", "polydice1-0.5"] } },
};

Deno.test("deno task sweep trains what has no record for the images that lie there now, and passes over what has", async () => {
  using images = await drawnFolder(12);
  await using folders = await trainingFolders();
  const study = join(folders.root, "mine.json");
  await Deno.writeTextFile(study, JSON.stringify(STUDY).replace("./images", images.path));
  const place = join(folders.results, "mine");
  const sweep = async (...more: string[]) => {
    const { code, stdout, stderr } = await runTrainingTask("sweep", [study, ...folders.options, ...more]);
    assertEquals([code, stderr], [0, ""]);
    return stdout;
  };
  const epochs = async () => (await folders.log()).filter(({ event }) => event === "epoch").length;
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
  const gone = await runTrainingTask("sweep", [study, ...folders.options]);
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

/** A study of synthetic images alone. */
const SYNTHETIC = await Deno.makeTempFile({ suffix: ".json" });
await Deno.writeTextFile(
  SYNTHETIC,
  JSON.stringify({ ...STUDY, runs: [{ ...STUDY.runs[0], data: [{ dataset: "synthetic" }] }] }),
);

// [words, what the message tells]
const WRONG: [string, string][] = [
  ["", "missing required argument 'study'"],
  ["protocl", "(Did you mean protocol?)"],
  ["./none.json", 'Cannot read study "./none.json": there is no such file'],
  ["protocol --seeds 5-1", "Expected whole numbers, as in 1,2 or 1-5."],
  ["protocol --seeds 1-5000", "Expected whole numbers"],
  ["protocol --only dice,", "Expected words with commas between"],
  ["protocol --list --log x.jsonl", "option '--log <file>' cannot be used with option '--list'"],
  ["protocol --data /none --list", 'Cannot read --data "/none": there is no such folder'],
  [`${SYNTHETIC} --data / --list`, "Cannot use --data: it is for the published data sets"],
  ["protocol --json x.json", "Cannot use --json without --list"],
  ["protocol --backend cuda", "Allowed choices are"],
  ["protocol --seed 1", "(Did you mean --seeds?)"],
];
for (const [line, message] of WRONG) {
  Deno.test(`deno task sweep refuses "${line}" with status 2`, async () => {
    const parsed = () => command.parseAsync(line.split(" ").filter((word) => word !== ""), { from: "user" });
    const error = await assertRejects(parsed, TaskError, message);
    assertEquals(error.status, 2);
  });
}
