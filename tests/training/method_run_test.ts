import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { useBackend } from "../../lib/backend/use_backend.ts";
import { syntheticDataset } from "../../lib/data/synthetic_dataset.ts";
import { splitDataset } from "../../lib/data/split_dataset.ts";
import { encodeRunRecord, parseRunRecord } from "../../lib/evaluation/run_record.ts";
import { type MethodName, METHODS } from "../../lib/training/methods.ts";
import { choiceOf, plannedRecordPath, type PlannedRun } from "../../lib/training/planned_run.ts";
import { PROFILES } from "../../lib/training/profiles.ts";
import { recordRun } from "../../lib/training/record_run.ts";
import { bestValidationDice, countRuns, type MethodRun, trainMethod } from "../../lib/training/train_method.ts";

// Runs of the smoke profile, in one folder, so that what two of them share is trained once.
const directory = join(await Deno.makeTempDir(), "runs");
const backend = await useBackend(Deno.env.get("POLYDICE_BACKEND"));
const profile = PROFILES.smoke;
const { imageCount, imageSize } = profile.settings;
const dataset = syntheticDataset({ count: imageCount!, size: imageSize!, seed: 0 });
const data = { dataset, split: splitDataset(dataset, { kind: "grouped", seed: 0 }) };

async function run(method: MethodName, changes: Partial<PlannedRun> = {}) {
  const planned: PlannedRun = { profile: "smoke", dataset: "synthetic", split: "grouped", method, seed: 2, ...changes };
  const experiments = new Set<string>();
  const training = trainMethod(profile, METHODS[method], choiceOf(planned), data, { directory, backend });
  let next = await training.next();
  for (; !next.done; next = await training.next()) experiments.add(JSON.stringify(next.value.experiment));
  return { planned, result: next.value as MethodRun, experiments };
}

Deno.test("trainMethod() with a search seed chooses ε there by validation Dice and trains it with the run's seed", async () => {
  const { result, experiments } = await run("polydice1-fixed", { searchSeed: 1 });
  assertEquals(result.candidates.map(({ experiment }) => experiment.seed), [1, 1]);
  assertEquals(result.run.experiment.seed, 2);
  const [first, second] = result.candidates.map(bestValidationDice);
  assertEquals(result.run.experiment.epsilon, first >= second ? 0 : 0.5);
  assertEquals(experiments.size, 3);
  assertEquals(countRuns(profile, METHODS["polydice1-fixed"], { seed: 2, searchSeed: 1 }), 3);
  assertEquals(countRuns(profile, METHODS["polydice1-fixed"], { seed: 1, searchSeed: 1 }), 2);
});

for (const method of ["dice-ce", "tvmf"] as const) {
  Deno.test(`the extra baseline ${method} trains to finite losses`, async () => {
    const { result } = await run(method);
    assert(result.run.history.every(({ trainLoss }) => Number.isFinite(trainLoss) && trainLoss > 0));
  });
}

Deno.test("the variants of an ablation differ in their runs", async () => {
  const hashes = [];
  for (const changes of [{}, { epsilonOrder: "random" }, { difficulty: "loss" }, { slope: 4 }] as const) {
    const ablation = { group: "signal", name: "variant", title: "a variant", changes };
    hashes.push((await run("adaptive", { ablation })).result.run.hash);
  }
  assertEquals(new Set(hashes).size, hashes.length);
});

Deno.test("recordRun() makes a record that can be written, read and placed", async () => {
  const { planned, result } = await run("adaptive");
  const record = await recordRun(result, data, directory, { profile: "smoke" });
  const path = plannedRecordPath(planned);
  assertEquals(path, "smoke/runs/synthetic-grouped/adaptive-seed2.json");
  const read = parseRunRecord(encodeRunRecord(record), path);
  assertEquals(read.test.length, 2 * data.split.test.length);
  assertEquals(read.epsilons.map(({ epoch }) => epoch), [1, 2]);
  const [best] = result.run.test;
  assertAlmostEquals(read.test[0].dice, best.dice, 1e-6);
  const lesion = dataset.masks.subarray(
    data.split.test[0] * imageSize! ** 2,
    (data.split.test[0] + 1) * imageSize! ** 2,
  );
  assertAlmostEquals(read.test[0].foreground, lesion.reduce((sum, y) => sum + y, 0) / lesion.length, 1e-5);
});

Deno.test("recordRun() counts every test pixel once in the bins, and bins of wrong pixels within them", async () => {
  const { result } = await run("polydice1");
  const { calibration, uncertainty, test } = await recordRun(result, data, directory, { profile: "smoke" });
  const pixels = data.split.test.length * imageSize! ** 2;
  for (const bins of [...calibration, ...uncertainty]) {
    assertEquals(bins.counts.reduce((sum, count) => sum + count, 0), pixels);
  }
  for (const { counts, probability, lesion } of calibration) {
    counts.forEach((count, bin) => {
      assert(lesion[bin] <= count);
      if (count > 0) assertEquals(Math.min(9, Math.floor(10 * probability[bin] / count + 1e-9)), bin);
    });
  }
  for (const { counts, errors } of uncertainty) counts.forEach((count, bin) => assert(errors[bin] <= count));
  assertNotEquals(test[0].entropy, 0);
});
