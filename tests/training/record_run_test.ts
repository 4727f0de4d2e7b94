import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { subset } from "../../lib/data/segmentation_dataset.ts";
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";
import { changedTestImages } from "../../lib/training/external_scores.ts";
import { decodeRecord, encodeRecord } from "../../lib/results/record_encoding.ts";
import { spearmanCorrelation } from "../../lib/statistics/correlation.ts";
import { DIFFICULTY_SIGNALS } from "../../lib/experiment/experiment.ts";
import { MEASURED_SIGNALS } from "../../lib/training/estimate_uncertainty.ts";
import { recordRun, recordRuns } from "../../lib/training/record_run.ts";
import { DATA, dataset, split, trainSmall } from "./small_run.ts";

// One run that has learnt something, which every test below looks at.
const runs = await Deno.makeTempDir();
const CHANGES = { epsilonControl: "adaptive", interval: 1, baseWidth: 4, epochs: 6, learningRate: 0.01 } as const;
const { run } = await trainSmall(runs, CHANGES);
const record = await recordRun(run, DATA, runs);
const PIXELS = dataset.size ** 2;

Deno.test("recordRun() makes a record that can be written and read, of the run it is named after", () => {
  const read = decodeRecord(encodeRecord(record), "record.json");
  assertEquals([read.run, read.experiment, read.data, read.backend], [run.hash, run.experiment, run.data, run.backend]);
  assertEquals(read.counts, { train: 7, validation: 2, test: 3 });
  assertEquals(read.history.map(({ epoch }) => epoch), [1, 2, 3, 4, 5, 6]);
});

Deno.test("recordRun() scores the test images under both weights as training did, and their lesions' share", () => {
  assertEquals(
    record.test.map(({ id, weights }) => `${weights} ${id}`),
    ["best", "last"].flatMap((weights) => split.test.map((image) => `${weights} ${dataset.ids[image]}`)),
  );
  record.test.forEach(({ dice, iou, precision, recall, foreground }, index) => {
    const { dice: d, iou: i, precision: p, recall: r } = run.test[index];
    assertEquals([dice, iou, precision, recall], [d, i, p, r]);
    const image = split.test[index % 3];
    const lesion = dataset.masks.subarray(image * PIXELS, (image + 1) * PIXELS).reduce((sum, y) => sum + y, 0);
    assertAlmostEquals(foreground, lesion / PIXELS, 1e-12);
  });
});

Deno.test("recordRun() counts every test pixel once in the bins, and bins of wrong pixels within them", () => {
  for (const bins of [...record.calibration, ...record.uncertainty]) {
    assertEquals(bins.counts.reduce((sum, count) => sum + count, 0), split.test.length * PIXELS);
  }
  for (const { counts, probability, lesion } of record.calibration) {
    counts.forEach((count, bin) => {
      assert(lesion[bin] <= count);
      if (count > 0) assertEquals(Math.min(9, Math.floor(10 * probability[bin] / count + 1e-9)), bin);
    });
  }
  for (const { counts, errors } of record.uncertainty) counts.forEach((count, bin) => assert(errors[bin] <= count));
  assert(record.test.every(({ entropy, difficulty }) => entropy > 0 && difficulty > 0));
});

Deno.test("recordRun() says of each update how ε lies and how D goes with the error of the training images", () => {
  assertEquals(record.epsilons.map(({ epoch }) => epoch), [1, 2, 3, 4, 5, 6]);
  for (const { epoch, mean, min, max, deviation, errorCorrelation, worstBelowMedian } of record.epsilons) {
    const rows = run.epsilons.filter((row) => row.epoch === epoch);
    const epsilons = rows.map(({ epsilon }) => epsilon).sort((a, b) => a - b);
    const average = epsilons.reduce((sum, value) => sum + value, 0) / 7;
    assertAlmostEquals(mean, average, 1e-12);
    assertAlmostEquals(deviation ** 2, epsilons.reduce((sum, value) => sum + (value - average) ** 2, 0) / 7, 1e-12);
    assertEquals([min, max], [epsilons[0], epsilons[6]]);
    const errors = rows.map(({ error }) => error);
    const rho = spearmanCorrelation(rows.map(({ difficulty }) => difficulty), errors);
    assertEquals(errorCorrelation, Number.isNaN(rho) ? null : rho);
    const [worst] = rows.toSorted((a, b) => b.error - a.error); // a tenth of seven is one image
    assertEquals(worstBelowMedian, worst.epsilon < epsilons[3] ? 1 : 0);
  }
});

Deno.test("recordRun() tells of every signal that passes give how it goes with the error of the test images", () => {
  assertEquals([...MEASURED_SIGNALS, "oracle"].sort(), [...DIFFICULTY_SIGNALS].sort());
  assertEquals(
    record.signals.map(({ weights, signal }) => `${weights} ${signal}`),
    ["best", "last"].flatMap((weights) => MEASURED_SIGNALS.map((signal) => `${weights} ${signal}`)),
  );
  for (const weights of ["best", "last"] as const) {
    const rows = record.test.filter((row) => row.weights === weights);
    const rho = spearmanCorrelation(rows.map(({ difficulty }) => difficulty), rows.map(({ dice }) => 1 - dice));
    const found = record.signals.find((row) => row.weights === weights && row.signal === "mutual-information")!;
    assertEquals(found.correlation, Number.isNaN(rho) ? null : rho);
  }
});

Deno.test("recordRun() scores images from elsewhere with the last weights, and changed test images by Dice alone", async () => {
  const others = syntheticDataset({ count: 5, size: 16, seed: 8 });
  const sets = [{ dataset: others, change: "" }, ...await changedTestImages(DATA)];
  const { external, ...rest } = await recordRun(run, DATA, runs, sets);
  assertEquals(rest, (({ external: _, ...fields }) => fields)(record));
  assertEquals(external.length, 16);
  const [elsewhere, ...changed] = external;
  assertEquals([elsewhere.dataset, elsewhere.pixels, elsewhere.images], ["synthetic", others.fingerprint, 5]);
  for (const list of ["dice", "difficulty", "entropy", "predicted"] as const) assertEquals(elsewhere[list].length, 5);
  assert(elsewhere.predicted.some((share) => share > 0) && elsewhere.predicted.every((share) => share <= 1));
  assert(elsewhere.entropy.every((nats) => nats > 0));
  assertEquals(changed.map(({ change }) => change).slice(0, 4), ["blur-1", "blur-2", "blur-3", "noise-1"]);
  assert(changed.every(({ images, dice, entropy }) => images === 3 && dice.length === 3 && entropy.length === 0));
  // Images that are the test images get what the record says of them.
  const same = await recordRun(run, DATA, runs, [{ dataset: subset(dataset, split.test), change: "" }]);
  const last = record.test.filter(({ weights }) => weights === "last");
  assertEquals(same.external[0].dice, last.map(({ dice }) => Number(dice.toFixed(4))));
  assertEquals(decodeRecord(encodeRecord({ ...record, external }), "record").external, external);
});

Deno.test("recordRuns() makes the record of each run as recordRun() does, whatever networks they have", async () => {
  const { run: wider } = await trainSmall(runs, { ...CHANGES, baseWidth: 5, epochs: 1 });
  const { run: other } = await trainSmall(runs, { ...CHANGES, seed: 2, epochs: 1 });
  const before = tf.memory().numTensors;
  const alone = [record, await recordRun(wider, DATA, runs), await recordRun(other, DATA, runs)];
  assertEquals(await recordRuns([run, wider, other], DATA, runs), alone);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("recordRun() repeats itself to the bit, and leaves no tensor, also where the weights are damaged", async () => {
  const before = tf.memory().numTensors;
  assertEquals(await recordRun(run, DATA, runs), record);
  assertEquals(tf.memory().numTensors, before);
  const file = join(runs, run.hash, "weights_last.safetensors");
  const bytes = await Deno.readFile(file);
  await Deno.writeFile(file, bytes.with(-1, bytes.at(-1)! ^ 1));
  await assertRejects(() => recordRun(run, DATA, runs), Error, "the file is damaged");
  assertEquals(tf.memory().numTensors, before);
});
