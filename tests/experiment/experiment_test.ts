import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  defineExperiment,
  type Experiment,
  experimentHash,
  runHash,
  THESIS_EXPERIMENT,
} from "../../lib/experiment/experiment.ts";
import { METHOD_NAMES, METHODS } from "../../lib/experiment/methods.ts";
import { PROFILE_NAMES } from "../../lib/experiment/profiles.ts";
import { resolveExperiment } from "../../lib/experiment/resolve_experiment.ts";

const FAULTS: [changes: Record<string, unknown>, message: string][] = [
  [{ learningrate: 1 }, 'unknown key "learningrate"'],
  [{ epochs: 0 }, "epochs must be a positive integer, found 0"],
  [{ epochs: "12" }, "epochs must be a number"],
  [{ learningRate: NaN }, "learningRate must be a positive number"],
  [{ dropoutRate: 1 }, "dropoutRate must be in [0, 1)"],
  [{ percentile: 101 }, "percentile must be in [0, 100]"],
  [{ patience: -1 }, "patience must be an integer, 0 or more"],
  [{ loss: "jaccard" }, "loss must be one of dice, focal"],
  [{ epsilonMin: 1, epsilonMax: 0 }, "epsilonMin 1 is above epsilonMax 0"],
  [{ epsilonControl: "adaptive", passes: 1 }, 'difficulty "mutual-information" needs passes that differ'],
  [{ epsilonControl: "adaptive", dropoutRate: 0, difficulty: "disagreement" }, "found dropoutRate 0 and passes 10"],
  [{ loss: "dice", epsilonControl: "adaptive" }, 'adaptive ε needs a loss that reads ε (polydice1), found "dice"'],
  [{ imageSize: 100 }, "imageSize 100 is no multiple of 16"],
  [{ dataset: "My images" }, "dataset must be a name of a–z"],
  [{ dataset: "../elsewhere" }, "dataset must be a name of a–z"],
  [{ maskValues: "1;2" }, "maskValues must be values with commas between"],
  [{ split: "video" }, "split must be grouped, random, published, manifest or a fold"],
  [{ split: "fold-3-of-2" }, 'split must name a fold of two or more, found "fold-3-of-2"'],
  [{ split: "fold-1-of-1" }, "split must name a fold of two or more"],
  [{ difficulty: "oracle" }, 'difficulty "oracle" is known of synthetic images only'],
];

Deno.test("defineExperiment() refuses every kind of fault, and tells all at once", () => {
  for (const [changes, message] of FAULTS) {
    assertThrows(() => defineExperiment(changes as Partial<Experiment>), TypeError, message);
  }
  const error = assertThrows(() => defineExperiment({ epochs: -1, batchSize: 0 }), TypeError);
  assertEquals(["epochs", "batchSize"].filter((name) => error.message.includes(name)).length, 2);
});

Deno.test("the thesis profile is the thesis' settings, for every method of its Table 2", () => {
  const shared = {
    ...{ imageSize: 224, imageCount: 0, baseWidth: 64, depth: 4, epochs: 200, batchSize: 32, learningRate: 1e-3 },
    ...{ augmentation: true, dropoutRate: 0.5, interval: 10, startEpoch: 0, passes: 10, percentile: 25 },
    ...{ epsilonMin: 0, epsilonMax: 0.5, slope: 2, normalizeOver: "set", difficulty: "mutual-information" },
    epsilonOrder: "uncertainty",
  };
  for (const method of ["dice", "focal", "polydice1", "adaptive"] as const) {
    const experiment = resolveExperiment({ profile: "thesis", method, dataset: "kvasir-seg" });
    const found = Object.fromEntries(Object.keys(shared).map((key) => [key, experiment[key as keyof Experiment]]));
    assertEquals(found, shared);
  }
});

Deno.test("every profile gives a valid experiment of every method, and the quick one another for each", () => {
  for (const profile of PROFILE_NAMES) {
    for (const method of METHOD_NAMES) resolveExperiment({ profile, method, seed: 3 });
  }
  const hashes = METHOD_NAMES.map((method) => experimentHash(resolveExperiment({ profile: "quick", method }), "cpu"));
  assertEquals(new Set(hashes).size, METHOD_NAMES.length);
  assertEquals(new Set(METHOD_NAMES.map((name) => METHODS[name].title)).size, METHOD_NAMES.length);
});

Deno.test("resolveExperiment() lets a method change the profile, and the user both", () => {
  const choice = { profile: "quick", method: "tau-6", dataset: "own", split: "random", seed: 9 } as const;
  const { interval, epochs, dataset, imageCount, split, seed } = resolveExperiment({ ...choice, set: { epochs: 5 } });
  assertEquals([interval, epochs, dataset, imageCount, split, seed], [6, 5, "own", 0, "random", 9]);
  assertEquals(resolveExperiment({ ...choice, set: { interval: 2 } }).interval, 2);
  assertEquals(resolveExperiment({ profile: "quick", method: "dice" }).imageCount, 320);
});

/** Another valid value of every setting, on an experiment that allows all of them. */
const BASE = resolveExperiment({ profile: "quick", method: "adaptive", set: { depth: 2 } });
const OTHER: { [Key in keyof Experiment]: Experiment[Key] } = {
  ...{ dataset: "own", imageCount: 10, imageSize: 32, fit: "pad", maskValues: "1", split: "random", splitSeed: 1 },
  ...{ baseWidth: 4, depth: 3, loss: "dice", focalGamma: 3, epsilon: 0.1, epsilonControl: "fixed" },
  ...{
    epochs: 13,
    batchSize: 8,
    learningRate: 2e-3,
    augmentation: false,
    dropoutRate: 0.25,
    interval: 4,
    startEpoch: 1,
  },
  ...{ passes: 9, percentile: 30, epsilonMin: 0.1, epsilonMax: 0.6, slope: 3, normalizeOver: "batch" },
  ...{ difficulty: "entropy", epsilonOrder: "mean", precision: "bfloat16", compile: true, patience: 2, seed: 2 },
};
const DATA = { pixels: "p", groups: "g", members: "m" };

Deno.test("experimentHash() and runHash() change with the value of every setting, and not with the order of keys", () => {
  assertEquals(Object.keys(OTHER).sort(), Object.keys(THESIS_EXPERIMENT).sort());
  const reversed = Object.fromEntries(Object.entries(BASE).reverse()) as unknown as Experiment;
  for (
    const hash of [
      (experiment: Experiment) => experimentHash(experiment, "tensorflow"),
      (experiment: Experiment) => runHash(experiment, DATA, "tensorflow"),
    ]
  ) {
    assertEquals(hash(reversed), hash(BASE));
    const hashes = Object.entries(OTHER).map(([key, value]) => hash({ ...BASE, [key]: value }));
    assertEquals(new Set([hash(BASE), ...hashes]).size, 1 + hashes.length);
    assert(hashes.every((name) => /^[0-9a-f]{12}$/.test(name)));
  }
});

Deno.test("runHash() changes with pixels, groups, members and backend, and experimentHash() with the backend", () => {
  const first = runHash(BASE, DATA, "tensorflow");
  for (const part of ["pixels", "groups", "members"] as const) {
    assertNotEquals(runHash(BASE, { ...DATA, [part]: "other" }, "tensorflow"), first, part);
  }
  assertNotEquals(runHash(BASE, { pixels: "g", groups: "p", members: "m" }, "tensorflow"), first);
  assertNotEquals(runHash(BASE, DATA, "cpu"), first);
  assertNotEquals(experimentHash(BASE, "cpu"), experimentHash(BASE, "tensorflow"));
});
