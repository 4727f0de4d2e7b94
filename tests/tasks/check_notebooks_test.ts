import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { checkNotebooks, unformattedNotebooks } from "../../tasks/check_notebooks.ts";
import { joinCells, lineInCell, readNotebookCells } from "../../tasks/notebooks/cells.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { PRELUDE, temporaryNotebook } from "../notebook_execution/temporary_notebook.ts";

const SOUND = 'import { duration } from "../../tasks/cli/progress_line.ts";';

Deno.test("checkNotebooks() finds nothing in a sound notebook, whose cells share their names, and removes what a killed check has left", async () => {
  const seconds = ["const seconds: number = 3", "[seconds].map((each) => duration(each))", "await 1"];
  await using temporary = await temporaryNotebook([`${PRELUDE}\n${SOUND}`, ...seconds]);
  const left = join(temporary.folder, ".1_temporary.99999.check.ts");
  await Deno.writeTextFile(left, "");
  await Deno.utime(left, 0, 0);
  assertEquals(await checkNotebooks([temporary.notebook]), []);
  const names = (await Array.fromAsync(Deno.readDir(temporary.folder))).map(({ name }) => name);
  assertEquals(names, ["1_temporary.ipynb"]);
});

/** Each a cell, from the second on, and what is told of it. */
const FAULTS: [cell: string, problem: RegExp][] = [
  ['\nimport { nope } from "../../tasks/cli/progress_line.ts";\nnope();', /nope[^]*1_temporary\.ipynb, cell 2, line 2/],
  ["const a: number = 1;\n\nconst b: string = a;\nb;", /TS2322[^]*1_temporary\.ipynb, cell 3, line 3/],
  [`${SOUND}\nduration("3");`, /TS2345[^]*1_temporary\.ipynb, cell 4, line 2/],
  ["consol.log(1);", /consol[^]*1_temporary\.ipynb, cell 5, line 1/],
  ["var old = 1;\nold;", /1_temporary\.ipynb, cell 6, line 1: .*no-var/],
];

Deno.test("checkNotebooks() names cell and line of missing names, wrong types and lint, and a prelude that is not first", async () => {
  await using temporary = await temporaryNotebook([PRELUDE, ...FAULTS.map(([cell]) => cell)]);
  await using bare = await temporaryNotebook(["1;", PRELUDE], "2_bare.ipynb");
  const [prelude, ...problems] = await checkNotebooks([temporary.notebook, bare.notebook]);
  assertEquals(prelude, `2_bare.ipynb, cell 1: expected 'import "../lib/notebook/prelude.ts";' as its first line.`);
  for (const [, problem] of FAULTS) assertMatch(problems.join("\n"), problem);
});

Deno.test("checkNotebooks() names cell and line of a syntax error", async () => {
  await using temporary = await temporaryNotebook([PRELUDE, "1;\nconst = 1;"]);
  assertMatch((await checkNotebooks([temporary.notebook])).join("\n"), /1_temporary\.ipynb, cell 2, line 2/);
});

Deno.test("readNotebookCells() numbers the code cells that are not empty, as Jupyter does", async () => {
  await using temporary = await temporaryNotebook(["a;\nb;", " \n", "c;"]);
  const cells = await readNotebookCells(temporary.notebook);
  assertEquals(cells, [{ number: 1, source: "a;\nb;" }, { number: 2, source: "c;" }]);
  const joined = joinCells(cells);
  assertEquals(joined.locate(joined.text.split("\n").indexOf("c;") + 1), { cell: 2, line: 1 });
});

Deno.test("lineInCell() finds the statement behind a line of the JavaScript that the kernel runs", async () => {
  const source =
    "interface A {\n  x: number;\n}\n\nfunction f(a: A): never {\n  throw new Error(`${a.x}`);\n}\n\nf({ x: 1 });";
  // the types and blank lines are gone in: function f(a) {⏎  throw …⏎}⏎f({⏎  x: 1⏎});
  assertEquals(await lineInCell(source, ["Error: 1", "    at f (<anonymous>:2:9)", "    at <anonymous>:4:1"]), 9);
});

Deno.test("lineInCell() finds nothing where the stack has no frame of a cell", async () => {
  assertEquals(await lineInCell("throw 1", [""]), undefined);
  assertEquals(await lineInCell("const = 1", ["    at <anonymous>:1:1"]), undefined);
});

Deno.test("unformattedNotebooks() names notebooks that deno fmt would change, and leaves them as they are", async () => {
  await using sound = await temporaryNotebook([`${PRELUDE}\n${SOUND}`]);
  await using wrong = await temporaryNotebook(["const a=1"], "2_wrong.ipynb");
  const config = join(projectFolder().root, "deno.json");
  for (const { notebook } of [sound, wrong]) {
    const content = JSON.parse(await Deno.readTextFile(notebook));
    content.metadata.language_info = { name: "typescript" }; // which deno fmt looks for
    await Deno.writeTextFile(notebook, `${JSON.stringify(content, null, 1)}\n`);
  }
  const before = await Deno.readTextFile(wrong.notebook);
  const problems = await unformattedNotebooks([sound.notebook, wrong.notebook], config);
  assertEquals(problems, ["2_wrong.ipynb is not formatted: run `deno fmt notebooks/2_wrong.ipynb`."]);
  assertEquals(await Deno.readTextFile(wrong.notebook), before);
});
