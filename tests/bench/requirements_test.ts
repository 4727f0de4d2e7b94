import { assert, assertEquals, assertMatch } from "@std/assert";
import { pytorchFolder } from "../../tasks/pytorch_environment.ts";
import { projectFolder } from "../../tasks/project_folder.ts";

const texts = await Promise.all((["cpu", "gpu"] as const).map((processor) => {
  return Deno.readTextFile(pytorchFolder(projectFolder(), processor).requirements);
}));

for (const [index, text] of texts.entries()) {
  const name = ["pytorch_cpu.txt", "pytorch_gpu.txt"][index];
  Deno.test(`${name} pins every package to one version with hashes, and names no index and no path`, () => {
    const entries = text.split(/\n(?=\S)/).filter((entry) => entry.trim() !== "");
    assert(entries.some((entry) => entry.startsWith("torch==")));
    for (const entry of entries) assertMatch(entry, /^[\w.-]+==[\w.]+[^]*--hash=sha256:[0-9a-f]{64}/);
    assertEquals(text.match(/https?:|--(?:extra-)?index-url|--find-links|(?:^|\s)\/\w+/g), null);
  });
}

Deno.test("PyTorch for GPUs holds everything that PyTorch for CPUs holds, in the same versions", () => {
  const [cpu, gpu] = texts.map((text) => new Set(text.match(/^[\w.-]+==\S+/gm)));
  assertEquals([...cpu].filter((entry) => !gpu.has(entry)), []);
});
