import { assert, assertEquals, assertRejects } from "@std/assert";
import { dirname, join } from "@std/path";
import type { RunCommand } from "../../../tasks/cli/child_process.ts";
import { TaskError } from "../../../tasks/cli/task_error.ts";
import { pytorchEnvironment, requirePytorch } from "../../../tasks/setup/environments.ts";
import { ensureEnvironment } from "../../../tasks/setup/pinned_environment.ts";
import { keptProgress, notedCommands, temporaryProject } from "../temporary_project.ts";

const free = () => Promise.resolve(1e12);
const { progress } = keptProgress();

async function projectWithPytorch() {
  const temporary = await temporaryProject();
  const { project } = temporary;
  const environment = pytorchEnvironment(project, "cpu");
  const [{ file }] = environment.requirements;
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeTextFile(file, "torch==1\n");
  const commandsOf = (machine = {}) => notedCommands(project, { python: environment.python, ...machine });
  return { temporary, project, environment, file, commandsOf };
}

Deno.test("ensureEnvironment() installs once, with hashes, and again when the requirements change", async () => {
  const { temporary, project, environment, file, commandsOf } = await projectWithPytorch();
  await using _ = temporary;
  const { commands, run } = commandsOf();
  const { python } = await ensureEnvironment(environment, project, progress, { run, free });
  assert(python.startsWith(join(project.root, ".venv", "pytorch")));
  assert(commands.some((command) => command.includes("--require-hashes") && command.endsWith(file)));
  commands.length = 0;
  await ensureEnvironment(environment, project, progress, { run, free });
  assertEquals(commands, []);
  await Deno.writeTextFile(file, "torch==2\n");
  await ensureEnvironment(environment, project, progress, { run, free });
  assertEquals(commands.filter((command) => command.includes("-m venv")).length, 1);
});

Deno.test("ensureEnvironment() begins anew after an installation that failed", async () => {
  const { temporary, project, environment, commandsOf } = await projectWithPytorch();
  await using _ = temporary;
  const broken = { run: commandsOf({ failing: "--require-hashes" }).run, free };
  const message = "Cannot install PyTorch";
  await assertRejects(() => ensureEnvironment(environment, project, progress, broken), TaskError, message);
  const { commands, run } = commandsOf();
  await ensureEnvironment(environment, project, progress, { run, free });
  assertEquals(commands.filter((command) => command.includes("--require-hashes")).length, 1);
});

Deno.test("ensureEnvironment() refuses a Python that there are no wheels for, and a disk that is full", async () => {
  const { temporary, project, environment, commandsOf } = await projectWithPytorch();
  await using _ = temporary;
  const old = { run: commandsOf({ minor: 10 }).run, free };
  const message = "expected Python 3.11 or newer";
  await assertRejects(() => ensureEnvironment(environment, project, progress, old), TaskError, message);
  const full = { run: commandsOf().run, free: () => Promise.resolve(1e9) };
  await assertRejects(() => ensureEnvironment(environment, project, progress, full), TaskError, "found 1.0 GB");
});

Deno.test("every Python of a set-up is started in isolation", async () => {
  const { temporary, project, environment, commandsOf } = await projectWithPytorch();
  await using _ = temporary;
  const { commands, run } = commandsOf();
  await ensureEnvironment(environment, project, progress, { run, free });
  assertEquals(commands.filter((command) => !/^\S+ -I /.test(command)), []);
});

Deno.test("requirePytorch() says why a Python can't serve", async () => {
  const failing: RunCommand = () =>
    Promise.resolve({ status: 1, lines: ["ModuleNotFoundError: No module named 'torch'"] });
  await assertRejects(() => requirePytorch("python3", failing), TaskError, "No module named 'torch'");
  const missing: RunCommand = () => Promise.resolve({ status: 127, lines: [] });
  await assertRejects(() => requirePytorch("nowhere", missing), TaskError, "it does not start");
});
