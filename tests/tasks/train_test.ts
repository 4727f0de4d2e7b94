import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { decodeRecord, type RunRecord } from "../../lib/results/run_record.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { command } from "../../tasks/train.ts";
import { BLACK_AND_WHITE, drawing, drawnFolder, writeMask } from "../data/drawings.ts";
import { runTrainingTask, taskCommand, type TaskOutput, trainingFolders } from "./training_tasks.ts";

const ADAPTIVE = ["--method", "adaptive", "--profile", "smoke", "--seed", "3"];

async function recordOf({ code, stdout, stderr }: TaskOutput): Promise<RunRecord> {
  assertEquals(code, 0, stderr);
  const [, path] = /^Record: (.+)$/m.exec(stdout)!;
  return decodeRecord((await Deno.readTextFile(path)).trimEnd(), path);
}

const trainedEpochs = (log: readonly Record<string, unknown>[]) => log.filter(({ event }) => event === "epoch").length;

Deno.test("deno task train leaves a record and a log with the field's names; a second call loads the run", async () => {
  await using folders = await trainingFolders();
  const train = (...more: string[]) => runTrainingTask("train", [...ADAPTIVE, "--runs", folders.runs, ...more]);
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

Deno.test("deno task train with another backend trains another run, whatever TensorFlow has trained", async () => {
  await using folders = await trainingFolders();
  const args = ["--method", "dice", "--profile", "smoke", "--set", "epochs=1", "--set", "imageCount=10"];
  const train = (backend: string) =>
    runTrainingTask("train", [...args, "--set", "imageSize=16", "--runs", folders.runs, "--backend", backend]);
  const [tensorflow, cpu] = [await recordOf(await train("tensorflow")), await recordOf(await train("cpu"))];
  assertEquals([tensorflow.backend, cpu.backend], ["tensorflow", "cpu"]);
  assert(tensorflow.run !== cpu.run);
  assertEquals((await folders.log()).map(({ event }) => event), ["epoch", "epoch"]);
});

Deno.test("deno task train trains anew after a mask was mended, and never takes a folder that is not there for known", async () => {
  using images = await drawnFolder(12);
  await using folders = await trainingFolders();
  const args = ["--method", "dice", "--profile", "smoke", "--set", "epochs=1", "--runs", folders.runs];
  const train = (folder: string) => runTrainingTask("train", [...args, "--dataset", folder]);
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
  assertEquals((await folders.log()).length, 3);
});

Deno.test("deno task train stops early where patience says so, and other settings are another run", async () => {
  await using folders = await trainingFolders();
  const train = (patience: number) =>
    runTrainingTask("train", [
      ...["--method", "dice", "--profile", "smoke", "--set", "epochs=6", "--set", `patience=${patience}`],
      ...["--runs", folders.runs],
    ]);
  const output = await train(1);
  assertMatch(output.stdout, /stopped early after \d of 6 epochs, \d+ s, run [0-9a-f]{12}$/m);
  const { history, bestEpoch, run } = await recordOf(output);
  assert(history.length < 6 && history.length === bestEpoch + 1, `${history.length} epochs, best ${bestEpoch}`);
  assert((await recordOf(await train(2))).run !== run);
});

Deno.test("deno task train says where published images were looked for, without a stack", async () => {
  await using folders = await trainingFolders();
  const args = ["--method", "dice", "--profile", "smoke", "--dataset", "kvasir-seg", "--data", folders.root];
  const { code, stderr } = await runTrainingTask("train", [...args, "--runs", folders.runs]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, folders.root);
  assert(!stderr.includes("    at "), stderr);
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
    const expected = await recordOf(await runTrainingTask("train", [...args, "--runs", whole.runs]));
    let epochs = 0;
    for (const [signal, code] of ENDINGS) {
      const seconds = signal === "SIGKILL" ? "0" : "30"; // a signal saves by itself
      const words = [...args, "--runs", pieces.runs, "--checkpoint-seconds", seconds];
      const [program, ...rest] = taskCommand("train", words);
      const child = new Deno.Command(program, {
        args: rest,
        env: { NO_COLOR: "1", POLYDICE_DATA: "" },
        stdout: "null",
        stderr: "piped",
      }).spawn();
      epochs += 3;
      while (trainedEpochs(await pieces.log().catch(() => [])) < epochs) {
        await new Promise((done) => setTimeout(done, 5));
      }
      child.kill(signal);
      const { code: status, stderr } = await child.output();
      epochs = trainedEpochs(await pieces.log());
      assert(epochs < 24, "it was ended too late to show anything");
      if (code === undefined) continue;
      assertEquals(status, code);
      assertStringIncludes(new TextDecoder().decode(stderr), "It is saved, and goes on from there next time.");
    }
    const output = await runTrainingTask("train", [...args, "--runs", pieces.runs]);
    assertMatch(output.stdout, /going on after [1-9]\d* epochs/);
    const numbers = ({ seconds: _, environment: __, history, ...rest }: RunRecord) => ({
      ...rest,
      history: history.map(({ seconds: _, ...row }) => row),
    });
    assertEquals(numbers(await recordOf(output)), numbers(expected));
  },
});

// [words, what the message tells]
const WRONG: [string, string][] = [
  ["", "required option '--method <name>' not specified"],
  ["--method focle", "(Did you mean focal?)"],
  ["--method dice --profile tiny", "Allowed choices are smoke, quick, small, long, thesis"],
  ["--method dice --dataset kvasir", "there is no such folder or manifest, and the published data sets are called"],
  ["--method dice --split video", "Expected grouped, random, published, manifest or a fold"],
  ["--method dice --split published", "only kvasir-seg has a published split, found synthetic"],
  ["--method dice --split manifest", "it is for a manifest of your own images, found synthetic"],
  ["--method dice --data /none", 'Cannot read --data "/none": there is no such folder'],
  ["--method dice --fit pad", "Cannot use --fit: it is for your own images"],
  ["--method dice --groups groups.csv", "Cannot use --groups: it is for your own images"],
  ["--method dice --mask-value 1", "Cannot use --mask-value: it is for your own images"],
  ["--method dice --mask-value red", "Expected values as in 1 or 1,2 or 1-5"],
  ["--method dice --seed 1.5", "whole number"],
  ["--method dice --backend cuda", "Allowed choices are tensorflow, cpu, webgpu"],
  ["--method dice --set slope", "Expected key=value"],
  ["--method dice --set speed=4", 'There is no setting "speed". There are imageCount'],
  ["--method dice --set augmentation=maybe", "Expected true or false"],
  ["--method dice --set epochs=many", "epochs must be"],
  ["--method adaptive --set loss=dice", 'adaptive ε needs the loss "polydice1"'],
  ["--method dice --set slope=4", "Cannot use --set slope: only the adaptive ε reads it"],
  ["--method adaptive --set focalGamma=3", 'Cannot use --set focalGamma: only the loss "focal" reads it'],
  ["--method focal --set epsilon=0.3", 'Cannot use --set epsilon: only the loss "polydice1" reads it'],
  ["--method dice --set seed=7", '"seed" has an option of its own, --seed 7'],
  ["--method dice --epochs 4", "unknown option '--epochs'"],
  ["--method dice adaptive", "too many arguments"],
];
for (const [line, message] of WRONG) {
  Deno.test(`deno task train refuses "${line}" with status 2`, async () => {
    const parsed = () => command.parseAsync(line.split(" ").filter((word) => word !== ""), { from: "user" });
    const error = await assertRejects(parsed, TaskError, message);
    assertEquals(error.status, 2);
  });
}
