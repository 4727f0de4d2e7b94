import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { RECORDS_FILE, writeRecord } from "../../lib/results/record_store.ts";
import { encodeRecord, type RunRecord } from "../../lib/results/run_record.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { makeResults, replaceMarkedBlock } from "../../tasks/results.ts";
import { madeRecord, madeRecords, madeStudy } from "../results/made_records.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const README = "# A project\n\n<!-- results:made:begin -->\n<!-- results:made:end -->\n\nThe end.\n";
const STUDY = madeStudy();
const TABLES = ["README.md", "comparisons.csv", "image_groups.csv", "methods.csv", "signals.csv", "uncertainty.csv"];

interface ResultsProject extends AsyncDisposable {
  readonly root: string;
  /** Folder of the study's records. */
  readonly folder: string;
  readonly put: (path: string, text: string) => Promise<void>;
  readonly read: (path: string) => Promise<string>;
  readonly edit: (path: string, from: string | RegExp, to: string) => Promise<void>;
  readonly make: (
    check?: boolean,
  ) => Promise<{ records: number; different: readonly string[]; damaged: readonly string[] }>;
}

/** A project with these records in a temporary folder. */
async function resultsProject(records: readonly RunRecord[]): Promise<ResultsProject> {
  const root = await Deno.makeTempDir({ prefix: "polydice_results_" });
  const read = (path: string) => Deno.readTextFile(join(root, path));
  const put = async (path: string, text: string) => {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  };
  if (records.length > 0) {
    await put(`results/made/${RECORDS_FILE}`, records.map((record) => encodeRecord(record) + "\n").join(""));
  }
  await put("README.md", README);
  return {
    root,
    folder: join(root, "results", "made"),
    put,
    read,
    edit: async (path, from, to) => {
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

Deno.test("deno task results makes every table from the records, and the same ones again", async () => {
  await using project = await resultsProject(madeRecords(STUDY));
  const { records, different } = await project.make();
  assertEquals([records, different.toSorted()], [
    15,
    ["README.md", ...TABLES.map((name) => `results/made/${name}`)].sort(),
  ]);
  for (const path of different) assert((await project.read(path)).length > 0, path);
  assertEquals(await project.make(), { records: 15, different: [], damaged: [] });
  assertEquals(await project.make(true), { records: 15, different: [], damaged: [] });
});

Deno.test("deno task results puts records of files of their own into one file; --check leaves them", async () => {
  await using project = await resultsProject([]);
  for (const [index, record] of madeRecords(STUDY).entries()) {
    await writeRecord(project.folder, `${index}.json`, record);
  }
  assertEquals((await project.make(true)).records, 15);
  await assertRejects(() => project.read(`results/made/${RECORDS_FILE}`), Deno.errors.NotFound);
  await project.make();
  assertEquals((await project.read(`results/made/${RECORDS_FILE}`)).trim().split("\n").length, 15);
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

for (const name of ["README.md", "methods.csv"]) {
  Deno.test(`deno task results never replaces a ${name} that it did not make`, async () => {
    await using project = await resultsProject(madeRecords(STUDY));
    await project.put(`results/made/${name}`, "mine\n");
    const error = await assertRejects(() => project.make(), TaskError);
    assertStringIncludes(error.message, `Cannot write ${join(project.folder, name)}: `);
    assertEquals(await project.read(`results/made/${name}`), "mine\n");
    assertEquals(await project.read("README.md"), README);
  });
}

Deno.test("deno task results writes the part of README.md between its marks, as deno fmt leaves it", async () => {
  await using project = await resultsProject(madeRecords(STUDY));
  await project.make();
  const readme = await project.read("README.md");
  assert(readme.startsWith("# A project\n\n<!-- results:made:begin -->\n\n| Dice "), readme);
  assert(readme.endsWith("\n<!-- results:made:end -->\n\nThe end.\n"));
  const args = ["fmt", "--check", "--no-config", "--line-width=120", "README.md"];
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: project.root }).output();
  assert(success, "deno fmt would change README.md");
});

const CHANGES: readonly [path: string, from: string | RegExp][] = [
  ["README.md", /0\.\d{4} ±/],
  ["results/made/README.md", /0\.\d{4} ±/],
  ["results/made/methods.csv", /0\.\d{6}/],
];

for (const [path, from] of CHANGES) {
  Deno.test(`deno task results --check names ${path} where one number was changed, and leaves it`, async () => {
    await using project = await resultsProject(madeRecords(STUDY));
    await project.make();
    await project.edit(path, from, "0.9999 ±");
    const changed = await project.read(path);
    assertEquals((await project.make(true)).different, [path]);
    assertEquals(await project.read(path), changed);
    assertEquals((await project.make()).different, [path]);
    assertEquals((await project.make(true)).different, []);
  });
}

Deno.test("deno task results --check names a missing table, and those that a changed record makes", async () => {
  await using project = await resultsProject(madeRecords(STUDY));
  await project.make();
  await Deno.remove(join(project.folder, "methods.csv"));
  assertEquals((await project.make(true)).different, ["results/made/methods.csv"]);
  await project.make();
  const records = madeRecords(STUDY).map((record, index) => index === 2 ? { ...record, seconds: 5 } : record);
  await project.put(`results/made/${RECORDS_FILE}`, records.map((record) => encodeRecord(record) + "\n").join(""));
  const { different } = await project.make(true);
  assertEquals(different.toSorted(), ["README.md", "results/made/README.md", "results/made/methods.csv"]);
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

/** What the command says and how it ends. */
async function run(args: readonly string[]): Promise<{ code: number; said: string; error: string }> {
  const all = ["run", "-q", "-P=training", "tasks/results.ts", ...args];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: all, cwd: ROOT }).output();
  return { code, said: new TextDecoder().decode(stdout), error: new TextDecoder().decode(stderr) };
}

Deno.test("deno task results tells wrong use with status 2 and a hint", async () => {
  const [option, study] = await Promise.all([run(["--chek"]), run(["protocoll"])]);
  assertEquals([option.code, study.code], [2, 2]);
  assertStringIncludes(option.error, "Did you mean --check?");
  assertStringIncludes(study.error, 'Cannot read study "protocoll": there are ');
  assertStringIncludes(study.error, "protocol");
});

Deno.test("deno task results --check finds the committed tables of every study as the committed records make them", async () => {
  const { code, said, error } = await run(["--check"]);
  assertEquals(code, 0, error);
  for (const [study, records] of [["protocol", 86], ["longer", 10], ["ablations", 50]]) {
    assertMatch(said, new RegExp(`^${study}, ${records} records: all tables are theirs$`, "m"));
  }
});
