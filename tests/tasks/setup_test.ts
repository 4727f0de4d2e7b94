import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { setup } from "../../tasks/setup.ts";
import { readStamp } from "../../tasks/setup/pinned_environment.ts";
import { keptProgress, notedCommands, temporaryProject } from "./temporary_project.ts";
import { lockHolder } from "../files/lock_holder.ts";

const free = () => Promise.resolve(1e12);

Deno.test("setup() makes the environment once and then runs no command", async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  const { commands, run } = notedCommands(project);
  const { progress } = keptProgress();
  assertEquals(await setup({ project, progress, means: { run, free } }), "cpu");
  assert(commands.some((command) => command.includes("--require-hashes") && command.includes("jupyter.txt")));
  assert(commands.some((command) => command.includes("--no-deps") && command.includes("tensorflow_cpu.txt")));
  commands.length = 0;
  assertEquals(await setup({ project, progress, means: { run, free } }), "cpu");
  assertEquals(commands, []);
});

Deno.test("setup() begins anew after one that was interrupted", async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  const { progress } = keptProgress();
  const broken = notedCommands(project, { failing: "tensorflow_cpu.txt" });
  await assertRejects(
    () => setup({ project, progress, means: { run: broken.run, free } }),
    TaskError,
    "Cannot install TensorFlow: pip ended with status 1",
  );
  assertEquals((await readStamp(project.environment))?.complete, false);
  await Deno.writeTextFile(join(project.environment, "left"), "behind");
  const { commands, run } = notedCommands(project);
  await setup({ project, progress, means: { run, free } });
  assertEquals(commands.filter((command) => command.includes("-m venv")).length, 1);
  assertEquals((await readStamp(project.environment))?.complete, true);
  assertEquals(await Deno.stat(join(project.environment, "left")).catch(() => "gone"), "gone");
});

Deno.test("setup() makes the environment anew when a requirement file changes or its Python is gone", async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  const { commands, run } = notedCommands(project);
  const options = { project, progress: keptProgress().progress, means: { run, free } };
  await setup(options);
  for (
    const change of [
      () => Deno.writeTextFile(join(project.requirements, "jupyter.txt"), "jupyter==2\n"),
      () => Deno.remove(project.python),
    ]
  ) {
    await change();
    commands.length = 0;
    await setup(options);
    assertEquals(commands.filter((command) => command.includes("-m venv")).length, 1);
  }
});

Deno.test("setup() installs TensorFlow for GPUs where one is found, and keeps the build that is there", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  const { progress, said } = keptProgress();
  const withGpu = notedCommands(project, { gpu: "NVIDIA H200" });
  assertEquals(await setup({ project, progress, means: { run: withGpu.run, free } }), "gpu");
  assertMatch(said.join(""), /Found NVIDIA H200/);
  const without = notedCommands(project);
  assertEquals(await setup({ project, progress, means: { run: without.run, free } }), "gpu");
  assertEquals(without.commands, []);
  assertEquals(await setup({ project, progress, processor: "cpu", means: { run: without.run, free } }), "cpu");
  assert(without.commands.some((command) => command.includes("tensorflow_cpu.txt")));
});

Deno.test("setup() leaves an environment alone that it did not make", async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  await Deno.mkdir(project.environment);
  const { commands, run } = notedCommands(project);
  await assertRejects(
    () => setup({ project, progress: keptProgress().progress, means: { run, free } }),
    TaskError,
    "was not made by this project",
  );
  assertEquals(commands, []);
});

Deno.test("setup() says how much disk space is missing before it makes anything", async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  const { commands, run } = notedCommands(project);
  await assertRejects(
    () => setup({ project, progress: keptProgress().progress, means: { run, free: () => Promise.resolve(3e8) } }),
    TaskError,
    `expected 2.2 GB of free disk space for ${project.root}, found 300 MB`,
  );
  assertEquals(commands, []);
  assertEquals(await Deno.stat(project.environment).catch(() => "none"), "none");
});

Deno.test("setup() waits for another process that sets up, and starts nothing meanwhile", async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  const { commands, run } = notedCommands(project);
  const { progress, said } = keptProgress();
  const options = { project, progress, means: { run, free } };
  await setup(options);
  const done = commands.length;
  await Deno.remove(project.environment, { recursive: true });
  const other = await lockHolder(join(project.cache, ".venv.lock"));
  const waiting = setup(options);
  while (!said.join("").includes(`Another set-up of Jupyter and TensorFlow is running (${other.text})`)) {
    await new Promise((again) => setTimeout(again, 10));
  }
  assertEquals(commands.length, done);
  await other.kill();
  assertEquals(await waiting, "cpu");
  assertEquals(commands.length, 2 * done);
});

Deno.test("setup() takes wheels of an older Python for TensorFlow's library where there are none for this one", async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  const { commands, run } = notedCommands(project, { minor: 15 });
  const answering: typeof run = async (command, options) => {
    const result = await run(command, options);
    return command.join(" ").includes("sysconfig") ? { status: 0, lines: ["/site-packages"] } : result;
  };
  await setup({ project, progress: keptProgress().progress, means: { run: answering, free } });
  const [pip] = commands.filter((command) => command.includes("tensorflow_cpu.txt"));
  assertMatch(pip, /--python-version 3\.13 --target \/site-packages/);
});

Deno.test("setup() writes the kernel's specification anew when Deno lies elsewhere", async () => {
  await using temporary = await temporaryProject();
  const { project } = temporary;
  const { run } = notedCommands(project);
  const options = { project, progress: keptProgress().progress, means: { run, free } };
  await setup(options);
  const path = join(project.jupyter, "kernels", "deno", "kernel.json");
  const written = await Deno.readTextFile(path);
  assertEquals(JSON.parse(written).argv, [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"]);
  await Deno.writeTextFile(path, written.replaceAll(Deno.execPath(), "/gone/deno"));
  await setup(options);
  assertEquals(await Deno.readTextFile(path), written);
});
