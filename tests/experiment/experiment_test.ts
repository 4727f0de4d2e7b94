import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { defineExperiment, type Experiment, experimentHash } from "../../lib/training/experiment.ts";
import { METHOD_NAMES, METHODS } from "../../lib/training/methods.ts";
import { methodExperiment, methodExperiments, PROFILE_NAMES, PROFILES } from "../../lib/training/profiles.ts";

const FAULTS: [changes: Record<string, unknown>, message: string][] = [
  [{ learningrate: 1 }, 'unknown key "learningrate"'],
  [{ epochs: 0 }, "epochs must be a positive integer, found 0"],
  [{ epochs: "12" }, "epochs must be a number"],
  [{ learningRate: NaN }, "learningRate must be a positive number"],
  [{ dropoutRate: 1 }, "dropoutRate must be in [0, 1)"],
  [{ percentile: 101 }, "percentile must be in [0, 100]"],
  [{ loss: "jaccard" }, "loss must be one of dice, focal"],
  [{ epsilonMin: 1, epsilonMax: 0 }, "epsilonMin 1 is above epsilonMax 0"],
  [{ loss: "dice", epsilonControl: "adaptive" }, 'adaptive ε needs the loss "polydice1"'],
  [{ imageSize: 100 }, "imageSize 100 is no multiple of 16"],
];

for (const [changes, message] of FAULTS) {
  Deno.test(`defineExperiment() refuses ${JSON.stringify(changes)}`, () => {
    assertThrows(() => defineExperiment(changes as Partial<Experiment>), TypeError, message);
  });
}

Deno.test("defineExperiment() tells every fault at once", () => {
  const error = assertThrows(() => defineExperiment({ epochs: -1, batchSize: 0 }), TypeError);
  assertEquals(["epochs", "batchSize"].filter((name) => error.message.includes(name)).length, 2);
});

Deno.test("the thesis profile is the thesis' settings, for every method", () => {
  const shared = {
    imageSize: 224,
    baseWidth: 64,
    depth: 4,
    epochs: 200,
    batchSize: 32,
    learningRate: 1e-3,
    augmentation: true,
    dropoutRate: 0.5,
    interval: 10,
    startEpoch: 0,
    passes: 10,
    percentile: 25,
    epsilonMin: 0,
    epsilonMax: 0.5,
    slope: 2,
    normalizeOver: "set",
  };
  for (const name of METHOD_NAMES) {
    const experiment = methodExperiment(PROFILES.thesis, METHODS[name], { dataset: "kvasir-seg" });
    const found = Object.fromEntries(Object.keys(shared).map((key) => [key, experiment[key as keyof Experiment]]));
    assertEquals(found, shared);
    assertEquals(experiment.imageCount, 0);
  }
});

Deno.test("every profile defines valid experiments for all five methods", () => {
  for (const name of PROFILE_NAMES) {
    const grid = METHOD_NAMES.flatMap((method) => methodExperiments(PROFILES[name], METHODS[method], { seed: 3 }));
    assertEquals(grid.length, METHOD_NAMES.length - 1 + PROFILES[name].epsilonGrid.length);
  }
});

Deno.test("experimentHash() does not depend on the order of keys, and changes with every value, the data and the backend", () => {
  const experiment = defineExperiment({ seed: 1 });
  const reversed = Object.fromEntries(Object.entries(experiment).reverse()) as unknown as Experiment;
  const hash = experimentHash(experiment, "data");
  assertEquals(experimentHash(reversed, "data"), hash);
  assertNotEquals(experimentHash(defineExperiment({ seed: 2 }), "data"), hash);
  assertNotEquals(experimentHash(experiment, "other data"), hash);
  assertNotEquals(experimentHash(experiment, "data", "cpu"), hash);
});

Deno.test("the run of the grid's ε = 0 is the run of PolyDice-1 with ε = 0", () => {
  const zero = methodExperiment(PROFILES.quick, METHODS.polydice1);
  const grid = methodExperiments(PROFILES.quick, METHODS["polydice1-fixed"]);
  assertEquals(grid.filter((experiment) => experimentHash(experiment, "d") === experimentHash(zero, "d")).length, 1);
});
