import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { trainingFolders } from "../tasks/run_task.ts";
import {
  eventsOf,
  recordsIn,
  startWorkflow,
  trainedEpochs,
  until,
  whyNoSnakemake,
  writeStudy,
} from "./workflow_process.ts";

const missing = await whyNoSnakemake();
const skipped = missing ? ` (skipped: ${missing})` : "";
const ONE_CORE = ["--cores", "1"];
const FIRST_ROUND = ["dice-seed1", "dice-seed2", "polydice1-0.5-seed1", "polydice1-seed1"];

Deno.test({
  name:
    "a workflow that is killed goes on to the runs of what was chosen, and trains no finished run again; a second one " +
    `beside it is refused, a damaged record is told${skipped}`,
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    await writeStudy(folders);
    await using first = startWorkflow(folders, ONE_CORE);
    await until("a record", async () => (await recordsIn(folders)).size >= 1, first);
    const beside = await startWorkflow(folders, ONE_CORE).output();
    assertEquals(beside.code, 1);
    assertStringIncludes(beside.text, "Another workflow is at work on these results");
    await first.kill();
    const before = await recordsIn(folders);
    assert(before.size < FIRST_ROUND.length, "it was killed too late to show anything");

    const [{ name }] = await Array.fromAsync(Deno.readDir(`${folders.results}/small/records`));
    const record = `${folders.results}/small/records/${name}`;
    const [text, { mtime }] = [await Deno.readTextFile(record), await Deno.stat(record)];
    await Deno.truncate(record, 100);
    const damaged = await startWorkflow(folders, ONE_CORE).output();
    assertEquals(damaged.code, 1);
    assertStringIncludes(damaged.text, name);
    assertStringIncludes(damaged.text, "Remove the file, and the same command makes it anew.");
    await Deno.writeTextFile(record, text);
    await Deno.utime(record, mtime!, mtime!);

    const second = await startWorkflow(folders, ONE_CORE).output();
    assertEquals(second.code, 0, second.text);
    assertStringIncludes(second.text, "All 5 runs have their records");
    const after = await recordsIn(folders);
    const chosen = [...after.keys()].filter((name) => !FIRST_ROUND.includes(name));
    assertEquals([after.size, chosen.length], [5, 1]);
    assert(["polydice1-0.5-seed2", "polydice1-seed2"].includes(chosen[0]), chosen[0]);
    for (const [name, record] of before) assertEquals(after.get(name), record, `${name} was made again`);
    for (const name of after.keys()) assertEquals(await trainedEpochs(folders, name), 2, name);

    const third = await startWorkflow(folders, [...ONE_CORE, "--tables"]).output();
    assertEquals(third.code, 0, third.text);
    assertStringIncludes(third.text, "All 5 runs have their records");
    assert(!third.text.includes("rule"), "Snakemake was started for nothing");
    const tables = (await Array.fromAsync(Deno.readDir(`${folders.results}/small`))).map(({ name }) => name);
    assert(tables.includes("README.md") && tables.includes("records.jsonl"), `${tables}`);
    assertEquals((await recordsIn(folders)).size, 0);
    const packed = await startWorkflow(folders, ONE_CORE).output();
    assertEquals([packed.code, packed.text.includes("rule")], [0, false], packed.text);
  },
});

Deno.test({
  name: `a signal that asks a workflow to end is obeyed at once, and the run goes on from there${skipped}`,
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    const runs = [{ data: [{ dataset: "synthetic" }], methods: ["dice"], seeds: [1] }];
    await writeStudy(folders, { runs, choices: {}, set: { epochs: 10_000 } });
    let trained = 0;
    for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
      await using workflow = startWorkflow(folders, ONE_CORE);
      await until("two more epochs", async () => await trainedEpochs(folders, "dice-seed1") >= trained + 2, workflow);
      Deno.kill(workflow.pid, signal);
      await until(`the end by ${signal}`, () => workflow.hasEnded());
      const { code, text } = await workflow.output();
      assertEquals(code, status, text);
      assertStringIncludes(text, "Interrupted. The same command goes on.");
      trained = await trainedEpochs(folders, "dice-seed1");
    }
    assertEquals((await eventsOf(folders, "dice-seed1")).filter((event) => event === "resumed").length, 1);
    assertEquals((await recordsIn(folders)).size, 0);
  },
});

Deno.test({
  name: `a run of a workflow that fails is told${skipped}`,
  ignore: missing !== undefined,
  async fn() {
    await using folders = await trainingFolders();
    const runs = [{ data: [{ dataset: "kvasir-seg" }], methods: ["dice"], seeds: [1] }];
    await writeStudy(folders, { runs, choices: {} });
    const { code, text } = await startWorkflow(folders, ["--data", folders.root]).output();
    assertEquals(code, 1);
    assertStringIncludes(text, "kvasir-seg-grouped-dice-seed1");
    assertStringIncludes(text, "What each run said:");
  },
});
