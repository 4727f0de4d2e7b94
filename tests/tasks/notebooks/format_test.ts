import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { unformattedNotebooks } from "../../../tasks/check_notebooks.ts";
import { projectFolder } from "../../../tasks/setup/project_folder.ts";

const CONFIG = join(projectFolder().root, "deno.json");

Deno.test("unformattedNotebooks() finds nothing in notebooks that deno fmt leaves as they are", async () => {
  assertEquals(await unformattedNotebooks([await notebook("const a = 1;")], CONFIG), []);
});

Deno.test("unformattedNotebooks() names a notebook that deno fmt would change, and leaves it as it is", async () => {
  const path = await notebook("const a=1");
  const before = await Deno.readTextFile(path);
  const [problem] = await unformattedNotebooks([path], CONFIG);
  assertMatch(problem, /sample\.ipynb is not formatted/);
  assertEquals(await Deno.readTextFile(path), before);
});

async function notebook(code: string): Promise<string> {
  const cells = [
    { cell_type: "markdown", id: "a", metadata: {}, source: ["# Title\n", "\n", "Text."] },
    { cell_type: "code", execution_count: null, id: "b", metadata: {}, outputs: [], source: [code] },
  ];
  const path = join(await Deno.makeTempDir(), "sample.ipynb");
  const kernelspec = { display_name: "Deno", language: "typescript", name: "deno" };
  const metadata = { kernelspec, language_info: { name: "typescript" } };
  const content = JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1);
  await Deno.writeTextFile(path, `${content}\n`);
  return path;
}
