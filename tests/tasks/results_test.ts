import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, join } from "@std/path";
import { RECORDS_FILE, writeRecord } from "../../lib/results/record_store.ts";
import { encodeRecord } from "../../lib/results/record_encoding.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { command, makeResults, replaceMarkedBlock } from "../../tasks/results.ts";
import { madeRecord, madeRecords, madeStudy } from "../results/made_records.ts";
import { runTask } from "./run_task.ts";

const README = "# A project\n\n<!-- results:made:begin -->\n<!-- results:made:end -->\n\nThe end.\n";
const STUDY = madeStudy();
const TABLES = ["README.md", "comparisons.csv", "image_groups.csv", "methods.csv", "signals.csv", "uncertainty.csv"];

const lines = (records: readonly RunRecord[]) => records.map((record) => encodeRecord(record) + "\n").join("");

/** A project with these records in a temporary folder. */
async function resultsProject(records: readonly RunRecord[]) {
  const root = await Deno.makeTempDir({ prefix: "polydice_results_" });
  const read = (path: string) => Deno.readTextFile(join(root, path));
  const put = async (path: string, text: string) => {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  };
  if (records.length > 0) await put(`results/made/${RECORDS_FILE}`, lines(records));
  await put("README.md", README);
  return {
    root,
    /** Folder of the study's records. */
    folder: join(root, "results", "made"),
    put,
    read,
    edit: async (path: string, from: string | RegExp, to: string) => {
      const text = await read(path);
      const changed = text.replace(from, to);
      assert(changed !== text, `${path} has no ${from}`);
      await put(path, changed);
    },
    make: async (check = false) => {
      const { different, ...report } = await makeResults(STUDY, { root, check });
      return { ...report, different: different.map((path) => path.replace(`${root}/`, "")) };
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

Deno.test("deno task results makes every table from the records, and --check names those that were changed or are missing", async () => {
  await using project = await resultsProject(madeRecords(STUDY));
  const { records, different } = await project.make();
  const all = ["README.md", ...TABLES.map((name) => `results/made/${name}`)].sort();
  assertEquals([records, different.toSorted()], [15, all]);
  for (const path of different) assert((await project.read(path)).length > 0, path);
  assertEquals(await project.make(true), { records: 15, different: [], damaged: [] });

  const readme = await project.read("README.md");
  assert(readme.startsWith("# A project\n\n<!-- results:made:begin -->\n\n| Dice "), readme);
  assert(readme.endsWith("\n<!-- results:made:end -->\n\nThe end.\n"));
  const args = ["fmt", "--check", "--no-config", "--line-width=120", "README.md"];
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: project.root }).output();
  assert(success, "deno fmt would change README.md");

  // One number of each.
  const changes = [["README.md", /0\.\d{4} ±/], ["results/made/README.md", /0\.\d{4} ±/]] as const;
  for (const [path, from] of changes) await project.edit(path, from, "0.9999 ±");
  await project.edit("results/made/methods.csv", /0\.\d{6}/, "0.999999");
  await Deno.remove(join(project.folder, "signals.csv"));
  const changed = [...changes.map(([path]) => path), "results/made/methods.csv", "results/made/signals.csv"];
  const texts = () => Promise.all(changed.slice(0, 3).map(project.read));
  const before = await texts();
  assertEquals((await project.make(true)).different.toSorted(), changed.toSorted());
  assertEquals(await texts(), before);
  assertEquals((await project.make()).different.toSorted(), changed.toSorted());
  assertEquals((await project.make()).different, []);

  const others = madeRecords(STUDY).map((record, index) => index === 2 ? { ...record, seconds: 5 } : record);
  await project.put(`results/made/${RECORDS_FILE}`, lines(others));
  const ofRecord = await project.make(true);
  assertEquals(ofRecord.different.toSorted(), ["README.md", "results/made/README.md", "results/made/methods.csv"]);
});

Deno.test("deno task results puts records of files of their own into one file; --check leaves them", async () => {
  await using project = await resultsProject([]);
  const methods = ["dice", "focal", "adaptive"];
  for (const method of methods) await writeRecord(project.folder, `${method}.json`, madeRecord({ method }));
  assertEquals((await project.make(true)).records, 3);
  await assertRejects(() => project.read(`results/made/${RECORDS_FILE}`), Deno.errors.NotFound);
  await project.make();
  assertEquals((await project.read(`results/made/${RECORDS_FILE}`)).trim().split("\n").length, 3);
  assertEquals((await Array.fromAsync(Deno.readDir(join(project.folder, "records")))).length, 0);
});

Deno.test("deno task results --results makes tables beside records of one's own, and leaves the project's alone", async () => {
  await using project = await resultsProject([]);
  const own = join(project.root, "runs", "results");
  await writeRecord(join(own, "made"), "a.json", madeRecord({ method: "dice" }));
  const { records, different } = await makeResults(STUDY, { results: own, root: project.root });
  assertEquals(records, 1);
  assert(different.includes(join(own, "made", "methods.csv")), `${different}`);
  assert(different.every((path) => path.startsWith(own)), `${different}`);
  assertEquals(await project.read("README.md"), README);
});

Deno.test("deno task results never replaces a table that it did not make", async () => {
  for (const name of ["README.md", "methods.csv"]) {
    await using project = await resultsProject([madeRecord()]);
    await project.put(`results/made/${name}`, "mine\n");
    const error = await assertRejects(() => project.make(), TaskError);
    assertStringIncludes(error.message, `Cannot write ${join(project.folder, name)}: `);
    assertEquals(await project.read(`results/made/${name}`), "mine\n");
    assertEquals(await project.read("README.md"), README);
  }
});

Deno.test("deno task results names a damaged record, and makes the tables of the others", async () => {
  await using project = await resultsProject(madeRecords(STUDY));
  await project.edit(`results/made/${RECORDS_FILE}`, '"seed":1', '"seed":7');
  const { records, damaged, different } = await project.make();
  assertEquals([records, damaged.length], [14, 1]);
  assertStringIncludes(damaged[0], `${RECORDS_FILE}, line 1: its SHA-256 is not the recorded one`);
  assert(different.includes("results/made/README.md"));
});

Deno.test("deno task results without records makes nothing", async () => {
  await using project = await resultsProject([]);
  assertEquals(await project.make(), { records: 0, different: [], damaged: [] });
  await assertRejects(() => Deno.stat(join(project.root, "results")), Deno.errors.NotFound);
});

Deno.test("deno task results tells records that can't stand in one table", async () => {
  const records = madeRecords(STUDY);
  const other = { ...records[3], data: { ...records[3].data, groups: "c".repeat(64) } };
  await using project = await resultsProject([...records.toSpliced(3, 1), other]);
  await assertRejects(() => project.make(), Error, "has other groups of images than");
});

Deno.test("replaceMarkedBlock() refuses marks that do not pair", () => {
  for (const text of ["<!-- x:begin -->", "<!-- x:end --><!-- x:begin -->", "<!-- x:end -->"]) {
    assertThrows(() => replaceMarkedBlock(text, "x", ""), TaskError, "Cannot replace");
  }
});

Deno.test("deno task results --check finds the committed tables of every study as the committed records make them", async () => {
  const { code, stdout, stderr } = await runTask(command, ["--check"]);
  assertEquals(code, 0, stderr);
  for (const [study, records] of [["protocol", 86], ["longer", 10], ["ablations", 50]]) {
    assertMatch(stdout, new RegExp(`^${study}, ${records} records: tables are up to date$`, "m"));
  }
});
