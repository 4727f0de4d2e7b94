import "../backend.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { exploreCommand, writeSite } from "../../tasks/explore.ts";
import { smallWeights } from "../explorer/networks.ts";
import { runTask } from "./run_task.ts";

Deno.test("writeSite() writes into a folder of its own, again too, and removes what is left of before", async () => {
  await inFolder(async (folder) => {
    const site = join(folder, "site");
    const write = (files: Record<string, string>) =>
      writeSite(site, () => {
        const entries = Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)] as const);
        return Promise.resolve(new Map(entries));
      });
    await write({ "index.html": "first", "chunk-1.js": "first" });
    await write({ "index.html": "second", "chunk-2.js": "second" });
    assertEquals(await namesIn(site), [".polydice.json", "chunk-2.js", "index.html"]);
    assertEquals(await Deno.readTextFile(join(site, "index.html")), "second");
    await Deno.writeTextFile(join(folder, "outside"), "mine");
    await Deno.remove(join(site, "index.html"));
    await Deno.symlink(join(folder, "outside"), join(site, "index.html"));
    await assertRejects(() => write({ "index.html": "third" }), Error, "Cannot write");
    assertEquals(await Deno.readTextFile(join(folder, "outside")), "mine");
  });
});

Deno.test("deno task explore touches no folder that is another's, and says what it can't show", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "app.js"), "mine");
    await Deno.writeTextFile(join(folder, "index.html"), "mine");
    await Deno.symlink(join(folder, "index.html"), join(folder, "link"));
    for (const build of [folder, join(folder, "index.html"), join(folder, "link")]) {
      const { code, stderr } = await runTask(exploreCommand(), ["--build", build]);
      assertEquals([code, stderr.startsWith("Cannot write")], [1, true], stderr);
    }
    assertEquals(await namesIn(folder), ["app.js", "index.html", "link"]);
    assertEquals(await Deno.readTextFile(join(folder, "app.js")), "mine");
    const { code, stderr } = await runTask(exploreCommand(), ["--weights", "nothing.safetensors", "--port", "0"]);
    assertEquals(code, 1);
    assertMatch(stderr, /^Cannot show "nothing.safetensors": it is no file, and no run in .*\n$/);
  });
});

Deno.test("deno task explore writes the pages with the user's own network, with the permissions that it has", async () => {
  await inFolder(async (folder) => {
    const weights = await smallWeights();
    await Deno.writeFile(join(folder, "model.safetensors"), weights);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", "-P=explorer", "tasks/explore.ts"],
        ...["--weights", "model.safetensors", "--build", "site"],
      ],
      cwd: fromFileUrl(new URL("../..", import.meta.url)),
      env: { INIT_CWD: folder },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    assertEquals(await Deno.readFile(join(folder, "site", "weights.safetensors")), weights);
    const { name } = JSON.parse(await Deno.readTextFile(join(folder, "site", "model.json")));
    assertEquals(name, "model.safetensors");
    for (const file of ["index.html", "geometry.html", "explorer.js", "geometry.js", "tfjs-backend-wasm.wasm"]) {
      assert((await Deno.stat(join(folder, "site", file))).size > 500, file);
    }
  });
});

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_explore_" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
