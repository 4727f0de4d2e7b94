import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { failureText, runNotebook } from "../../tasks/notebooks/run_notebook.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { codeCells, PRELUDE, shown, temporaryNotebook, testsAtOnce } from "./temporary_notebook.ts";

const pause = (milliseconds: number) => `await new Promise((done) => setTimeout(done, ${milliseconds}));`;
const display = '[Symbol.for("Jupyter.display")]() { throw new Error("no picture"); }';

/** What the third cell does, the cell that is named, and the message. */
const cases: [claim: string, source: string, message: RegExp][] = [
  [
    "throws",
    "const a = 1;\n\nthrow new RangeError(`no ${a}`);",
    /cell 3, line 3: RangeError: no 1\n {2}3 \| throw new/,
  ],
  ["throws what is no error", 'throw "text";', /cell 3: Error: text/],
  ["cannot be parsed", "const = 1;", /cell 3: SyntaxError: the cell cannot be parsed/],
  ["imports a missing module", 'import "./missing.ts";', /cell 3.*: TypeError: Module not found/],
  ["leaves a rejection floating", 'void Promise.reject(new Error("adrift"));\n1;', /cell 3.*: Error: .*adrift/],
  [
    "rejects in a timer",
    `setTimeout(() => Promise.reject(new Error("late")), 5);\n${pause(60)}`,
    /cell 3.*: Error: .*late/,
  ],
  ["throws in a timer", `setTimeout(() => { throw new Error("late"); }, 5);\n${pause(60)}`, /cell 3.*: Error: .*late/],
  ["has a value that cannot be shown", `({ ${display} })`, /cell 3.*: Error: .*no picture/],
  ["shows what cannot be shown", `await Deno.jupyter.display({ ${display} });`, /cell 3.*: Error: .*no picture/],
  [
    "has an error in a Worker",
    'const code = URL.createObjectURL(new Blob(["throw new Error(`inside`)"]));\n' +
    'const worker = new Worker(code, { type: "module" });\n' +
    'await new Promise((done) => worker.addEventListener("error", done));',
    /cell 3.*: Error: .*inside/,
  ],
  ["ends the kernel", "Deno.exit(0);", /cell 3: the kernel ended while this cell ran/],
  [
    "shows more than the wire carries",
    'await Deno.jupyter.broadcast("display_data", { data: { "text/plain": "x".repeat(5e6) }, metadata: {}, transient: {} });',
    /cell 3: an output of 5\.0 MB/,
  ],
];

/** What must be found even where a notebook does not import the prelude, which sees some of it as well. */
const WITHOUT_PRELUDE = /floating|timer|shown|Worker/;

async function fails([_claim, source, message]: typeof cases[number], first: string): Promise<void> {
  await using temporary = await temporaryNotebook([first, 'console.log("second");', source, 'console.log("never");']);
  const failure = await runNotebook({ project: projectFolder(), ...temporary });
  assertMatch(failure ? failureText("1_temporary.ipynb", failure) : "no failure", message);
  const [, second, , fourth] = (await codeCells(temporary.executed)).map(shown);
  assertEquals([second, fourth], [["stdout: second\n"], []]); // the copy has what had run
}

testsAtOnce([
  ...cases.map((row) =>
    [
      `runNotebook() fails and names the cell that ${row[0]}`,
      () => fails(row, PRELUDE),
    ] as const
  ),
  ...cases.filter(([claim]) => WITHOUT_PRELUDE.test(claim)).map((row) =>
    [
      `runNotebook() without the prelude fails and names the cell that ${row[0]}`,
      () => fails(row, "void 0;"),
    ] as const
  ),
  ["runNotebook() fails on an error that comes when the last cell is done", async () => {
    await using temporary = await temporaryNotebook([
      PRELUDE,
      'setTimeout(() => { throw new Error("late"); }, 30);\n1;',
    ]);
    const failure = await runNotebook({ project: projectFolder(), ...temporary });
    assertMatch(failure!.message, /late/);
  }],

  ["runNotebook() leaves an error alone where the cell's tag says that it is meant", async () => {
    await using temporary = await temporaryNotebook(["1;", 'throw new Error("meant");', '"after"']);
    const notebook = JSON.parse(await Deno.readTextFile(temporary.notebook));
    notebook.cells[2].metadata.tags = ["raises-exception"];
    await Deno.writeTextFile(temporary.notebook, JSON.stringify(notebook));
    assertEquals(await runNotebook({ project: projectFolder(), ...temporary }), undefined);
    const cells = (await codeCells(temporary.executed)).map(shown);
    assertEquals(cells.slice(1), [["error: Error: meant"], ['execute_result: "after"']]);
  }],

  ["runNotebook() fails with the runner's words where the file is no notebook", async () => {
    await using temporary = await temporaryNotebook([]);
    await Deno.writeTextFile(temporary.notebook, "{");
    const failure = await runNotebook({ project: projectFolder(), ...temporary });
    assertEquals(failure!.cell, 0);
    assertMatch([failure!.message, ...failure!.details].join("\n"), /JSON/);
  }],
]);

Deno.test("runNotebook() starts the kernel again where it ends at once, and tells it where it never starts", async () => {
  await using made = await temporaryNotebook(['console.log("here");']);
  const { argv, ...spec } = JSON.parse(
    await Deno.readTextFile(join(projectFolder().root, ".jupyter", "kernels", "deno", "kernel.json")),
  );
  const folder = join(made.folder, "jupyter", "kernels", "deno"), flag = join(made.folder, "ended");
  await Deno.mkdir(folder, { recursive: true });
  const run = async (condition: string) => {
    const shell = [
      "bash",
      "-c",
      `if [ ${condition} ]; then exec "$@"; else touch ${flag}; exit 1; fi`,
      "bash",
      ...argv,
    ];
    await Deno.writeTextFile(join(folder, "kernel.json"), JSON.stringify({ ...spec, argv: shell }));
    const env = { JUPYTER_PATH: join(made.folder, "jupyter") };
    return await runNotebook({ project: projectFolder(), notebook: made.notebook, executed: made.executed, env });
  };
  assertEquals(await run(`-e ${flag}`), undefined);
  assertEquals((await codeCells(made.executed)).map(shown), [["stdout: here\n"]]);
  const failure = await run("1 = 2");
  assertStringIncludes(failure!.message, "Kernel died before replying");
});
