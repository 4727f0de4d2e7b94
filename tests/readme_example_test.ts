import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { findTensorFlow } from "../lib/backend/tensorflow/library.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

Deno.test("README.md's TypeScript runs as written, and is type-checked", async () => {
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);
  assertEquals(blocks.length, 1);
  // In the project's folder, because the block imports from there.
  const file = await Deno.makeTempFile({ dir: ROOT, prefix: ".readme_example_", suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, blocks[0]);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-P=training", "--check", file],
      cwd: ROOT,
      env: { NO_COLOR: "1", POLYDICE_TENSORFLOW: findTensorFlow(ROOT) },
    }).output();
    const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert(success, errors);
    const printed = [...out.matchAll(/\[(\d\.\d+), (\d\.\d+)\]/g)].map(([, ...pair]) => pair.map(Number));
    assertMatch(out, /Tensor/);
    assertEquals(printed.length, 2, out);
    const [difficulties, losses] = printed;
    assert(difficulties.every((value) => value > 0 && value < Math.LN2), out); // I lies between 0 and ln 2
    assert(losses[1] > losses[0], out); // the same masks and much the same ŷ: the larger ε, the larger loss
  } finally {
    await Deno.remove(file);
  }
});
