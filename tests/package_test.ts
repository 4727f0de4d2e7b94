import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";
import config from "../deno.json" with { type: "json" };
import { findTensorFlow } from "../lib/backend/tensorflow/library.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

Deno.test("deno publish --dry-run takes the library as a package, and nothing but the library", async () => {
  const { success, text } = await deno(["publish", "--dry-run", "--allow-dirty"]);
  assert(success, text);
  assertMatch(text, /Success\S* Dry run complete/);
  const files = [...text.matchAll(/file:\/\/(\S+) \(/g)].map(([, path]) => relative(ROOT, path));
  // tasks/jsr stands in for JSR's packages where deno.json links to it.
  const wanted =
    /^(lib\/(?!notebook\/|report\/)|data\/splits\/|studies\/study\.schema\.json$|tasks\/jsr\/|(README\.md|LICENSE|CITATION\.cff|deno\.json)$)/;
  assertEquals(files.filter((file) => !wanted.test(file)), []);
  for (const file of ["lib/mod.ts", "README.md", "LICENSE", "data/splits/kvasir_880_train.txt"]) {
    assert(files.includes(file), `${file} is missing`);
  }
});

Deno.test("the library's public interface is documented, and all types that it names are exported", async () => {
  const { success, text } = await deno(["doc", "--lint", "lib/mod.ts"]);
  assert(success, text);
});

Deno.test("deno task doc makes a page for every public name", async () => {
  const folder = await Deno.makeTempDir({ prefix: "polydice_doc_test_" });
  try {
    const [, ...args] = config.tasks.doc.command.replaceAll("'", "").replace("Adaptive PolyDice", "A").split(" ");
    const { success, text } = await deno(args.map((word) => word.replace("--output=docs", `--output=${folder}`)));
    assert(success, text);
    const names = [...Deno.readDirSync(join(folder, "~"))].map(({ name }) => name);
    for (const name of ["polyDice1Loss", "updateEpsilon", "loadUNetWeights"]) {
      assert(names.includes(`${name}.html`), name);
    }
    assertStringIncludes(await Deno.readTextFile(join(folder, "index.html")), "Your own data, model and loss");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the library works where it is imported from a server, as from a registry", async () => {
  const folder = await Deno.makeTempDir({ prefix: "polydice_registry_test_" });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ url }) => {
    const path = new URL(url).pathname;
    if (!/^\/(lib|studies)\//.test(path) || path.includes("..")) return new Response(null, { status: 404 });
    const source = await Deno.readTextFile(join(ROOT, path));
    const type = path.endsWith(".json") ? "application/json" : "application/typescript";
    return new Response(source, { headers: { "content-type": type } });
  });
  try {
    const imports = { ...config.imports, "@polydice/adaptive": `http://127.0.0.1:${server.addr.port}/lib/mod.ts` };
    const links = config.links.map((path) => join(ROOT, path));
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify({ imports, links, nodeModulesDir: "manual" }));
    await Deno.symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    await Deno.writeTextFile(join(folder, "main.ts"), PROGRAM);
    const env = { POLYDICE_TENSORFLOW: findTensorFlow(ROOT) };
    const permissions = [
      "-R",
      "-W",
      "-E",
      "-S",
      "--allow-run",
      "--allow-ffi",
      `--allow-import=${server.addr.hostname}`,
    ];
    const args = ["run", ...permissions, "--no-check", "--no-lock", "main.ts"];
    const { success, text } = await deno(args, { cwd: folder, env });
    assert(success, text);
    assertStringIncludes(text, "cpu [0,1]\ntensorflow [0,1]");
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
});

const PROGRAM = `import { diceLoss, tf, useBackend } from "@polydice/adaptive";
for (const name of ["cpu", "tensorflow"]) {
  await useBackend(name);
  const mask = tf.tensor3d([[[1, 0]], [[0, 1]]]);
  console.log(name, JSON.stringify(diceLoss(tf.tensor3d([[[1, 0]], [[1, 0]]]), mask).arraySync()));
}
`;

async function deno(
  args: string[],
  { cwd = ROOT, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<{ success: boolean; text: string }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = new TextDecoder();
  return { success, text: text.decode(stdout) + text.decode(stderr) };
}
