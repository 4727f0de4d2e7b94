import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import type { RunCommand } from "../../tasks/child_process.ts";
import { type ProjectFolder, projectFolder } from "../../tasks/project_folder.ts";
import { pytorchFolder, requirePytorch, setUpPytorch } from "../../tasks/pytorch_environment.ts";
import type { PythonInterpreter } from "../../tasks/python_interpreter.ts";
import { TaskError } from "../../tasks/task_error.ts";
import { keptProgress, temporaryProject } from "../tasks/temporary_project.ts";

/** Commands that are noted; of their work only the environment's Python is made. */
function noted(project: ProjectFolder, failing?: string): { commands: string[]; run: RunCommand } {
  const commands: string[] = [];
  const { python } = pytorchFolder(project, "cpu");
  const run: RunCommand = async (command) => {
    const text = command.join(" ");
    commands.push(text);
    if (failing && text.includes(failing)) return { status: 1, lines: ["the last words"] };
    if (text.includes("-m venv")) {
      await Deno.mkdir(dirname(python), { recursive: true });
      await Deno.writeTextFile(python, "");
    }
    return { status: 0, lines: [] };
  };
  return { commands, run };
}

const pythonOf = (minor: number) => (): Promise<PythonInterpreter> =>
  Promise.resolve({ command: ["python3"], version: [3, minor] });
const free = () => Promise.resolve(1e12);

async function projectWithRequirements() {
  const temporary = await temporaryProject();
  const { requirements } = pytorchFolder(temporary.project, "cpu");
  await Deno.mkdir(dirname(requirements), { recursive: true });
  await Deno.writeTextFile(requirements, "torch==1\n");
  return { temporary, project: temporary.project, requirements };
}

Deno.test("setUpPytorch() installs once, with hashes, and again when the requirements change", async () => {
  const { temporary, project, requirements } = await projectWithRequirements();
  await using _ = temporary;
  const { commands, run } = noted(project);
  const { progress } = keptProgress();
  const setUp = () => setUpPytorch(project, "cpu", progress, { run, free, python: pythonOf(12) });
  const folder = await setUp();
  assertEquals(folder.python.startsWith(join(project.root, ".venv", "pytorch")), true);
  assert(commands.some((command) => command.includes("--require-hashes") && command.endsWith(requirements)));
  commands.length = 0;
  await setUp();
  assertEquals(commands, []);
  await Deno.writeTextFile(requirements, "torch==2\n");
  await setUp();
  assertEquals(commands.filter((command) => command.includes("-m venv")).length, 1);
});

Deno.test("setUpPytorch() begins anew after an installation that failed", async () => {
  const { temporary, project } = await projectWithRequirements();
  await using _ = temporary;
  const { progress } = keptProgress();
  const broken = { run: noted(project, "pip install").run, free, python: pythonOf(12) };
  await assertRejects(() => setUpPytorch(project, "cpu", progress, broken), TaskError, "Cannot install PyTorch");
  const { commands, run } = noted(project);
  await setUpPytorch(project, "cpu", progress, { run, free, python: pythonOf(12) });
  assertEquals(commands.filter((command) => command.includes("pip install")).length, 1);
});

Deno.test("setUpPytorch() refuses a Python that PyTorch has no wheel for, and a disk that is full", async () => {
  const { temporary, project } = await projectWithRequirements();
  await using _ = temporary;
  const { run } = noted(project);
  const { progress } = keptProgress();
  const old = { run, free, python: pythonOf(10) };
  await assertRejects(() => setUpPytorch(project, "cpu", progress, old), TaskError, "expected Python 3.11 or newer");
  const full = { run, free: () => Promise.resolve(1e9), python: pythonOf(12) };
  await assertRejects(() => setUpPytorch(project, "cpu", progress, full), TaskError, "found 1.0 GB");
});

Deno.test("requirePytorch() says why a Python can't serve", async () => {
  const failing: RunCommand = () =>
    Promise.resolve({ status: 1, lines: ["ModuleNotFoundError: No module named 'torch'"] });
  await assertRejects(() => requirePytorch("python3", failing), TaskError, "No module named 'torch'");
  const missing: RunCommand = () => Promise.resolve({ status: 127, lines: [] });
  await assertRejects(() => requirePytorch("nowhere", missing), TaskError, "it does not start");
});

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
