import { assert, assertEquals, assertMatch } from "@std/assert";
import { basename, join } from "@std/path";
import { findNotebooks, notebookNumber } from "../../tasks/notebooks/cells.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { codeCells } from "./temporary_notebook.ts";

const METHODS = 5;

Deno.test("deno task reproduce --profile smoke executes the real notebooks and writes the table of every method", async () => {
  const project = projectFolder();
  const notebooks = await findNotebooks(project.notebooks);
  assertEquals(notebooks.map(notebookNumber), [...notebooks.keys()]); // 0, 1, 2, …: none is missing
  assert(notebooks.length >= 7);
  const results = await Deno.makeTempDir({ prefix: "polydice_smoke_" });
  const seed = crypto.getRandomValues(new Uint32Array(1))[0]; // one that no stored run has: everything is trained
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "-q", "reproduce", "--profile", "smoke", "--seed", String(seed), "--results", results],
      cwd: project.root,
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    assertMatch(text, /^ {2}Computing with tensorflow [\d.]+ on /m);
    for (const notebook of notebooks) {
      const cells = (await codeCells(join(results, "executed", basename(notebook))))
        .filter(({ source }) => source.join("").trim() !== "");
      assertEquals(cells.map(({ execution_count }) => execution_count), cells.map((_, index) => index + 1));
      assert(cells.every(({ outputs }) => outputs.every(({ output_type }) => output_type !== "error")));
    }
    const table = await Deno.readTextFile(join(results, "results.md"));
    assert(text.includes(table.trim()));
    const rows = table.split("\n").filter((line) => line.startsWith("|"));
    assert(rows.length >= METHODS + 2);
    assertMatch(await Deno.readTextFile(join(results, "results.csv")), /adaptive/i);
    assert(JSON.parse(await Deno.readTextFile(join(results, "results.json"))));
  } finally {
    await Deno.remove(results, { recursive: true });
    await removeRuns(join(project.root, "runs"), seed);
  }
});

/** Removes the stored runs that were trained with a seed. */
async function removeRuns(folder: string, seed: number): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    const record = await Deno.readTextFile(join(folder, name, "run.json")).catch(() => "{}");
    if (JSON.parse(record).experiment?.seed === seed) await Deno.remove(join(folder, name), { recursive: true });
  }
}
