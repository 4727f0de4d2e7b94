import { assert, assertEquals, assertMatch } from "@std/assert";
import { basename, join } from "@std/path";
import { pytorchEnvironment } from "../../../tasks/setup/environments.ts";
import { projectFolder } from "../../../tasks/setup/project_folder.ts";

const project = projectFolder();
const ours = ["jupyter.txt", "snakemake.txt", "tensorflow_cpu.txt", "tensorflow_gpu.txt"];
const pytorch = (["cpu", "gpu"] as const).map((processor) =>
  pytorchEnvironment(project, processor).requirements[0].file
);
const files = [...ours.map((name) => join(project.requirements, name)), ...pytorch];
const texts = new Map(await Promise.all(files.map(async (file) => [file, await Deno.readTextFile(file)] as const)));

for (const [file, text] of texts) {
  const entries = text.split(/\n(?=\S)/).filter((entry) => entry.trim() !== "");

  Deno.test(`${basename(file)} pins every package to one version with hashes`, () => {
    assert(entries.length > 0);
    for (const entry of entries) assertMatch(entry, /^[\w.-]+==[\w.]+[^]*--hash=sha256:[0-9a-f]{64}/);
  });

  Deno.test(`${basename(file)} names no package index and no path of a machine`, () => {
    assertEquals(text.match(/https?:|--(?:extra-)?index-url|--find-links|(?:^|\s)\/\w+/g), null);
  });
}

Deno.test("TensorFlow is the same version for CPUs and for GPUs, on every system", () => {
  const texted = files.filter((file) => basename(file).startsWith("tensorflow")).map((file) => texts.get(file)!);
  const versions = texted.flatMap((text) =>
    [...text.matchAll(/^tensorflow(?:-cpu)?==(\S+)/gm)].map(([, version]) => version)
  );
  assertEquals(new Set(versions).size, 1);
});

Deno.test("PyTorch for GPUs holds everything that PyTorch for CPUs holds, in the same versions", () => {
  const [cpu, gpu] = pytorch.map((file) => new Set(texts.get(file)!.match(/^[\w.-]+==\S+/gm)));
  assert([...cpu].some((entry) => entry.startsWith("torch==")));
  assertEquals([...cpu].filter((entry) => !gpu.has(entry)), []);
});

Deno.test("of what only the installer of tfjs-node-gpu uses nothing is locked: it never runs, and it had known faults", async () => {
  const { npm } = JSON.parse(await Deno.readTextFile(join(project.root, "deno.lock")));
  const installer = /^(tar|adm-zip|@mapbox\/node-pre-gyp)@/;
  const locked = Object.entries(npm).filter(([name]) => installer.test(name));
  assertEquals(locked.map(([, entry]) => entry), [{}, {}, {}]); // links to nothing, tasks/npm
});
