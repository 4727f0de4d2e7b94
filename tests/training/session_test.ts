import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { inspectImages, inspectPasses } from "../../lib/training/inspection.ts";
import { bestValidationDice } from "../../lib/training/run.ts";
import { openSession, type SessionEvent, sessionStudy } from "../../lib/training/session.ts";
import { trainMethods } from "../../lib/training/train_methods.ts";

// One session in the smoke profile, which every test below looks at.
const options = { profile: "smoke", seed: 2, workDirectory: await Deno.makeTempDir() } as const;
const session = await openSession({ ...options, backend: Deno.env.get("POLYDICE_BACKEND") });
const events: SessionEvent[] = [];
const METHODS = ["dice", "adaptive", "dice-ce", "tvmf", "dice"] as const;
const trained = await trainMethods(session, METHODS, { onEvent: (event) => void events.push(event) });
const { dataset, split } = session.data;

Deno.test("trainMethods() trains in the order given and loads what is there already", () => {
  assertEquals(trained.map(({ experiment }) => experiment.loss), ["dice", "polydice1", "dice-ce", "tvmf", "dice"]);
  assertEquals(events.filter(({ event }) => event.kind === "loaded").map(({ runNumber }) => runNumber), [5]);
  assertEquals(new Set(events.map(({ method, runNumber }) => `${runNumber} ${method}`)).size, 5);
  assert(trained.every(({ experiment }) => experiment.seed === 2));
  assert(trained.every(({ history }) => history.every(({ trainLoss }) => Number.isFinite(trainLoss) && trainLoss > 0)));
  const { history } = trained[0];
  assertEquals(bestValidationDice(trained[0]), Math.max(...history.map(({ valDice }) => valDice)));
});

Deno.test("trainMethods() ends where its signal is aborted", async () => {
  const signal = AbortSignal.abort(new Error("no more"));
  await assertRejects(() => trainMethods(session, ["focal"], { signal }), Error, "no more");
});

/** Opens a session with a folder of its own, on TensorFlow. */
const freshSession = async () => await openSession({ ...options, workDirectory: await Deno.makeTempDir() });

Deno.test("trainMethods() trains side by side with a core each what is not there, and tells of all", async () => {
  const fresh = await freshSession();
  const [there] = await trainMethods(fresh, ["dice"]);
  const heard: SessionEvent[] = [];
  const methods = ["focal", "dice", "polydice1", "focal"];
  const runs = await trainMethods(fresh, methods, { onEvent: (event) => void heard.push(event), sideBySide: true });
  assertEquals(runs.map(({ experiment }) => experiment), methods.map((method) => fresh.experiment(method)));
  assertEquals(runs[1].environment, there.environment);
  const epochs = heard.flatMap(({ runNumber, event }) => event.kind === "epoch" ? [[runNumber, event.row.epoch]] : []);
  const count = fresh.experiment("focal").epochs;
  for (const number of [1, 3]) {
    const own = epochs.filter(([run]) => run === number).map(([, epoch]) => epoch);
    assertEquals(own, Array.from({ length: count }, (_, epoch) => epoch + 1));
  }
  assertEquals(epochs.length, 2 * count);
  const ended = heard.flatMap(({ runNumber, event }) => event.kind === "ended" ? [runNumber] : []);
  assertEquals(ended.sort(), [1, 3]);
  assertEquals(heard.filter(({ event }) => event.kind === "loaded").map(({ runNumber }) => runNumber), [2, 4]);
  if (navigator.hardwareConcurrency > 1) assertMatch(runs[0].environment.device, /, 1 thread$/);
});

Deno.test("trainMethods() goes on itself with a run whose process fails, and says so", async () => {
  const fresh = await freshSession();
  // A child opens the session with these options: a profile that there is none of ends it.
  const broken = { ...fresh, options: { ...fresh.options, profile: "none" as "smoke" } };
  const heard: SessionEvent[] = [];
  const runs = await trainMethods(broken, ["focal", "dice"], {
    onEvent: (event) => void heard.push(event),
    sideBySide: true,
  });
  assertEquals(runs.map(({ experiment }) => experiment.loss), ["focal", "dice"]);
  const warnings = heard.flatMap(({ event }) => event.kind === "warning" ? [event.message] : []);
  if (navigator.hardwareConcurrency > 1) {
    assertEquals(warnings.length, 2);
    assertMatch(warnings[0], /^Its process ended with status 1 \(.+\); it is trained in this one\.$/);
  }
});

Deno.test("trainMethods() side by side ends with its signal and with its listener's error, saved both times", async () => {
  const fresh = await freshSession();
  const methods = ["focal", "dice"];
  for (const ending of ["signal", "listener"] as const) {
    const controller = new AbortController();
    const heard: SessionEvent[] = [];
    const onEvent = (event: SessionEvent) => {
      heard.push(event);
      if (event.event.kind !== "step") return;
      if (ending === "listener") throw new Error("enough");
      controller.abort(new Error("enough"));
    };
    const training = trainMethods(fresh, methods, { onEvent, signal: controller.signal, sideBySide: true });
    await assertRejects(() => training, Error, "enough");
    // What was saved the first time is gone on with the second time.
    const resumed = heard.some(({ event }) => event.kind === "resumed");
    assertEquals(resumed, ending === "listener");
  }
});

Deno.test("the study of a session has the session's sizes, images and seed, and its choice waits for runs of that seed", async () => {
  const study = await sessionStudy("table-2", session, {});
  assertEquals([study.profile, study.blocks.map(({ seeds }) => seeds)], ["smoke", study.blocks.map(() => [2])]);
  assertEquals(study.blocks[0].data, [{ dataset: "synthetic", split: "grouped", set: {} }]);
  assert(Object.values(study.choices).every(({ seed, made }) => seed === 2 && made.length === 0));
});

Deno.test("inspectImages() gives maps within their ranges, and the metrics of the run's own test rows", async () => {
  const [, run] = trained;
  const images = await inspectImages(session, run);
  const rows = run.test.filter(({ weights }) => weights === "best");
  images.forEach((image, index) => {
    assertEquals(image.id, rows[index].id);
    assertAlmostEquals(image.dice, rows[index].dice, 1e-6);
    assert(image.probability.every((value) => value >= 0 && value <= 1));
    assert(image.mutualInformation.every((value) => value >= 0 && value <= Math.LN2 + 1e-6));
    assert(image.predictiveEntropy.every((value) => value >= 0 && value <= Math.LN2 + 1e-6));
    assertEquals(image.mask.length, dataset.size ** 2);
    assert(image.difficulty >= 0 && image.trueDifficulty !== undefined);
  });
  const [first] = await inspectImages(session, run, { part: "train", count: 1, weights: "last", passes: 1 });
  assertEquals(first.id, dataset.ids[split.train[0]]);
});

Deno.test("inspectPasses() gives as many different passes as are asked for", async () => {
  const passes = await inspectPasses(session, trained[1], { passes: 3 });
  assertEquals(passes.length, 3);
  assert(passes[0].some((value, index) => value !== passes[1][index]));
});

Deno.test("inspectImages() and inspectPasses() leave no tensor, also where weights are damaged or an image is not there", async () => {
  const run = trained[1];
  const before = tf.memory().numTensors;
  await inspectImages(session, run, { count: 1 });
  await inspectPasses(session, run);
  assertEquals(tf.memory().numTensors, before);
  const elsewhere = { ...session, data: { ...session.data, split: { ...split, test: [99] } } };
  await assertRejects(() => inspectImages(elsewhere, run), Error, "found 99");
  await assertRejects(() => inspectPasses(elsewhere, run), Error, "found 99");
  const file = join(session.runs, run.hash, "weights_best.safetensors");
  const bytes = await Deno.readFile(file);
  await Deno.writeFile(file, bytes.slice(0, -4));
  await assertRejects(() => inspectImages(session, run), Error, "the file is damaged");
  await assertRejects(() => inspectPasses(session, run), Error, "the file is damaged");
  await Deno.writeFile(file, bytes);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("openSession() says what a data folder without a data set lacks", async () => {
  const empty = await Deno.makeTempDir();
  await assertRejects(() => openSession({ ...options, dataDirectory: empty }), Error, empty);
});
