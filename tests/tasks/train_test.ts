import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { defineExperiment } from "../../lib/experiment/experiment.ts";
import { decodeRecord } from "../../lib/results/record_encoding.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { projectFolder } from "../../tasks/setup/project_folder.ts";
import { command } from "../../tasks/train.ts";
import { openTrainingLog } from "../../tasks/training/log.ts";
import { BLACK_AND_WHITE, drawing, drawnFolder, writeMask } from "../data/drawings.ts";
import { runTask, startTask, type TaskOutput, trainedEpochs, trainingFolders } from "./run_task.ts";

const ADAPTIVE = ["--method", "adaptive", "--profile", "smoke", "--seed", "3"];

async function recordOf({ code, stdout, stderr }: TaskOutput): Promise<RunRecord> {
  assertEquals(code, 0, stderr);
  const [, path] = /^Record: (.+)$/m.exec(stdout)!;
  return decodeRecord((await Deno.readTextFile(path)).trimEnd(), path);
}

Deno.test("deno task train leaves a record and a log with the field's names; a second call loads the run", async () => {
  await using folders = await trainingFolders();
  const train = (...more: string[]) => runTask(command, [...ADAPTIVE, "--runs", folders.runs, ...more]);
  const first = await train();
  assertMatch(first.stdout, /synthetic grouped adaptive seed 3: test Dice 0\.\d{4}, validation Dice 0\.\d{4} in epoch/);
  const record = await recordOf(first);
  assertStringIncludes(first.stdout, `Record: ${join(folders.runs, record.run, "record.json")}`);
  assertEquals([record.experiment.seed, record.history.length, record.epsilons.length], [3, 2, 2]);

  const log = await folders.log();
  assertEquals(log.map(({ event }) => event), ["update", "epoch", "update", "epoch"]);
  log.filter(({ event }) => event === "epoch").forEach((line, index) => {
    const { epoch, trainLoss, valDice, valIou } = record.history[index];
    assertEquals([line.name, line.seed, line.epoch], ["synthetic grouped adaptive seed 3", 3, epoch]);
    for (const [name, value] of [["train/loss", trainLoss], ["val/dice", valDice], ["val/iou", valIou]] as const) {
      assert(Math.abs(line[name] as number - value) < 1e-5, `${name} is ${line[name]}, recorded ${value}`);
    }
  });
  assert(Math.abs(log[0]["epsilon/mean"] as number - record.epsilons[0].mean) < 1e-5);

  const elsewhere = join(folders.root, "mine.json");
  assertEquals(await recordOf(await train("--record", elsewhere)), record);
  assertEquals((await folders.log()).slice(4).map(({ event }) => event), ["loaded"]);
  assertEquals((await Deno.lstat(elsewhere)).isFile, true);
});

Deno.test("deno task train never trains on the test images of a folder that has train and test", async () => {
  using images = await drawnFolder(24);
  const parts = ["train", "test"], folder = (part: string, kind: string) => join(images.path, part, kind);
  for (const part of parts) {
    for (const kind of ["images", "masks"]) await Deno.mkdir(folder(part, kind), { recursive: true });
  }
  for (let number = 0; number < 24; number++) {
    for (const kind of ["images", "masks"]) {
      const name = `case${number}.png`, part = parts[number < 16 ? 0 : 1];
      await Deno.rename(join(images.path, kind, name), join(folder(part, kind), name));
    }
  }
  for (const kind of ["images", "masks"]) await Deno.remove(join(images.path, kind));
  await using folders = await trainingFolders();
  const args = ["--method", "dice", "--profile", "smoke", "--set", "epochs=1", "--dataset", images.path];
  const { experiment, test } = await recordOf(await runTask(command, [...args, "--runs", folders.runs]));
  assertEquals([experiment.split, new Set(test.map(({ id }) => id)).size], ["manifest", 8]);
  assert(test.every(({ id }) => Number(/\d+/.exec(id)![0]) >= 16));
});

Deno.test("deno task train with another backend trains another run, whatever TensorFlow has trained", async () => {
  await using folders = await trainingFolders();
  const args = ["--method", "dice", "--profile", "smoke", "--set", "epochs=1", "--set", "imageCount=10"];
  const train = (backend: string) =>
    runTask(command, [...args, "--set", "imageSize=16", "--runs", folders.runs, "--backend", backend]);
  const [tensorflow, cpu] = [await recordOf(await train("tensorflow")), await recordOf(await train("cpu"))];
  assertEquals([tensorflow.backend, cpu.backend], ["tensorflow", "cpu"]);
  assert(tensorflow.run !== cpu.run);
  assertEquals((await folders.log()).map(({ event }) => event), ["epoch", "epoch"]);
});

Deno.test("deno task train trains anew after a mask was mended, and never takes a folder that is not there for known", async () => {
  using images = await drawnFolder(12);
  await using folders = await trainingFolders();
  const args = ["--method", "dice", "--profile", "smoke", "--set", "epochs=1", "--runs", folders.runs];
  const train = (folder: string) => runTask(command, [...args, "--dataset", folder]);
  const before = await recordOf(await train(images.path));
  assertEquals((await recordOf(await train(images.path))).run, before.run);
  assertEquals(trainedEpochs(await folders.log()), 1);
  await writeMask(join(images.path, "masks/case3.png"), drawing(4).shape, BLACK_AND_WHITE);
  const after = await recordOf(await train(images.path));
  assert(after.run !== before.run && after.data.pixels !== before.data.pixels);
  assertEquals(trainedEpochs(await folders.log()), 2);

  const missing = await train(join(images.path, "none"));
  assertEquals([missing.code, missing.stdout], [2, ""]);
  assertStringIncludes(missing.stderr, "there is no such folder");
  const published = await runTask(command, [...args, "--dataset", "kvasir-seg", "--data", folders.root]);
  assertEquals([published.code, published.stderr.includes(folders.root)], [1, true]);
  assertEquals((await folders.log()).length, 3);
});

Deno.test("deno task train stops early where patience says so, and other settings are another run", async () => {
  await using folders = await trainingFolders();
  const train = (patience: number) =>
    runTask(command, [
      ...["--method", "dice", "--profile", "smoke", "--set", "epochs=6", "--set", `patience=${patience}`],
      ...["--runs", folders.runs],
    ]);
  const output = await train(1);
  assertMatch(output.stdout, /stopped early after \d of 6 epochs, \d+ s, run [0-9a-f]{12}$/m);
  const { history, bestEpoch, run } = await recordOf(output);
  assert(history.length < 6 && history.length === bestEpoch + 1, `${history.length} epochs, best ${bestEpoch}`);
  assert((await recordOf(await train(2))).run !== run);
});

// Each ends a training under way: [signal, exit status].
const ENDINGS: [signal: Deno.Signal, code: number | undefined][] = [["SIGKILL", undefined], ["SIGTERM", 143]];

Deno.test({
  name: "deno task train that is killed, ended and started again leaves the rows of an uninterrupted run",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using whole = await trainingFolders();
    await using pieces = await trainingFolders();
    const args = [...ADAPTIVE, "--set", "epochs=24"];
    const expected = await recordOf(await runTask(command, [...args, "--runs", whole.runs]));
    let epochs = 0;
    for (const [signal, code] of ENDINGS) {
      const seconds = signal === "SIGKILL" ? "0" : "30"; // a signal saves by itself
      const words = [...args, "--runs", pieces.runs, "--checkpoint-seconds", seconds];
      const child = startTask("train", words);
      epochs += 3;
      while (trainedEpochs(await pieces.log()) < epochs) await new Promise((done) => setTimeout(done, 5));
      child.kill(signal);
      const { code: status, stderr } = await child.output();
      epochs = trainedEpochs(await pieces.log());
      assert(epochs < 24, "it was ended too late to show anything");
      if (code === undefined) continue;
      assertEquals(status, code);
      assertStringIncludes(new TextDecoder().decode(stderr), "It is saved, and goes on from there next time.");
    }
    const output = await runTask(command, [...args, "--runs", pieces.runs]);
    assertMatch(output.stdout, /going on after [1-9]\d* epochs/);
    const numbers = ({ seconds: _, environment: __, history, ...rest }: RunRecord) => ({
      ...rest,
      history: history.map(({ seconds: _, ...row }) => row),
    });
    assertEquals(numbers(await recordOf(output)), numbers(expected));
  },
});

const SMALL = ["--method", "adaptive", "--profile", "smoke", "--set", "imageCount=20", "--set", "imageSize=16"];

Deno.test("deno task train --tensorboard writes curves and pictures, and changes no number of the training", async () => {
  await using folders = await trainingFolders();
  const board = join(folders.root, "board");
  const records = [];
  for (const [runs, ...more] of [["plain"], ["shown", "--tensorboard", board]]) {
    const args = [...SMALL, "--runs", join(folders.root, runs), ...more];
    records.push(await recordOf(await runTask(command, args)));
  }
  const numbers = records.map(({ history, test, epsilons }) => [
    history.map(({ trainLoss, valDice }) => [trainLoss, valDice]),
    test.map(({ id, dice }) => [id, dice]),
    epsilons,
  ]);
  assertEquals(numbers[1], numbers[0]);

  const [run, ...others] = [...Deno.readDirSync(board)].map(({ name }) => name);
  assert(/^synthetic-grouped-adaptive-seed-1-[0-9a-f]{12}$/.test(run) && others.length === 0, run);
  const [{ name }] = [...Deno.readDirSync(join(board, run))];
  const events = new TextDecoder("latin1").decode(await Deno.readFile(join(board, run, name)));
  const count = (tag: string) => events.split(tag).length - 1;
  for (const tag of ["train/loss", "val/dice", "val/iou", "epsilon/mean"]) assertEquals([tag, count(tag)], [tag, 2]);
  assert(count("validation/synthetic-") === 2 * 3, "2 validation images at 2 updates and at the end");
  assertEquals(count("IHDR"), 2 * 3);
});

Deno.test("deno task train says before training that it can't write for TensorBoard, or that another backend can't", async () => {
  await using folders = await trainingFolders();
  const file = join(folders.root, "file");
  await Deno.writeTextFile(file, "");
  const train = (...more: string[]) => runTask(command, [...SMALL, "--runs", folders.runs, ...more]);
  const unwritable = await train("--tensorboard", join(file, "board"));
  assertEquals(unwritable.code, 1);
  assertStringIncludes(unwritable.stderr, "Cannot write for TensorBoard into");
  const other = await train("--tensorboard", join(folders.root, "board"), "--backend", "cpu");
  assertEquals(other.code, 2);
  assertStringIncludes(other.stderr, "Cannot use --tensorboard with cpu");
  assertEquals(await Deno.stat(folders.runs).catch(() => "none"), "none");
});

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
  await assertRejects(() => openTrainingLog(link, () => {}), TaskError, "it is a link");
  await assertRejects(() => openTrainingLog(folder, () => {}), TaskError, "Name another file by --log.");
  await assertRejects(() => openTrainingLog(join(target, "log.jsonl"), () => {}), TaskError, "Cannot write ");
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
    const config = join(projectFolder().root, "deno.json");
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
