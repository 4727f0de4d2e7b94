import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import type { ComparisonEvent } from "../../lib/training/comparison.ts";
import { bestValidationDice, type MethodRun } from "../../lib/training/train_method.ts";
import { comparisonRows, pairedScores } from "../../lib/training/comparison_rows.ts";
import { inspectImages, inspectPasses } from "../../lib/training/inspection.ts";
import { openStudy, studyMethods } from "../../lib/training/study.ts";
import { RESULT_FILES, writeResults } from "../../lib/training/write_results.ts";

// One comparison of all methods in the smoke profile, which every test below looks at.
const workDirectory = await Deno.makeTempDir();
const study = await openStudy({ profile: "smoke", workDirectory, backend: Deno.env.get("POLYDICE_BACKEND") });
const events: ComparisonEvent[] = [];
const results = await finish();

Deno.test("studyMethods() trains the thesis' five methods and chooses ε by validation Dice", () => {
  assertEquals(results.map(({ method }) => method.name), ["dice", "focal", "polydice1", "polydice1-fixed", "adaptive"]);
  const { run, candidates } = results[3];
  assertEquals(candidates.map(({ experiment }) => experiment.epsilon), [0, 0.5]);
  assertEquals(bestValidationDice(run), Math.max(...candidates.map(bestValidationDice)));
});

Deno.test("studyMethods() loads the run that two methods share in place of training it twice", () => {
  const loaded = events.filter(({ event }) => event.kind === "loaded");
  assertEquals(loaded.map(({ method }) => method.name), ["polydice1-fixed"]);
});

Deno.test("comparisonRows() states the mean over the test images of the wanted weights", () => {
  for (const weights of ["best", "last"] as const) {
    const [row] = comparisonRows(results, "smoke", weights);
    const own = results[0].run.test.filter((image) => image.weights === weights).map(({ dice }) => dice);
    assertAlmostEquals(row.ours.dice.mean, own.reduce((sum, value) => sum + value) / own.length, 1e-12);
    assertEquals([row.images, row.dataset, row.thesis], [study.split.test.length, "synthetic", undefined]);
  }
  assertEquals(comparisonRows(results, "smoke").map(({ epsilon }) => epsilon).slice(0, 3), ["–", "–", "0"]);
});

Deno.test("pairedScores() pairs by image", () => {
  const pairs = pairedScores(results, "dice", "adaptive");
  assertEquals(pairs.map(({ id }) => id), study.split.test.map((index) => study.dataset.ids[index]));
});

Deno.test("writeResults() leaves Markdown, CSV and JSON whose rows agree", async () => {
  const directory = join(await Deno.makeTempDir(), "new");
  const markdown = await writeResults(directory, results, "smoke");
  assertEquals(await Deno.readTextFile(join(directory, RESULT_FILES.markdown)), markdown);
  const { rows, runs } = JSON.parse(await Deno.readTextFile(join(directory, RESULT_FILES.json)));
  assertEquals(rows.length, 10);
  assertEquals(runs[0].run.experiment.seed, 1);
  assertEquals((await Deno.readTextFile(join(directory, RESULT_FILES.csv))).trim().split("\n").length, 11);
});

Deno.test("inspectImages() gives maps within their ranges, and the metrics of the run's own test rows", async () => {
  const { run } = results[2];
  const images = await inspectImages(study, run);
  const rows = run.test.filter(({ weights }) => weights === "best");
  images.forEach((image, index) => {
    assertEquals(image.id, rows[index].id);
    assertAlmostEquals(image.dice, rows[index].dice, 1e-6);
    assert(image.probability.every((value) => value >= 0 && value <= 1));
    assert(image.mutualInformation.every((value) => value >= 0 && value <= Math.LN2 + 1e-6));
    assert(image.predictiveEntropy.every((value) => value >= 0 && value <= Math.LN2 + 1e-6));
    assertEquals(image.mask.length, study.dataset.size ** 2);
    assert(image.difficulty >= 0 && image.trueDifficulty !== undefined);
  });
});

Deno.test("inspectPasses() gives as many different passes as are asked for", async () => {
  const passes = await inspectPasses(study, results[2].run, { passes: 3 });
  assertEquals(passes.length, 3);
  assert(passes[0].some((value, index) => value !== passes[1][index]));
});

Deno.test("openStudy() says what a data folder without a data set lacks", async () => {
  const empty = await Deno.makeTempDir();
  await assertRejects(() => openStudy({ profile: "smoke", dataDirectory: empty, workDirectory }), Error, empty);
});

async function finish(): Promise<MethodRun[]> {
  const comparison = studyMethods(study);
  let next = await comparison.next();
  for (; !next.done; next = await comparison.next()) events.push(next.value);
  return next.value;
}
