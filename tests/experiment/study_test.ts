import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { fromFileUrl, join, resolve } from "@std/path";
import { METHODS } from "../../lib/experiment/methods.ts";
import { PROFILE_NAMES } from "../../lib/experiment/profiles.ts";
import { changedStudy, parseStudy, studyExperiment } from "../../lib/experiment/study.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";

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

for (const [changes, message] of WRONG) {
  Deno.test(`parseStudy() refuses ${JSON.stringify(changes)} and names the file`, () => {
    const error = assertThrows(() => parse(changes), TypeError, message);
    assertStringIncludes(error.message, 'Cannot read study "/studies/mine.json": ');
  });
}

Deno.test("parseStudy() refuses a text that is no JSON and a file whose name is none, and tells every fault", () => {
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

const folder = fromFileUrl(new URL("../../studies", import.meta.url));
for (const { name } of Deno.readDirSync(folder)) {
  if (!name.endsWith(".json") || name.endsWith(".schema.json")) continue;
  Deno.test(`studies/${name} is a study, with runs that each have a place of their own, in every profile`, () => {
    const path = join(folder, name);
    const study = parseStudy(Deno.readTextFileSync(path), path);
    for (const profile of PROFILE_NAMES) {
      const places = runsOf({ ...study, profile }).map(({ record }) => record);
      assertEquals(new Set(places).size, places.length);
    }
  });
}
