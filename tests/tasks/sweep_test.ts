import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { runTrainingTask, trainingFolders } from "./training_tasks.ts";

const GRID = ["--methods", "dice,polydice1-fixed", "--profile", "smoke", "--seeds", "1-2"];

Deno.test("deno task sweep trains what has no record, lists what has, and goes on where one is missing", async () => {
  await using folders = await trainingFolders();
  const run = async (...more: string[]) => {
    const { code, stdout, stderr } = await runTrainingTask("sweep", [...GRID, ...folders.options, ...more]);
    assertEquals([code, stderr], [0, ""]);
    return stdout;
  };
  assertEquals((await run("--list")).trim().split("\n"), [
    "to train  synthetic grouped dice seed 1",
    "to train  synthetic grouped polydice1-fixed seed 1",
    "to train  synthetic grouped dice seed 2",
    "to train  synthetic grouped polydice1-fixed seed 2",
    "4 runs, 0 of them recorded",
  ]);
  const first = await run();
  assertStringIncludes(first, "[4/4] synthetic grouped polydice1-fixed seed 2: test Dice");
  assertStringIncludes(first, "4 runs trained in");
  const epochs = (await folders.log()).filter(({ event }) => event === "epoch").length;
  assertEquals(epochs, 2 * 2 + 2 * 2 + 2); // two of Dice, two ε of the search, the chosen one with seed 2

  const missing = join(folders.results, "smoke/runs/synthetic-grouped/dice-seed2.json");
  await Deno.remove(missing);
  assertStringIncludes(await run("--list"), "to train  synthetic grouped dice seed 2\n");
  const second = await run();
  assertStringIncludes(second, "1 run trained in");
  assertStringIncludes(second, "3 had their record");
  const log = await folders.log();
  assertEquals(log.filter(({ event }) => event === "epoch").length, epochs); // the weights were there
  assertEquals(log.at(-1)?.event, "loaded");
  assertStringIncludes(await run("--list"), "4 runs, 4 of them recorded");
});
