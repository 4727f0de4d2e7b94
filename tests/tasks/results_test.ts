import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { ablationRecordPath, encodeRunRecord, type RunRecord, runRecordPath } from "../../lib/evaluation/run_record.ts";
import { replaceMarkedBlock } from "../../tasks/marked_block.ts";
import { makeResults } from "../../tasks/results.ts";
import { parseResultsOptions } from "../../tasks/results_options.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { MADE_GAINS, madeProtocol, madeRecord } from "../evaluation/made_records.ts";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const README = "# A project\n\n<!-- results:small:begin -->\n<!-- results:small:end -->\n\nThe end.\n";
const PLAN = Object.keys(MADE_GAINS).map((method) => ({
  dataset: "kvasir-seg",
  split: "grouped",
  method,
  title: `Method ${method}`,
  seeds: [1, 2, 3],
}));
const TABLES = ["README.md", "ablations.csv", "calibration.csv", "comparisons.csv", "difficulty.csv"]
  .concat(["image_groups.csv", "methods.csv"]).map((name) => `results/small/${name}`);

interface ResultsProject extends AsyncDisposable {
  readonly root: string;
  readonly put: (path: string, text: string) => Promise<void>;
  readonly edit: (path: string, from: string | RegExp, to: string) => Promise<void>;
  readonly make: (check?: boolean) => Promise<{ records: number; different: readonly string[] }>;
}

/** A project with these records in a temporary folder. */
async function resultsProject(records: readonly RunRecord[] = []): Promise<ResultsProject> {
  const root = await Deno.makeTempDir({ prefix: "polydice_results_" });
  const put = async (path: string, text: string) => {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  };
  const edit = async (path: string, from: string | RegExp, to: string) => {
    const text = await Deno.readTextFile(join(root, path));
    const changed = text.replace(from, to);
    assert(changed !== text, `${path} has no ${from}`);
    await put(path, changed);
  };
  for (const record of records) await put(`results/${runRecordPath(record)}`, encodeRunRecord(record));
  await put("README.md", README);
  return {
    root,
    put,
    edit,
    make: (check = false) => makeResults({ profile: "small", check }, root, PLAN),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** A project with a whole made protocol, an ablation, and the tables made from them. */
async function finishedProject(): Promise<ResultsProject> {
  const project = await resultsProject(madeProtocol());
  for (const method of ["reference", "tau-5"]) {
    const record = madeRecord({ method });
    await project.put(`results/${ablationRecordPath(record, "interval")}`, encodeRunRecord(record));
  }
  await project.make();
  return project;
}

Deno.test("deno task results --results makes tables beside records of one's own, and leaves the project's alone", async () => {
  await using project = await resultsProject();
  const own = join(project.root, "runs", "results");
  const record = madeRecord({ method: "dice", profile: "smoke" });
  await project.put(`runs/results/${runRecordPath(record)}`, encodeRunRecord(record));
  const { records, different } = await makeResults({ profile: "smoke", results: own, check: false }, project.root);
  assertEquals(records, 1);
  assert(different.includes(join(own, "smoke", "methods.csv")), `${different}`);
  assert(different.every((path) => path.startsWith(own)), `${different}`);
  assertEquals(await Deno.readTextFile(join(project.root, "README.md")), README);
});

Deno.test("deno task results goes on to other profiles where records of one can't stand in one table", async () => {
  await using project = await resultsProject();
  for (const record of [madeRecord({ profile: "smoke" }), madeRecord({ profile: "quick", method: "dice" })]) {
    await project.put(`own/${runRecordPath(record)}`, encodeRunRecord(record));
  }
  const other = madeRecord({ profile: "quick", method: "focal", experiment: { epochs: 9 } });
  await project.put(`own/${runRecordPath(other)}`, encodeRunRecord(other));
  const args = ["run", "-q", "-P=tasks", "tasks/results.ts", "--results", join(project.root, "own")];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  assertEquals(code, 1);
  assertStringIncludes(new TextDecoder().decode(stdout), "smoke, 1 records:");
  assertStringIncludes(new TextDecoder().decode(stderr), "quick: Cannot compare the runs");
});

Deno.test("deno task results makes every table from the records, and the same ones again", async () => {
  await using project = await finishedProject();
  for (const path of TABLES) assert((await Deno.stat(join(project.root, path))).size > 0, path);
  assertEquals(await project.make(), { records: 17, different: [] });
  assertEquals(await project.make(true), { records: 17, different: [] });
});

Deno.test("deno task results writes the part of notebook 5 between its marks, and leaves its cells and outputs", async () => {
  await using project = await finishedProject();
  const path = "notebooks/5_results.ipynb";
  const code = { cell_type: "code", outputs: [{ text: "<!-- results:small:begin -->" }], source: ["1 + 1"] };
  const marked = ["Before.\n", "\n", "<!-- results:small:begin -->\n", "<!-- results:small:end -->"];
  const notebook = { cells: [code, { cell_type: "markdown", source: marked }], nbformat: 4 };
  await project.put(path, JSON.stringify(notebook));
  assertEquals((await project.make()).different, [path]);
  assertEquals((await project.make(true)).different, []);
  const made = JSON.parse(await Deno.readTextFile(join(project.root, path)));
  assertEquals({ ...made, cells: [made.cells[0]] }, { ...notebook, cells: [code] });
  const text = made.cells[1].source.join("");
  assert(text.startsWith("Before.\n\n<!-- results:small:begin -->\n\nProfile `small`"), text);
  assert(text.endsWith("\n\n<!-- results:small:end -->"), text);
  assertStringIncludes(text, "[results/small](../results/small/README.md)");
  assertStringIncludes(text, "| Method adaptive ");
  await project.edit(path, "Method adaptive", "Method of mine");
  assertEquals((await project.make(true)).different, [path]);
});

Deno.test("deno task results writes the part of README.md between its marks, as deno fmt leaves it", async () => {
  await using project = await finishedProject();
  const readme = await Deno.readTextFile(join(project.root, "README.md"));
  assert(readme.startsWith("# A project\n\n<!-- results:small:begin -->\n"));
  assert(readme.endsWith("\n<!-- results:small:end -->\n\nThe end.\n"));
  assertStringIncludes(readme, "| Method adaptive ");
  const args = ["fmt", "--check", "--no-config", "--line-width=120", "README.md"];
  const { success } = await new Deno.Command(Deno.execPath(), { args, cwd: project.root }).output();
  assert(success, "deno fmt would change README.md");
});

const CHANGES: readonly [path: string, from: string | RegExp][] = [
  ["README.md", /0\.\d{4} ±/],
  ["results/small/README.md", /0\.\d{4} ±/],
  ["results/small/methods.csv", /0\.\d{6}/],
  ["results/small/ablations.csv", /0\.\d{6}/],
];

for (const [path, from] of CHANGES) {
  Deno.test(`deno task results --check names ${path} where one number was changed, and leaves it`, async () => {
    await using project = await finishedProject();
    await project.edit(path, from, "0.9999 ±");
    const changed = await Deno.readTextFile(join(project.root, path));
    assertEquals((await project.make(true)).different, [path]);
    assertEquals(await Deno.readTextFile(join(project.root, path)), changed);
    assertEquals((await project.make()).different, [path]);
    assertEquals((await project.make(true)).different, []);
  });
}

Deno.test("deno task results --check names the tables that a changed record makes", async () => {
  await using project = await finishedProject();
  const record = madeRecord({ method: "dice", title: "Method dice", gain: 0.01, seed: 2 });
  await project.put(`results/${runRecordPath(record)}`, encodeRunRecord(record));
  const { different } = await project.make(true);
  for (const path of ["README.md", "results/small/README.md", "results/small/methods.csv"]) {
    assert(different.includes(path), `${path} is not among ${different}`);
  }
  assert(!different.includes("results/small/ablations.csv"));
});

Deno.test("deno task results --check names a missing table, and one that has no records any more", async () => {
  await using project = await finishedProject();
  await Deno.remove(join(project.root, "results/small/methods.csv"));
  await Deno.remove(join(project.root, "results/small/ablations"), { recursive: true });
  const expected = ["results/small/README.md", "results/small/methods.csv", "results/small/ablations.csv"];
  assertEquals((await project.make(true)).different.toSorted(), expected.concat("README.md").sort());
  await project.make();
  assertEquals((await project.make(true)).different, []);
  await assertRejects(() => Deno.stat(join(project.root, "results/small/ablations.csv")), Deno.errors.NotFound);
});

Deno.test("deno task results shows missing runs as gaps", async () => {
  const without = ({ method, experiment }: RunRecord) =>
    method !== "focal" && !(method === "dice" && experiment.seed !== 2);
  await using project = await resultsProject(madeProtocol().filter(without));
  await project.make();
  const page = await Deno.readTextFile(join(project.root, "results/small/README.md"));
  assertStringIncludes(page, "Method dice (1 of 3 seeds) and Method focal (0 of 3 seeds)");
  assertStringIncludes(page, "Runs of the protocol are still missing");
  const block = await Deno.readTextFile(join(project.root, "README.md"));
  assert(/\| Method focal +\| +\| +0 of 3 \| +– \|/.test(block), block);
  assert(!/\| \*\*0\./.test(block), "no best value is set in bold while runs are missing");
});

Deno.test("deno task results without records makes nothing but the words that there are none", async () => {
  await using project = await resultsProject();
  assertEquals(await project.make(), { records: 0, different: ["README.md"] });
  assertStringIncludes(await Deno.readTextFile(join(project.root, "README.md")), "No run of the profile `small`");
  assertEquals(await project.make(true), { records: 0, different: [] });
  await assertRejects(() => Deno.stat(join(project.root, "results")), Deno.errors.NotFound);
});

Deno.test("deno task results tells every record that was edited by hand", async () => {
  await using project = await finishedProject();
  await project.edit("results/small/runs/kvasir-seg-grouped/dice-seed1.json", /"best",0\.\d+/, `"best",0.99`);
  await project.edit("results/small/runs/kvasir-seg-grouped/adaptive-seed3.json", `"seed":3`, `"seed":2`);
  const error = await assertRejects(() => project.make(true), TaskError);
  assertStringIncludes(error.message, 'dice-seed1.json": test row 1: dice 0.99');
  assertStringIncludes(error.message, 'adaptive-seed3.json": by its method');
});

Deno.test("deno task results tells records that can't stand in one table", async () => {
  const other = madeRecord({ method: "dice", seed: 4, experiment: { epochs: 9 } });
  await using project = await resultsProject([...madeProtocol(), other]);
  await assertRejects(() => project.make(), TaskError, "dice, seed 4 has epochs 9");
});

Deno.test("replaceMarkedBlock() refuses marks that do not pair", () => {
  for (const text of ["<!-- x:begin -->", "<!-- x:end --><!-- x:begin -->", "<!-- x:end -->"]) {
    assertThrows(() => replaceMarkedBlock(text, "x", ""), TaskError, "Cannot replace");
  }
});

Deno.test("parseResultsOptions() refuses unknown options and names that lead out of the folder", () => {
  assertEquals(parseResultsOptions(["--help"]), undefined);
  assertEquals(parseResultsOptions([]), { profile: undefined, check: false });
  assertThrows(() => parseResultsOptions(["--chek"]), TaskError, "Unknown option '--chek'");
  assertThrows(() => parseResultsOptions(["--profile", "../runs"]), TaskError, "expected a name");
});

Deno.test("deno task results --check finds the committed tables of every profile as the committed records make them", async () => {
  const args = ["run", "-q", "-P=tasks", "tasks/results.ts", "--check"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const said = new TextDecoder().decode(stdout);
  for (const profile of ["quick", "small"]) {
    assertMatch(said, new RegExp(`^${profile}, [1-9]\\d* records: all tables are theirs$`, "m"));
  }
});
