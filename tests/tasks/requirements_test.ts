import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { projectFolder } from "../../tasks/project_folder.ts";

const { requirements } = projectFolder();
const FILES = ["jupyter.txt", "snakemake.txt", "tensorflow_cpu.txt", "tensorflow_gpu.txt"];

for (const name of FILES) {
  const text = await Deno.readTextFile(join(requirements, name));
  const entries = text.split(/\n(?=\S)/).filter((entry) => entry.trim() !== "");

  Deno.test(`${name} pins every package to one version with hashes`, () => {
    assert(entries.length > 0);
    for (const entry of entries) assertMatch(entry, /^[\w.-]+==[\w.]+[^]*--hash=sha256:[0-9a-f]{64}/);
  });

  Deno.test(`${name} names no package index and no path of a machine`, () => {
    assertEquals(text.match(/https?:|--(?:extra-)?index-url|--find-links|(?:^|\s)\/\w+/g), null);
  });
}

Deno.test("TensorFlow is the same version for CPUs and for GPUs, on every system", async () => {
  const versions = new Set<string>();
  for (const name of FILES.filter((file) => file.startsWith("tensorflow"))) {
    const text = await Deno.readTextFile(join(requirements, name));
    for (const [, version] of text.matchAll(/^tensorflow(?:-cpu)?==(\S+)/gm)) versions.add(version);
  }
  assertEquals(versions.size, 1);
});
