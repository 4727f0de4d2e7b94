import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { openOwnFolder, type OwnFolder } from "../../lib/files/own_folder.ts";

const TASK = { task: "export" };
const text = (content: string) => new TextEncoder().encode(content);

async function withFolder(test: (path: string) => Promise<void>): Promise<void> {
  const outer = await Deno.makeTempDir();
  try {
    await test(join(outer, "folder"));
  } finally {
    await Deno.remove(outer, { recursive: true });
  }
}

/** A whole run that makes these files. */
async function run(path: string, files: Record<string, string>, options = TASK) {
  using folder = await openOwnFolder(path, options);
  for (const [name, content] of Object.entries(files)) await folder.write(name, text(content));
  return await folder.finish();
}

/** Every file below a folder with its content; the manifest's files left out. */
async function contents(path: string, below = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(join(path, below))) {
    const inner = join(below, name);
    if (isDirectory) Object.assign(found, await contents(path, inner));
    else if (!name.startsWith(".polydice")) found[inner] = await Deno.readTextFile(join(path, inner));
  }
  return found;
}

Deno.test("a task's folder has what its last run made, and what others put there", () =>
  withFolder(async (path) => {
    await run(path, { "a.txt": "1", "sub/b.txt": "1", "sub/deep/c.txt": "1" });
    await Deno.writeTextFile(join(path, "sub", "mine.txt"), "mine");
    const { removed, left } = await run(path, { "a.txt": "2", "d.txt": "2" });
    assertEquals([removed.toSorted(), left], [["sub/b.txt", "sub/deep/c.txt"], []]);
    assertEquals(await contents(path), { "a.txt": "2", "d.txt": "2", "sub/mine.txt": "mine" });
    await assertRejects(() => Deno.lstat(join(path, "sub", "deep")), Deno.errors.NotFound);
    const manifest = JSON.parse(await Deno.readTextFile(join(path, ".polydice.json")));
    assertEquals([manifest.task, Object.keys(manifest.files)], ["export", ["a.txt", "d.txt"]]);
    assertEquals([...Deno.readDirSync(path)].map(({ name }) => name).filter((name) => name.startsWith(".")), [
      ".polydice.json",
    ]);
  }));

Deno.test("a folder with somebody's files, of another task or that is none is refused with a way out, and stays", () =>
  withFolder(async (path) => {
    await Deno.mkdir(path);
    await Deno.writeTextFile(join(path, "thesis.tex"), "mine");
    await assertRejects(() => openOwnFolder(path, TASK), Error, "holds files that `export` did not make. Choose a new");
    assertEquals([...Deno.readDirSync(path)].length, 1, "not even a lock is left there");
    await assertRejects(() => openOwnFolder(join(path, "thesis.tex"), TASK), Error, "it is a regular file. Choose");
    const other = join(path, "other");
    await run(other, { "a.txt": "1" }, { task: "results" });
    await assertRejects(() => openOwnFolder(other, TASK), Error, "belongs to the task `results`, not to `export`");
  }));

Deno.test("a damaged or strange manifest is refused, and a list in it that leaves the folder harms nothing", () =>
  withFolder(async (path) => {
    await run(path, { "a.txt": "1" });
    const manifest = join(path, ".polydice.json");
    const precious = join(path, "..", "precious.txt");
    await Deno.writeTextFile(precious, "1");
    const { files } = JSON.parse(await Deno.readTextFile(manifest));
    const hostile = {
      "../precious.txt": files["a.txt"],
      "/etc/passwd": "00",
      "": "00",
      "a.txt/b": "00",
      x: 7,
      ...files,
    };
    await Deno.writeTextFile(manifest, JSON.stringify({ ...TASK, files: hostile }));
    assertEquals((await run(path, {})).removed, ["a.txt"]);
    assertEquals(await Deno.readTextFile(precious), "1");
    for (const damaged of ["", "{", "null", "[]", '{"task":7,"files":{}}', '{"task":"export","files":null}']) {
      await Deno.writeTextFile(manifest, damaged);
      await assertRejects(() => openOwnFolder(path, TASK), Error, "expected a task and its files");
    }
    await Deno.remove(manifest);
    await Deno.symlink(precious, manifest);
    await assertRejects(() => openOwnFolder(path, TASK), Error);
  }));

Deno.test("a file that somebody changed is neither overwritten nor removed, and is theirs from then on", () =>
  withFolder(async (path) => {
    await run(path, { "README.md": "made", "b.txt": "made" });
    await Deno.writeTextFile(join(path, "README.md"), "edited");
    using folder = await openOwnFolder(path, TASK);
    await assertRejects(
      () => folder.write("README.md", text("new")),
      Error,
      "README.md was changed since it was made.",
    );
    assertEquals(await folder.remove("README.md"), false);
    assertEquals(await folder.keep("README.md"), false);
    assertEquals(await folder.finish(), { removed: ["b.txt"], left: ["README.md"] });
    assertEquals(await contents(path), { "README.md": "edited" });
    using again = await openOwnFolder(path, TASK);
    await assertRejects(
      () => again.write("README.md", text("new")),
      Error,
      "README.md is a regular file that `export` did not make. Move it away",
    );
  }));

Deno.test("no link is followed: not a file's, not a sub-folder's, not one that came between two runs", () =>
  withFolder(async (path) => {
    const elsewhere = join(path, "..", "elsewhere");
    await Deno.mkdir(elsewhere);
    await Deno.writeTextFile(join(elsewhere, "a.txt"), "1");
    await run(path, { "sub/a.txt": "1", "b.txt": "1" });
    await Deno.remove(join(path, "sub"), { recursive: true });
    await Deno.symlink(elsewhere, join(path, "sub"));
    await Deno.remove(join(path, "b.txt"));
    await Deno.symlink(join(elsewhere, "a.txt"), join(path, "b.txt"));
    using folder = await openOwnFolder(path, TASK);
    await assertRejects(() => folder.write("sub/a.txt", text("2")), Error, "is a link, not a folder. Move it away.");
    await assertRejects(() => folder.write("b.txt", text("2")), Error, "b.txt is a link that `export` did not make.");
    assertEquals(await folder.remove("b.txt"), false);
    assertEquals((await folder.finish()).removed, []);
    assertEquals(await contents(elsewhere), { "a.txt": "1" });
    await Deno.remove(join(path, "sub"));
    await Deno.symlink(elsewhere, join(path, ".polydice.lock"));
    await assertRejects(
      () => openOwnFolder(path, TASK),
      Error,
      "it is a link, not a file of this program's. Remove it.",
    );
  }));

Deno.test("the folder itself may be a link, unless it leads nowhere", () =>
  withFolder(async (path) => {
    const real = join(path, "..", "real");
    await Deno.symlink(real, path);
    await assertRejects(() => openOwnFolder(path, TASK), Error, "it is a link that leads nowhere.");
    await Deno.mkdir(real);
    await run(path, { "a.txt": "1" });
    assertEquals(await contents(real), { "a.txt": "1" });
  }));

Deno.test("write() refuses paths that leave the folder, or are its manifest's", () =>
  withFolder(async (path) => {
    using folder = await openOwnFolder(path, TASK);
    for (const wrong of ["", ".", "..", "../a", "a/../../b", "/etc/passwd", "a//b", "a/", "a\0b", ".polydice.json"]) {
      await assertRejects(() => folder.write(wrong, text("x")), Error, "is no path for a file inside of it", wrong);
    }
  }));

Deno.test("a run that was killed leaves a folder that the next one uses: its files count as the task's", () =>
  withFolder(async (path) => {
    await run(path, { "a.txt": "1", "b.txt": "1" });
    await killed(path, { "a.txt": "2", "new/line\nbreak.txt": "2" });
    // As if it had been killed in the middle of a line of its journal, and of a file.
    await Deno.writeTextFile(join(path, ".polydice.journal"), '["b.t', { append: true });
    await killed(path, { "d.txt": "2" });
    await Deno.writeTextFile(join(path, "new", "line\nbreak.txt.0123abcd.tmp"), "ha");
    await Deno.writeTextFile(join(path, "mine.txt.0123abcd.tmp"), "mine");
    using folder = await openOwnFolder(path, TASK);
    assert(await folder.keep("a.txt"), "what the killed run made");
    await folder.write("c.txt", text("3"));
    assertEquals((await folder.finish()).removed.toSorted(), ["b.txt", "d.txt", "new/line\nbreak.txt"]);
    assertEquals(await contents(path), { "a.txt": "2", "c.txt": "3", "mine.txt.0123abcd.tmp": "mine" });
  }));

Deno.test("a new folder whose first run was killed, or failed, belongs to the task", () =>
  withFolder(async (path) => {
    await killed(path, { "a.txt": "1" });
    const fails = async (folder: OwnFolder) => {
      using _folder = folder;
      await folder.write("b.txt", text("2"));
      throw new Error("disk full");
    };
    const folder = await openOwnFolder(path, TASK);
    await assertRejects(() => fails(folder), Error, "disk full");
    assertEquals((await run(path, { "c.txt": "3" })).removed.toSorted(), ["a.txt", "b.txt"]);
    await assertRejects(() => folder.write("d.txt", text("4")), Error, "the folder is finished. Open it anew.");
  }));

Deno.test("a file appears whole or not at all: where writing fails, the one before stays", () =>
  withFolder(async (path) => {
    using folder = await openOwnFolder(path, TASK);
    await folder.write("a.txt", text("1"));
    const rename = Deno.rename;
    Deno.rename = () => Promise.reject(new Error("disk full"));
    try {
      await assertRejects(() => folder.write("a.txt", text("2")), Error, "disk full");
      await assertRejects(() => folder.write("b.txt", text("2")), Error, "disk full");
    } finally {
      Deno.rename = rename;
    }
    assertEquals(await contents(path), { "a.txt": "1" });
    await folder.write("a.txt", text("3"));
    assertEquals(await contents(path), { "a.txt": "3" });
  }));

/** A run that is killed when it has made these files. */
async function killed(path: string, files: Record<string, string>): Promise<void> {
  const module = new URL("../../lib/files/own_folder.ts", import.meta.url).href;
  const code = `const { openOwnFolder } = await import("${module}");
    const folder = await openOwnFolder(Deno.args[0], ${JSON.stringify(TASK)});
    for (const [name, content] of Object.entries(${JSON.stringify(files)})) {
      await folder.write(name, new TextEncoder().encode(content));
    }
    Deno.kill(Deno.pid, "SIGKILL");`;
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  const { signal } = await new Deno.Command(Deno.execPath(), { args: ["eval", "--config", config, code, path] })
    .output();
  assertEquals(signal, "SIGKILL");
}
