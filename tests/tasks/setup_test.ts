import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename, join } from "@std/path";
import type { CommandResult, RunCommand } from "../../tasks/cli/child_process.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { setup } from "../../tasks/setup.ts";
import { DEBIAN_PROGRAMS, findChromium, installDebianProgram } from "../../tasks/setup/debian_programs.ts";
import { pytorchEnvironment, requirePytorch } from "../../tasks/setup/environments.ts";
import { ensureEnvironment, readStamp } from "../../tasks/setup/pinned_environment.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { lockHolder } from "../files/lock_holder.ts";
import { keptProgress, type MadeMachine, notedCommands, temporaryProject } from "./temporary_project.ts";

/** A project of its own, and how it is set up on a made machine. */
async function smallProject() {
  const temporary = await temporaryProject();
  const { project } = temporary;
  const { progress, said } = keptProgress();
  const setUp = async (machine: MadeMachine = {}, processor?: "cpu" | "gpu") => {
    const { commands, means } = notedCommands(machine);
    return { installed: await setup({ project, progress, means, processor }), commands };
  };
  const there = (path: string) => Deno.stat(path).then(() => true, () => false);
  return { ...temporary, progress, said, setUp, there };
}

const environmentsIn = (commands: readonly string[]) =>
  commands.filter((command) => command.includes("-m venv")).length;

Deno.test("setup() makes the environment once with hashes, every Python in isolation, and then runs no command", async () => {
  await using small = await smallProject();
  const { installed, commands } = await small.setUp();
  assertEquals([installed, environmentsIn(commands)], ["cpu", 1]);
  for (const file of ["jupyter.txt", "tensorflow_cpu.txt"]) {
    assert(commands.some((command) => /--no-deps --require-hashes .*-r/.test(command) && command.endsWith(file)), file);
  }
  assertEquals(commands.filter((command) => !/^\S+ -I /.test(command)), []);
  assertEquals(await small.setUp(), { installed: "cpu", commands: [] });
});

Deno.test("setup() begins anew after one that was interrupted", async () => {
  await using small = await smallProject();
  const { environment } = small.project;
  const message = "Cannot install TensorFlow: pip ended with status 1";
  await assertRejects(() => small.setUp({ failing: "tensorflow_cpu.txt" }), TaskError, message);
  assertEquals((await readStamp(environment))?.complete, false);
  await Deno.writeTextFile(join(environment, "left"), "behind");
  assertEquals(environmentsIn((await small.setUp()).commands), 1);
  assertEquals([(await readStamp(environment))?.complete, await small.there(join(environment, "left"))], [true, false]);
});

Deno.test("setup() makes the environment anew when a requirement file changes or its Python is gone", async () => {
  await using small = await smallProject();
  const { requirements, python } = small.project;
  await small.setUp();
  await Deno.writeTextFile(join(requirements, "jupyter.txt"), "jupyter==2\n");
  assertEquals(environmentsIn((await small.setUp()).commands), 1);
  await Deno.remove(python);
  assertEquals(environmentsIn((await small.setUp()).commands), 1);
});

Deno.test("setup() installs TensorFlow for GPUs where one is found, and keeps the build that is there", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using small = await smallProject();
  assertEquals((await small.setUp({ gpu: "NVIDIA H200" })).installed, "gpu");
  assertMatch(small.said.join(""), /Found NVIDIA H200/);
  assertEquals(await small.setUp(), { installed: "gpu", commands: [] });
  const { installed, commands } = await small.setUp({}, "cpu");
  assert(installed === "cpu" && commands.some((command) => command.includes("tensorflow_cpu.txt")));
});

Deno.test("setup() leaves an environment alone that it did not make, and says how much disk space is missing", async () => {
  await using small = await smallProject();
  const { root, environment } = small.project;
  const message = `expected 2.2 GB of free disk space for ${root}, found 300 MB`;
  await assertRejects(() => small.setUp({ free: 3e8 }), TaskError, message);
  assertEquals(await small.there(environment), false);
  await Deno.mkdir(environment);
  await assertRejects(() => small.setUp(), TaskError, "was not made by this project");
  assertEquals((await Array.fromAsync(Deno.readDir(environment))).length, 0);
});

Deno.test("setup() waits for another process that sets up, and starts nothing meanwhile", async () => {
  await using small = await smallProject();
  const other = await lockHolder(join(small.project.cache, ".venv.lock"));
  const waiting = small.setUp();
  while (!small.said.join("").includes(`Another set-up of Jupyter and TensorFlow is running (${other.text})`)) {
    await new Promise((again) => setTimeout(again, 10));
  }
  assertEquals(await small.there(small.project.environment), false);
  await other.kill();
  assertEquals(environmentsIn((await waiting).commands), 1);
});

Deno.test("setup() takes wheels of an older Python for TensorFlow's library where there are none for this one", async () => {
  await using small = await smallProject();
  const { commands } = await small.setUp({ minor: 15 });
  const [pip] = commands.filter((command) => command.includes("tensorflow_cpu.txt"));
  assertMatch(pip, /--python-version 3\.13 --target \/site-packages/);
});

Deno.test("setup() writes the kernel's specification anew when Deno lies elsewhere", async () => {
  await using small = await smallProject();
  await small.setUp();
  const path = join(small.project.jupyter, "kernels", "deno", "kernel.json");
  const written = await Deno.readTextFile(path);
  assertEquals(JSON.parse(written).argv, [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"]);
  await Deno.writeTextFile(path, written.replaceAll(Deno.execPath(), "/gone/deno"));
  await small.setUp();
  assertEquals(await Deno.readTextFile(path), written);
});

Deno.test("ensureEnvironment() makes PyTorch's beside the others, and refuses a Python that there are no wheels for", async () => {
  await using small = await smallProject();
  const environment = pytorchEnvironment(small.project, "cpu");
  const ensured = async (machine: MadeMachine = {}) => {
    const { commands, means } = notedCommands(machine);
    return { commands, ...await ensureEnvironment(environment, small.project, small.progress, means) };
  };
  await assertRejects(() => ensured({ minor: 10 }), TaskError, "expected Python 3.11 or newer");
  const { python, commands } = await ensured();
  assert(python.startsWith(join(small.project.root, ".venv", "pytorch")));
  assert(commands.some((command) => command.includes("--require-hashes") && command.endsWith(small.pytorch)));
});

Deno.test("requirePytorch() says why a Python can't serve", async () => {
  const ends = (status: number, ...lines: string[]) => () => Promise.resolve({ status, lines });
  const failing = ends(1, "ModuleNotFoundError: No module named 'torch'");
  await assertRejects(() => requirePytorch("python3", failing), TaskError, "No module named 'torch'");
  await assertRejects(() => requirePytorch("nowhere", ends(127)), TaskError, "it does not start");
});

const project = projectFolder();
const pytorch = (["cpu", "gpu"] as const).map((build) => pytorchEnvironment(project, build).requirements[0].file);
const ours = ["jupyter.txt", "snakemake.txt", "tensorflow_cpu.txt", "tensorflow_gpu.txt"];
const files = [...ours.map((name) => join(project.requirements, name)), ...pytorch];
const texts = new Map(await Promise.all(files.map(async (file) => [file, await Deno.readTextFile(file)] as const)));

Deno.test("every file of requirements pins each package to one version with hashes, and names no index and no path of a machine", () => {
  for (const [file, text] of texts) {
    const entries = text.split(/\n(?=\S)/).filter((entry) => entry.trim() !== "");
    assert(entries.length > 0, file);
    for (const entry of entries) assertMatch(entry, /^[\w.-]+==[\w.]+[^]*--hash=sha256:[0-9a-f]{64}/, file);
    assertEquals(text.match(/https?:|--(?:extra-)?index-url|--find-links|(?:^|\s)\/\w+/g), null, file);
  }
});

Deno.test("TensorFlow is the same version for CPUs and for GPUs, on every system", () => {
  const texted = files.filter((file) => basename(file).startsWith("tensorflow")).map((file) => texts.get(file)!);
  const versions = texted.flatMap((text) =>
    [...text.matchAll(/^tensorflow(?:-cpu)?==(\S+)/gm)].map(([, version]) => version)
  );
  assertEquals(new Set(versions).size, 1);
});

Deno.test("lists that are installed at once have no package in common", () => {
  const packages = (name: string) =>
    texts.get(files.find((file) => basename(file) === name)!)!.match(/^[\w.-]+(?===)/gm)!.map((found) =>
      found.toLowerCase()
    );
  for (const name of ["tensorflow_cpu.txt", "tensorflow_gpu.txt"]) {
    const other = new Set(packages(name));
    assert(other.size > 0);
    assertEquals(packages("jupyter.txt").filter((found) => other.has(found)), []);
  }
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

/** Installs on a made-up machine, and tells what was run and said there. */
async function installed(
  machine: { there?: boolean; root?: boolean; install?: CommandResult; appears?: boolean },
): Promise<{ answer: boolean; commands: string[]; said: string[] }> {
  let there = machine.there ?? false;
  const commands: string[] = [];
  const said: string[] = [];
  const run: RunCommand = (words) => {
    commands.push(words.slice(0, 2).join(" "));
    if (words[1] === "install") there = machine.appears ?? false;
    return Promise.resolve(machine.install ?? { status: 0, lines: [] });
  };
  const find = () => there ? "/usr/bin/chromium" : undefined;
  const program = { ...DEBIAN_PROGRAMS.find(({ name }) => name === "Chromium")!, find };
  const progress = { say: (line: string) => said.push(line) };
  const answer = await installDebianProgram(program, progress, { run, root: machine.root ?? true });
  return { answer, commands, said };
}

Deno.test("installDebianProgram() installs a program as root, after asking for the newest list, where it is missing", async () => {
  assertEquals(await installed({ there: true }), { answer: true, commands: [], said: [] });
  const { answer, commands } = await installed({ appears: true });
  assertEquals([answer, commands], [true, ["apt-get update", "apt-get install"]]);
});

// [a machine where that can't be, what is told]
const IMPOSSIBLE: [machine: Parameters<typeof installed>[0], says: RegExp][] = [
  [{ root: false }, /tests in a real browser are skipped\. Install the package chromium/],
  [{ install: { status: 127, lines: [] } }, /Cannot install Chromium: apt-get ended with 127/],
  [{ install: { status: 100, lines: ["E: no network"] } }, /E: no network; its tests are skipped/],
  [{ appears: false }, /Cannot install Chromium/],
];

Deno.test("installDebianProgram() tells where it can't, and that the tests are skipped", async () => {
  for (const [machine, says] of IMPOSSIBLE) {
    const { answer, said } = await installed(machine);
    assertEquals(answer, false);
    assertMatch(said.at(-1) ?? "", says);
  }
});

Deno.test("findChromium() finds a file in the first folder that has one, and takes no folder for it", async () => {
  const root = await Deno.makeTempDir();
  const before = Deno.env.get("CHROMIUM");
  Deno.env.delete("CHROMIUM");
  try {
    const [first, second] = [join(root, "first"), join(root, "second")];
    await Deno.mkdir(join(first, "chromium"), { recursive: true });
    await Deno.mkdir(second);
    await Deno.writeTextFile(join(second, "chromium"), "");
    const separator = Deno.build.os === "windows" ? ";" : ":";
    assertEquals(findChromium([first, second].join(separator)), `${second}/chromium`);
    Deno.env.set("CHROMIUM", join(root, "missing"));
    assertEquals(findChromium(second), `${second}/chromium`);
  } finally {
    if (before === undefined) Deno.env.delete("CHROMIUM");
    else Deno.env.set("CHROMIUM", before);
    await Deno.remove(root, { recursive: true });
  }
});
