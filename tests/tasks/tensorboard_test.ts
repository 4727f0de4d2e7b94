import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { decodeRecord } from "../../lib/results/record_encoding.ts";
import { runTrainingTask, trainingFolders } from "./training_tasks.ts";

const SMALL = ["--method", "adaptive", "--profile", "smoke", "--set", "imageCount=20", "--set", "imageSize=16"];

Deno.test("deno task train --tensorboard writes curves and pictures, and changes no number of the training", async () => {
  await using folders = await trainingFolders();
  const board = join(folders.root, "board");
  const records = [];
  for (const [runs, ...more] of [["plain"], ["shown", "--tensorboard", board]]) {
    const args = [...SMALL, "--runs", join(folders.root, runs), ...more];
    const { code, stdout, stderr } = await runTrainingTask("train", args);
    assertEquals(code, 0, stderr);
    const path = /^Record: (.+)$/m.exec(stdout)![1];
    records.push(decodeRecord((await Deno.readTextFile(path)).trimEnd(), path));
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
  const train = (...more: string[]) => runTrainingTask("train", [...SMALL, "--runs", folders.runs, ...more]);
  const unwritable = await train("--tensorboard", join(file, "board"));
  assertEquals(unwritable.code, 1);
  assertStringIncludes(unwritable.stderr, "Cannot write for TensorBoard into");
  const other = await train("--tensorboard", join(folders.root, "board"), "--backend", "cpu");
  assertEquals(other.code, 2);
  assertStringIncludes(other.stderr, "Cannot use --tensorboard with cpu");
  assertEquals(await Deno.stat(folders.runs).catch(() => "none"), "none");
});
