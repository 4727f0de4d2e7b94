import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl, join, resolve } from "@std/path";
import fc from "fast-check";
import { experimentHash } from "../../lib/experiment/experiment.ts";
import { METHODS } from "../../lib/experiment/methods.ts";
import { PROFILE_NAMES } from "../../lib/experiment/profiles.ts";
import { changedStudy, parseStudy, type Study, studyExperiment } from "../../lib/experiment/study.ts";
import { chosenMethod, type FinishedRun, runsOf, type StudyRun } from "../../lib/experiment/study_runs.ts";

const DATA = [{ dataset: "synthetic" }];
const FILE = { title: "A study", profile: "quick", runs: [{ data: DATA, methods: ["dice"], seeds: [1] }] };

const parse = (changes: Record<string, unknown>, path = "/studies/mine.json") =>
  parseStudy(JSON.stringify({ ...FILE, ...changes }), path);

const runs = (changes: Record<string, unknown>) => ({ runs: [{ ...FILE.runs[0], ...changes }] });

// [what is wrong, what the message tells]
const WRONG: [changes: Record<string, unknown>, message: string][] = [
  [{ title: "" }, "/title must NOT have fewer than 1 characters"],
  [{ profile: "tiny" }, "/profile must be equal to one of the allowed values (smoke, quick, small, long, thesis)"],
  [{ seeds: [1] }, 'the file must NOT have additional properties ("seeds")'],
  [runs({ seeds: [1, 1] }), "/runs/0/seeds must NOT have duplicate items"],
  [runs({ seeds: [-1] }), "/runs/0/seeds/0 must be >= 0"],
  [runs({ methods: ["jaccard"] }), 'there is no method "jaccard"; there are dice, focal'],
  [runs({ data: [{ dataset: "synthetic", split: "video" }] }), "dice on synthetic: split must be grouped"],
  [runs({ data: [{ dataset: "./a", name: "x" }, { dataset: "./b", name: "x" }] }), 'two data sets are called "x"'],
  [runs({ data: [{ dataset: "./My Images" }, { dataset: "./my-images" }] }), 'two data sets are called "my-images"'],
  [
    runs({ data: [{ dataset: "./a", groups: "one.csv" }, { dataset: "./a", groups: "two.csv" }] }),
    'two data sets are called "a"',
  ],
  [{ external: [{ dataset: "./a", name: "synthetic" }] }, 'two data sets are called "synthetic"'],
  [{ set: { epochs: 0 } }, "dice on synthetic: epochs must be a positive integer, found 0"],
  [{ set: { speed: 1 } }, 'dice on synthetic: unknown key "speed"'],
  [{ set: { seed: 3 } }, 'set: "seed" is for the blocks of runs to say'],
  [{ set: { split: "random" } }, 'set: "split" is for the blocks of runs to say'],
  [{ methods: { mine: { title: "Mine", set: { dataset: "kvasir-seg" } } } }, '"dataset" is for the blocks of runs'],
  [{ methods: { dice: { title: "Mine", set: {} } } }, "methods/dice: the library has a method of that name"],
  [{ methods: { mine: { title: "Mine", from: "none", set: {} } } }, 'methods/mine: there is no method "none"'],
  [{ choices: { dice: { title: "Best", from: ["dice", "focal"] } } }, "choices/dice: there is a method of that name"],
  [
    {
      choices: {
        best: {
          title: "Best",
          from: ["dice", "focal"],
          made: [{ dataset: "synthetic", split: "grouped", method: "dice", validationDice: { dice: 0.1, focal: 0.2 } }],
        },
      },
    },
    'choices/best: "dice" has not the highest validation Dice',
  ],
  [{ compare: { method: "focal" } }, 'compare: no block of runs has the method "focal"'],
  [runs({ data: [{ dataset: "./own" }], methods: ["oracle"] }), 'oracle on own: difficulty "oracle" is known of'],
];

Deno.test("parseStudy() refuses what is no study, names the file and tells every fault", () => {
  for (const [changes, message] of WRONG) {
    const error = assertThrows(() => parse(changes), TypeError, message);
    assertStringIncludes(error.message, 'Cannot read study "/studies/mine.json": ');
  }
  assertThrows(() => parseStudy("{", "mine.json"), TypeError, "it is no JSON");
  assertThrows(() => parse({}, "My Study.json"), TypeError, "its name must be of a–z, 0–9, point and hyphen");
  const error = assertThrows(
    () => parse({ ...runs({ methods: ["one", "two"] }), compare: { method: "x" } }),
    TypeError,
  );
  for (const word of ['"one"', '"two"', '"x"']) assertStringIncludes(error.message, word);
});

Deno.test("parseStudy() takes paths from the file's folder on, and a method of its own from one of the library's", () => {
  const study = parse({
    methods: { steep: { title: "Steep", from: "adaptive", set: { slope: 8 } } },
    ...runs({ data: [{ dataset: "../images/Our Clinic", groups: "groups.csv", fit: "pad" }], methods: ["steep"] }),
  });
  const [{ data: [data] }] = study.blocks;
  assertEquals([data.dataset, data.own, data.groups], [
    "our-clinic",
    resolve("/images/Our Clinic"),
    resolve("/studies/groups.csv"),
  ]);
  const { slope, epsilonControl, fit, dataset, seed } = studyExperiment(study, "steep", data, 4);
  assertEquals([slope, epsilonControl, fit, dataset, seed], [8, "adaptive", "pad", "our-clinic", 4]);
  assertEquals(study.methods.steep.set, { ...METHODS.adaptive.set, slope: 8 });
});

Deno.test("changedStudy() puts other sizes, images and seeds into a study, whose choices are to be made anew", () => {
  const study = parse({
    ...runs({ methods: ["best", "dice"], seeds: [1, 2] }),
    choices: {
      best: {
        title: "Best",
        from: ["polydice1", "polydice1-0.5"],
        made: [{ dataset: "synthetic", split: "grouped", method: "polydice1", validationDice: { polydice1: 0.5 } }],
      },
    },
  });
  const data = { dataset: "kvasir-seg", split: "random", set: {} };
  const changed = changedStudy(study, { profile: "smoke", data, seeds: [7], set: { epochs: 3 } });
  assertEquals([changed.choices.best.seed, changed.choices.best.made], [7, []]);
  const wanted = runsOf(changed).map(({ name, experiment }) => [name, experiment.epochs, experiment.imageSize]);
  assertEquals(wanted, [
    ["kvasir-seg random polydice1 seed 7", 3, 32],
    ["kvasir-seg random polydice1-0.5 seed 7", 3, 32],
    ["kvasir-seg random dice seed 7", 3, 32],
  ]);
});

Deno.test("every file of studies/ is a study, with runs that each have a place of their own, in every profile", () => {
  const folder = fromFileUrl(new URL("../../studies", import.meta.url));
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(".json") || name.endsWith(".schema.json")) continue;
    const study = parseStudy(Deno.readTextFileSync(join(folder, name)), join(folder, name));
    for (const profile of PROFILE_NAMES) {
      const places = runsOf({ ...study, profile }).map(({ record }) => record);
      assertEquals(new Set(places).size, places.length, `${name} in ${profile}`);
    }
  }
});

const CHOICE = { best: { title: "Best ε", from: ["polydice1", "polydice1-0.5"], seed: 2 } };
const SEARCH = {
  runs: [
    { data: [{ dataset: "synthetic" }], methods: ["polydice1", "best"], seeds: [1, 2] },
    { data: [{ dataset: "synthetic" }], methods: ["dice", "polydice1"], seeds: [2, 3] },
  ],
  choices: CHOICE,
};

const names = (runs: readonly StudyRun[]) => runs.map(({ name }) => name.replace("synthetic grouped ", ""));

/** The record of a run that reached this validation Dice. */
function finished({ experiment }: Pick<StudyRun, "experiment">, dice: number, backend = "tensorflow"): FinishedRun {
  return { experiment, backend, bestEpoch: 2, history: [{ valDice: 0.99 }, { valDice: dice }] };
}

Deno.test("runsOf() has the runs that decide first, then all methods of one seed before the next, each once", () => {
  const waiting = ["polydice1 seed 2", "polydice1-0.5 seed 2"];
  const others = ["polydice1 seed 1", "dice seed 2", "dice seed 3", "polydice1 seed 3"];
  assertEquals(names(runsOf(parse(SEARCH))), [...waiting, ...others]);
});

Deno.test("runsOf() has the chosen method's runs as soon as all that it is chosen from are recorded", () => {
  const study = parse(SEARCH);
  const [zero, half] = runsOf(study);
  const chosenRuns = (...records: FinishedRun[]) => names(runsOf(study, records)).filter((name) => /0\.5/.test(name));
  assertEquals(chosenRuns(finished(half, 0.9)), ["polydice1-0.5 seed 2"]);
  assertEquals(chosenRuns(finished(half, 0.9), finished(zero, 0.8)), ["polydice1-0.5 seed 2", "polydice1-0.5 seed 1"]);
  assertEquals(chosenRuns(finished(half, 0.8), finished(zero, 0.9)), ["polydice1-0.5 seed 2"]);
});

Deno.test("chosenMethod() takes the highest validation Dice of the best epochs, the first of equals, and one backend's", () => {
  const study = parse(SEARCH);
  const [zero, half] = runsOf(study);
  const [{ data: [data] }] = study.blocks;
  const chosen = (...records: FinishedRun[]) => chosenMethod(study, study.choices.best, data, records)?.method;
  assertEquals(chosen(finished(zero, 0.5), finished(half, 0.6)), "polydice1-0.5");
  assertEquals(chosen(finished(half, 0.5), finished(zero, 0.5)), "polydice1");
  assertEquals(chosen(finished(zero, 0.5), finished(half, 0.6, "cpu")), undefined);
});

Deno.test("a choice that was made stands, with its numbers, and needs no runs", () => {
  const validationDice = { "polydice1": 0.4, "polydice1-0.5": 0.5 };
  const made = [{ dataset: "synthetic", split: "grouped", method: "polydice1-0.5", validationDice }];
  const study = parse({ ...SEARCH, choices: { best: { ...CHOICE.best, made } } });
  const [{ data: [data] }] = study.blocks;
  assertEquals(chosenMethod(study, study.choices.best, data, []), { method: "polydice1-0.5", validationDice });
  assertEquals(names(runsOf(study)).slice(0, 2), ["polydice1 seed 1", "polydice1-0.5 seed 1"]);
});

// Studies of anything that people could write: names that are alike, blocks that overlap, choices, splits, own images.
const word = fc.constantFrom("polyps", "Polyps", "my polyps", "my-polyps", "polyps-grouped", "polyps.v2", "seed1");
const dataset = fc.oneof(
  fc.constantFrom("synthetic", "kvasir-seg", "cvc-clinicdb"),
  fc.tuple(fc.constantFrom(".", "..", "../a", "../a/b"), word, fc.constantFrom("", "/", ".csv")).map((parts) =>
    `${parts[0]}/${parts[1]}${parts[2]}`
  ),
);
const data = fc.record({
  dataset,
  name: fc.constantFrom("polyps", "polyps-grouped", "a", "a-dice"),
  split: fc.constantFrom("grouped", "random", "fold-1-of-2", "fold-1-of-5"),
  groups: fc.constantFrom("one.csv", "two.csv"),
  fit: fc.constantFrom("stretch", "pad"),
  maskValues: fc.constantFrom("", "1", "1,2"),
}, { requiredKeys: ["dataset"] });
const ownMethods = ["dice-seed1", "grouped-dice", "adaptive.2"];
const method = fc.constantFrom("dice", "focal", "polydice1", "adaptive", "tau-1", "in-batch", ...ownMethods);
const set = fc.record({
  epochs: fc.integer({ min: 1, max: 3 }),
  slope: fc.constantFrom(1, 2, 2.5),
  imageCount: fc.constantFrom(10, 20),
  focalGamma: fc.constantFrom(2, 3),
}, { requiredKeys: [] });
const studies = fc.record({
  title: fc.constant("A study"),
  profile: fc.constantFrom("smoke", "quick", "thesis"),
  set,
  methods: fc.record(Object.fromEntries(
    ownMethods.map((name) => [
      name,
      fc.record({ title: fc.constant(name), from: fc.constantFrom("dice", "adaptive"), set }),
    ]),
  )),
  choices: fc.record({
    best: fc.record({
      title: fc.constant("Best"),
      from: fc.uniqueArray(method, { minLength: 2, maxLength: 4 }),
      seed: fc.integer({ min: 0, max: 3 }),
    }),
  }),
  runs: fc.array(
    fc.record({
      data: fc.array(data, { minLength: 1, maxLength: 3 }),
      methods: fc.array(fc.oneof(method, fc.constant("best")), { minLength: 1, maxLength: 5 }),
      seeds: fc.uniqueArray(fc.constantFrom(0, 1, 2, 3, 11, 12), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
}).map((file): Study | undefined => {
  try {
    return parseStudy(JSON.stringify(file), "/home/studies/mine.json");
  } catch (error) { // Such as two folders of one name; then there are no runs.
    if (error instanceof TypeError && error.message.startsWith("Cannot read study")) return undefined;
    throw error;
  }
}).filter((study) => study !== undefined);

Deno.test("no two runs of any study share a record's place, and none of its runs is missing or on other images", () => {
  fc.assert(
    fc.property(studies, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (study, dices) => {
      const records = runsOf(study).map((run, index) => finished(run, dices[index % dices.length]));
      const runs = runsOf(study, records);
      const places = new Map(runs.map((run) => [run.record, run]));
      assertEquals(places.size, runs.length, "two runs have one place");
      assert(runs.every(({ record }) => /^[a-z0-9.-]+\.json$/.test(record) && !record.startsWith(".")));
      const elsewhere = runsOf(study, [], { backend: "cpu" });
      assert(elsewhere.every(({ record }) => !places.has(record)), "another backend's runs have these places");

      const byHash = new Map(runs.map((run) => [experimentHash(run.experiment, "tensorflow"), run]));
      assertEquals(byHash.size, runs.length, "one experiment is trained twice");
      for (const { data, methods, seeds } of study.blocks) {
        for (const one of data) {
          for (const seed of seeds) {
            for (const name of methods) {
              const choice = study.choices[name];
              const method = choice ? chosenMethod(study, choice, one, records)!.method : name;
              const run = byHash.get(experimentHash(studyExperiment(study, method, one, seed), "tensorflow"));
              assertEquals([run?.data.own, run?.data.groups], [one.own, one.groups]);
              assertEquals([run?.experiment.seed, run?.experiment.split], [seed, one.split]);
            }
          }
        }
      }
    }),
    { numRuns: 100, seed: 1 },
  );
});
