import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseRunRecord } from "../../lib/evaluation/run_record.ts";
import { runTrainingTask, taskCommand, trainingFolders } from "./training_tasks.ts";

const PATH = "smoke/runs/synthetic-grouped/adaptive-seed3.json";
const ADAPTIVE = ["--method", "adaptive", "--profile", "smoke", "--seed", "3"];

Deno.test("deno task train leaves a record and a log with the field's names; a second call passes the run over", async () => {
  await using folders = await trainingFolders();
  const first = await runTrainingTask("train", [...ADAPTIVE, ...folders.options]);
  assertEquals([first.code, first.stderr], [0, ""]);
  assertMatch(first.stdout, /synthetic grouped adaptive seed 3: test Dice 0\.\d{4}, validation Dice 0\.\d{4} in epoch/);
  const file = join(folders.results, PATH);
  assertStringIncludes(first.stdout, `Record: ${file}`);
  const text = await Deno.readTextFile(file);
  const record = parseRunRecord(text, PATH);
  assertEquals([record.experiment.seed, record.history.length, record.epsilons.length], [3, 2, 2]);

  const log = await folders.log();
  assertEquals(log.map(({ event }) => event), ["update", "epoch", "update", "epoch"]);
  const epochs = log.filter(({ event }) => event === "epoch");
  epochs.forEach((line, index) => {
    const { epoch, trainLoss, valDice, valIou } = record.history[index];
    assertEquals([line.name, line.seed, line.epoch], ["synthetic grouped adaptive seed 3", 3, epoch]);
    for (const [name, value] of [["train/loss", trainLoss], ["val/dice", valDice], ["val/iou", valIou]] as const) {
      assert(Math.abs(line[name] as number - value) < 1e-5, `${name} is ${line[name]}, recorded ${value}`);
    }
  });
  const [update] = log;
  assert(Math.abs(update["epsilon/mean"] as number - record.epsilons[0].mean) < 1e-5);

  await Deno.remove(folders.runs, { recursive: true }); // A record counts also where the weights are not here.
  const second = await runTrainingTask("train", [...ADAPTIVE, ...folders.options]);
  assertEquals([second.code, second.stdout], [0, "This run has its record already.\n"]);
  assertEquals(await Deno.readTextFile(file), text);
});

Deno.test("deno task train records a run with early stopping and refuses a record of other settings in its place", async () => {
  await using folders = await trainingFolders();
  const run = (patience: number) =>
    runTrainingTask("train", [
      ...["--method", "dice", "--profile", "smoke", "--name", "stop"],
      ...["--set", "epochs=6", "--set", `patience=${patience}`],
      ...folders.options,
    ]);
  const { code, stdout, stderr } = await run(1);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /stopped early after \d of 6 epochs, \d+ s, run [0-9a-f]{12}$/m);
  const path = "smoke/ablations/dice/stop-seed1.json";
  const { history, title, bestEpoch } = parseRunRecord(await Deno.readTextFile(join(folders.results, path)), path);
  assertEquals(title, "epochs=6, patience=1");
  assert(history.length < 6 && history.length === bestEpoch + 1, `${history.length} epochs, best ${bestEpoch}`);

  const other = await run(2);
  assertEquals(other.code, 1);
  assertStringIncludes(other.stderr, `its record ${path} is of other settings (patience: planned 2, recorded 1)`);
  assertStringIncludes(other.stderr, "--results");
});

Deno.test("deno task train refuses a record that is damaged, and names the file", async () => {
  await using folders = await trainingFolders();
  await Deno.mkdir(join(folders.results, "smoke/runs/synthetic-grouped"), { recursive: true });
  await Deno.writeTextFile(join(folders.results, PATH), '{"format": 1,');
  const { code, stderr } = await runTrainingTask("train", [...ADAPTIVE, ...folders.options]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, `Cannot read run record "${PATH}"`);
  assert(!stderr.includes("    at "), stderr);
});

Deno.test("deno task train says where real images were looked for, without a stack", async () => {
  await using folders = await trainingFolders();
  const args = ["--method", "dice", "--profile", "smoke", "--dataset", "kvasir-seg", "--data", folders.root];
  const { code, stderr } = await runTrainingTask("train", [...args, ...folders.options]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, folders.root);
  assert(!stderr.includes("    at "), stderr);
});

Deno.test("deno task train that is killed at any moment and started again leaves the rows of an uninterrupted run", async () => {
  await using whole = await trainingFolders();
  await using pieces = await trainingFolders();
  const args = [...ADAPTIVE, "--name", "killed", "--set", "epochs=12", "--checkpoint-seconds", "0"];
  const path = "smoke/ablations/adaptive/killed-seed3.json";
  assertEquals((await runTrainingTask("train", [...args, ...whole.options])).code, 0);
  // One kill in the middle of the training, after a random part of an epoch, and one at a random moment of what follows.
  let kills = 0;
  for (const epochs of [2, 6]) {
    const [program, ...words] = taskCommand("train", [...args, ...pieces.options]);
    const child = new Deno.Command(program, {
      args: words,
      env: { NO_COLOR: "1", POLYDICE_DATA: "" },
      stdout: "null",
      stderr: "null",
    }).spawn();
    let ended = false;
    const status = child.status.then((status) => (ended = true, status));
    while (!ended && (await pieces.log().catch(() => [])).filter(({ event }) => event === "epoch").length < epochs) {
      await new Promise((done) => setTimeout(done, 5));
    }
    await new Promise((done) => setTimeout(done, Math.random() * 60));
    if (!ended) child.kill("SIGKILL");
    if ((await status).signal === "SIGKILL") kills++;
  }
  assert(kills > 0, "it was killed too late to show anything");
  const { code, stdout, stderr } = await runTrainingTask("train", [...args, ...pieces.options]);
  assertEquals(code, 0, stderr);
  assertMatch(stdout, /going on after [2-9]\d* epochs|going on after 1\d epochs/);
  const [expected, actual] = await Promise.all([whole, pieces].map(async ({ results }) => {
    const { seconds: _, environment: __, history, ...rest } = parseRunRecord(
      await Deno.readTextFile(join(results, path)),
      path,
    );
    return { ...rest, history: history.map(({ seconds: _, ...row }) => row) };
  }));
  assertEquals(actual, expected);
  assertEquals(actual.history.length, 12);
});
