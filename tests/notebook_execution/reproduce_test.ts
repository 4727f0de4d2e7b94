import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { progressLine } from "../../tasks/cli/progress_line.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { openOwnFolder } from "../../lib/files/own_folder.ts";
import { reproduce, type ReproduceOptions } from "../../tasks/reproduce.ts";
import { type ProjectFolder, projectFolder } from "../../tasks/setup/project_folder.ts";
import { codeCells, notebookOf, PRELUDE, shown, testsAtOnce } from "./temporary_notebook.ts";

/** A project with notebooks of its own, and what a reproduce of them says. */
interface SmallProject extends AsyncDisposable {
  readonly project: ProjectFolder;
  readonly results: string;
  readonly said: string[];
  reproduce(): Promise<void>;
}

async function smallProject(notebooks: Record<string, string[]>): Promise<SmallProject> {
  const cache = projectFolder().cache;
  await Deno.mkdir(cache, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: cache, prefix: "test_reproduce_" });
  for (const [name, cells] of Object.entries(notebooks)) {
    await Deno.writeTextFile(join(folder, name), JSON.stringify(notebookOf([PRELUDE, ...cells])));
  }
  const project = { ...projectFolder(), notebooks: folder, cache: join(folder, "cache") };
  const results = join(folder, "results");
  const said: string[] = [];
  const line = progressLine({ write: (text) => said.push(text), terminal: false });
  const options: ReproduceOptions = {
    ...{ profile: "smoke", seed: 5, backend: "tensorflow", results },
    ...{ dataset: "synthetic", split: undefined, set: {}, places: {} },
  };
  return {
    project,
    results,
    said,
    reproduce: () => reproduce(options, project, line),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const WRITE_TABLE = `const folder = Deno.env.get("POLYDICE_RESULTS")!;
const settings = ["PROFILE", "SEED"].map((name) => Deno.env.get("POLYDICE_" + name)).join(" ");
await Deno.writeTextFile(folder + "/results.md", "| method |\\n| " + settings + " |\\n");`;

testsAtOnce([
  ["reproduce() runs the notebooks in the order of their numbers, with the options, and prints the table", async () => {
    await using small = await smallProject({
      "10_last.ipynb": [WRITE_TABLE],
      "2_first.ipynb": ['console.log("Computing with a on b");\nconsole.log("more");'],
    });
    await small.reproduce();
    const text = small.said.join("");
    assertMatch(
      text,
      /\[1\/2\] 2_first[^]*Computing with a on b[^]*\[2\/2\] 10_last[^]*\| smoke 5 \|[^]*Reproduced in/,
    );
    assertEquals(text.includes("more"), false);
    assertEquals((await codeCells(join(small.results, "executed", "2_first.ipynb"))).map(shown)[1], [
      "stdout: Computing with a on b\nmore\n",
    ]);
    const source = JSON.parse(await Deno.readTextFile(join(small.project.notebooks, "2_first.ipynb")));
    assertEquals(source, notebookOf([PRELUDE, 'console.log("Computing with a on b");\nconsole.log("more");']));
  }],

  ["reproduce() stops at the first failure, names its place and keeps the partly executed copy", async () => {
    await using small = await smallProject({
      "1_sound.ipynb": ["1;"],
      "2_broken.ipynb": ['console.log("so far");', "const n = 3;\nif (n) throw new RangeError(`not ${n}`);"],
      "3_never.ipynb": ["3;"],
    });
    const copy = join(small.results, "executed", "2_broken.ipynb");
    const error = await assertRejects(
      () => small.reproduce(),
      TaskError,
      "2_broken.ipynb, cell 3, line 2: RangeError: not 3",
    );
    assertMatch(error.message, /2 \| if \(n\) throw/);
    assertMatch(error.message, new RegExp(`Partly executed copy: ${RegExp.escape(copy)}`));
    assertEquals(error.status, 1);
    assertEquals((await codeCells(copy)).map(shown).slice(1), [["stdout: so far\n"], ["error: RangeError: not 3"]]);
    assertEquals(await Deno.stat(join(small.results, "executed", "3_never.ipynb")).catch(() => "none"), "none");
  }],

  ["reproduce() runs nothing where a notebook has a type error", async () => {
    await using small = await smallProject({
      "1_sound.ipynb": ["1;"],
      "2_wrong.ipynb": ['import { missing } from "../../tasks/cli/progress_line.ts";\nmissing();'],
    });
    await assertRejects(() => small.reproduce(), TaskError, "2_wrong.ipynb, cell 2, line 1");
    assertEquals(await Deno.stat(join(small.results, "executed")).catch(() => "none"), "none");
  }],

  ["reproduce() refuses a results folder that another one writes to", async () => {
    await using small = await smallProject({ "1_sound.ipynb": ["1;"] });
    using _other = await openOwnFolder(small.results, { task: "reproduce" });
    await assertRejects(() => small.reproduce(), TaskError, "this program has locked it already");
  }],
]);
