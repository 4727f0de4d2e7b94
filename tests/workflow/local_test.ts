import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { trainingFolders } from "../tasks/training_tasks.ts";
import { recordsIn, startWorkflow, trainedEpochs, until, whyNoSnakemake } from "./workflow_process.ts";

const missing = await whyNoSnakemake();
const RUNS = ["--methods", "dice,polydice1-fixed", "--profile", "smoke", "--seeds", "1-2", "--cores", "1"];
const RECORDS = ["dice-seed1", "dice-seed2", "polydice1-fixed-seed1", "polydice1-fixed-seed2"]
  .map((run) => `${run}.json`);

Deno.test({
  name: "a workflow that is killed goes on: what has its record is not trained again, and nothing is lost" +
    (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    const first = startWorkflow(folders, RUNS);
    await until("a record", async () => (await recordsIn(folders)).size >= 1, first);
    await first.kill();
    const before = await recordsIn(folders);
    assert(before.size < RECORDS.length, "it was killed too late to show anything");

    const second = await startWorkflow(folders, RUNS).output();
    assertEquals(second.code, 0, second.text);
    assertStringIncludes(second.text, "All 4 runs have their records");
    const after = await recordsIn(folders);
    assertEquals([...after.keys()].sort(), RECORDS);
    for (const [name, { text }] of before) {
      // Not its time: Snakemake touches a record whose job was killed between writing it and telling of its end.
      assertEquals(after.get(name)?.text, text, `${name} was made again`);
      assertEquals(await trainedEpochs(folders, name), name.includes("fixed") ? 4 : 2, name);
    }

    const third = await startWorkflow(folders, RUNS).output();
    assertEquals(third.code, 0, third.text);
    assertStringIncludes(third.text, "Nothing to be done");
    assertEquals(await recordsIn(folders), after);
  },
});

Deno.test({
  name: "a second workflow on the same runs is refused while the first is at work, and a run that fails is told" +
    (missing ? ` (skipped: ${missing})` : ""),
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    const first = startWorkflow(folders, RUNS);
    await until("a record", async () => (await recordsIn(folders)).size >= 1, first);
    const second = await startWorkflow(folders, RUNS).output();
    assertEquals(second.code, 1);
    assertStringIncludes(second.text, "Another workflow is at work on these results");
    await first.kill();

    const real = ["--methods", "dice", "--profile", "smoke", "--seeds", "1", "--dataset", "kvasir-seg"];
    const third = await startWorkflow(folders, [...real, "--data", folders.root]).output();
    assertEquals(third.code, 1);
    assertStringIncludes(third.text, "kvasir-seg-grouped/dice-seed1");
    assertStringIncludes(third.text, "What each run said:");
  },
});
