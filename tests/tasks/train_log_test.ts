import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { defineExperiment } from "../../lib/experiment/experiment.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { openTrainingLog } from "../../tasks/training/log.ts";

const MESSAGE = "x".repeat(100);

Deno.test("the log is appended to, a whole object a line", async () => {
  const path = join(await Deno.makeTempDir(), "new", "log.jsonl");
  for (const name of ["first", "second"]) {
    const log = await openTrainingLog(path, () => {});
    log(name, defineExperiment(), { kind: "warning", message: MESSAGE });
  }
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ name, event, message }) => [name, event, message]), [
    ["first", "warning", MESSAGE],
    ["second", "warning", MESSAGE],
  ]);
});

Deno.test("a log that is a link, a folder or no log is refused, and what lies there stays as it is", async () => {
  const folder = await Deno.makeTempDir();
  const [target, link] = [join(folder, "mine.txt"), join(folder, "log.jsonl")];
  await Deno.writeTextFile(target, "mine");
  await Deno.symlink(target, link);
  await assertRejects(() => openTrainingLog(link, () => {}), TaskError, "Cannot write the log");
  await assertRejects(() => openTrainingLog(folder, () => {}), TaskError, "Name another file by --log.");
  await assertRejects(() => openTrainingLog(join(target, "log.jsonl"), () => {}), TaskError, "Cannot write the log");
  await assertRejects(() => openTrainingLog(target, () => {}), TaskError, "it holds what --log did not write");
  assertEquals(await Deno.readTextFile(target), "mine");
});

Deno.test({
  name: "on a full disk the log keeps its whole lines, says so once, and training goes on without it",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const [program, path] = [join(folder, "program.ts"), join(folder, "log.jsonl")];
    const module = (file: string) => JSON.stringify(new URL(`../../${file}`, import.meta.url).href);
    await Deno.writeTextFile(
      program,
      `import { defineExperiment } from ${module("lib/experiment/experiment.ts")};
       import { openTrainingLog } from ${module("tasks/training/log.ts")};
       const log = await openTrainingLog(Deno.args[0], (message) => console.log(message));
       for (let step = 0; step < 20; step++) log("run", defineExperiment(), { kind: "warning", message: "${MESSAGE}" });
       console.log("trained to the end");`,
    );
    const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
    const run = ["run", "-q", "--no-check", "-P=training", "--config", config, program, path];
    // A process that may make no file larger than one KiB gets the system's own error in the middle of a line.
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", `trap '' XFSZ; ulimit -f 1; exec "$@"`, "bash", Deno.execPath(), ...run],
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    const said = new TextDecoder().decode(stdout).trimEnd().split("\n");
    assertEquals(said.length, 2);
    assertMatch(said[0], /^Cannot write the log .*File too large.*Training goes on without it\.$/);
    const text = await Deno.readTextFile(path);
    const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert(text.endsWith("\n") && lines.length > 2 && lines.length < 20, `${lines.length} lines`);
  },
});
