import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { experimentHash } from "../../lib/experiment/experiment.ts";
import { parseStudy, type Study, studyExperiment } from "../../lib/experiment/study.ts";
import { chosenMethod, type FinishedRun, runsOf, type StudyRun } from "../../lib/experiment/study_runs.ts";

const parse = (file: Record<string, unknown>) =>
  parseStudy(JSON.stringify({ title: "A study", profile: "quick", ...file }), "/studies/mine.json");

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
