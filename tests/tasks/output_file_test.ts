import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { requireOutput, writeOutput } from "../../tasks/cli/output_file.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const JSON_FILE = { option: "--json", known: /^\{"ours":/ };

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("writeOutput() writes a new file, an empty one and its own anew, and makes folders", () =>
  withFolder(async (folder) => {
    const [path, empty] = [join(folder, "new", "rows.json"), join(folder, "empty.json")];
    await Deno.writeTextFile(empty, "");
    for (const text of ['{"ours":1}', '{"ours":2}']) await writeOutput(path, text, JSON_FILE);
    await writeOutput(empty, '{"ours":3}', JSON_FILE);
    assertEquals(await Deno.readTextFile(path), '{"ours":2}');
    assertEquals(await Deno.readTextFile(empty), '{"ours":3}');
    assertEquals([...Deno.readDirSync(join(folder, "new"))].map(({ name }) => name), ["rows.json"]);
  }));

Deno.test("a file of the user's own, a link, a folder and a FIFO are refused by writeOutput(), and stay as they are", {
  ignore: Deno.build.os === "windows",
}, () =>
  withFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    await Deno.writeTextFile(at("thesis.tex"), "my thesis");
    await Deno.symlink("thesis.tex", at("link"));
    await Deno.symlink("nothing", at("nowhere"));
    await Deno.mkdir(at("folder"));
    await new Deno.Command("mkfifo", { args: [at("fifo")] }).output();
    const before = listed(folder);
    const cases = {
      "thesis.tex": "it holds what --json did not write",
      link: "it is a link",
      nowhere: "it is a link",
      folder: "it is a folder",
      fifo: "it is a FIFO",
      "thesis.tex/rows.json": "Name another file by --json.",
      ["n".repeat(300)]: "Name another file by --json.",
    };
    for (const [name, why] of Object.entries(cases)) {
      for (const refuse of [requireOutput, (path: string) => writeOutput(path, '{"ours":1}', JSON_FILE)]) {
        await assertRejects(() => refuse(at(name), JSON_FILE), TaskError, why);
      }
    }
    assertEquals(listed(folder), before);
    assertEquals(await Deno.readTextFile(at("thesis.tex")), "my thesis");
  }));

function listed(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name, isFile, isSymlink }) => `${name} ${isFile} ${isSymlink}`).sort();
}
