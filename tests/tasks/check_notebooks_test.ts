import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { checkNotebooks } from "../../tasks/check_notebooks.ts";
import { joinCells, readNotebookCells } from "../../tasks/notebooks/cells.ts";
import { PRELUDE, temporaryNotebook } from "../notebook_execution/temporary_notebook.ts";

const SOUND = 'import { duration } from "../../tasks/cli/progress_line.ts";';

Deno.test("checkNotebooks() finds nothing in a sound notebook, whose cells share their names", async () => {
  const cells = [
    `${PRELUDE}\n${SOUND}`,
    "const seconds: number = 3",
    "[seconds].map((each) => duration(each))",
    "await 1",
  ];
  await using temporary = await temporaryNotebook(cells);
  assertEquals(await checkNotebooks([temporary.notebook]), []);
});

const faults: [claim: string, cell: string, problem: RegExp][] = [
  [
    "an import of a name that is missing",
    '\nimport { nope } from "../../tasks/cli/progress_line.ts";\nnope();',
    /cell 2, line 2/,
  ],
  ["a type error", "const a: number = 1;\n\nconst b: string = a;\nb;", /TS2322[^]*cell 2, line 3/],
  ["an argument of the wrong type", `${SOUND}\nduration("3");`, /TS2345[^]*cell 2, line 2/],
  ["a misspelt name", "consol.log(1);", /cell 2, line 1/],
  ["a syntax error", "1;\nconst = 1;", /cell 2, line 2/],
  ["a rule of deno lint", "var old = 1;\nold;", /cell 2, line 1: .*no-var/],
];

for (const [claim, cell, problem] of faults) {
  Deno.test(`checkNotebooks() finds ${claim} and names its cell and line`, async () => {
    await using temporary = await temporaryNotebook([PRELUDE, cell]);
    const problems = (await checkNotebooks([temporary.notebook])).join("\n");
    assertMatch(problems, problem);
    assertMatch(problems, /1_temporary\.ipynb/);
    const left = await Array.fromAsync(Deno.readDir(temporary.folder));
    assertEquals(left.map(({ name }) => name), ["1_temporary.ipynb"]);
  });
}

Deno.test("checkNotebooks() finds a notebook that does not import the prelude first", async () => {
  await using temporary = await temporaryNotebook(["1;", PRELUDE]);
  assertEquals(await checkNotebooks([temporary.notebook]), [
    `1_temporary.ipynb, cell 1: expected 'import "../lib/notebook/prelude.ts";' as its first line.`,
  ]);
});

Deno.test("checkNotebooks() removes what a killed check has left", async () => {
  await using temporary = await temporaryNotebook([PRELUDE]);
  const left = join(temporary.folder, ".1_temporary.99999.check.ts");
  await Deno.writeTextFile(left, "");
  await Deno.utime(left, 0, 0);
  await checkNotebooks([temporary.notebook]);
  assertEquals(await Deno.stat(left).catch(() => "gone"), "gone");
});

Deno.test("readNotebookCells() numbers the code cells that are not empty, as Jupyter does", async () => {
  await using temporary = await temporaryNotebook(["a;\nb;", " \n", "c;"]);
  const cells = await readNotebookCells(temporary.notebook);
  assertEquals(cells, [{ number: 1, source: "a;\nb;" }, { number: 2, source: "c;" }]);
  const joined = joinCells(cells);
  assertEquals(joined.locate(joined.text.split("\n").indexOf("c;") + 1), { cell: 2, line: 1 });
});
