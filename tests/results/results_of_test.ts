import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { parse } from "@std/csv";
import { changedStudy } from "../../lib/experiment/study.ts";
import { chosenMethod, runsOf } from "../../lib/experiment/study_runs.ts";
import { imageGroups } from "../../lib/results/image_groups.ts";
import { pairedScores } from "../../lib/results/method_comparison.ts";
import { resultsCsvFiles } from "../../lib/results/results_csv.ts";
import { resultsBlock, resultsPage } from "../../lib/results/results_page.ts";
import { type GroupResults, resultsOf } from "../../lib/results/results_of.ts";
import type { RunRecord, TestRecord } from "../../lib/results/run_record.ts";
import { madeRecord, madeRecords, type MadeRun, madeStudy } from "./made_records.ts";

/** A study of some methods on one data set, by their Dice: of each method, of each seed, of each image. */
function groupOf(scores: Readonly<Record<string, readonly (readonly number[])[]>>, margin?: number): GroupResults {
  const methods = Object.keys(scores);
  const seeds = Math.max(...Object.values(scores).map(({ length }) => length));
  const study = madeStudy({
    runs: [{ data: [{ dataset: "kvasir-seg" }], methods, seeds: Array.from({ length: seeds }, (_, i) => i + 1) }],
    choices: {},
    ...(methods.includes("adaptive") ? {} : { compare: undefined }),
    margin,
  });
  const records = Object.entries(scores).flatMap(([method, seeds]) =>
    seeds.map((dice, index) => madeRecord({ method, seed: index + 1, dice }))
  );
  return resultsOf(study, records).groups[0];
}

/** The made study's results, with some records changed or left out. */
function madeGroup(change: (records: RunRecord[]) => RunRecord[] = (all) => all, made: MadeRun = {}) {
  const study = madeStudy();
  return resultsOf(study, change(madeRecords(study, made))).groups[0];
}

const onBest = (record: RunRecord, change: (row: TestRecord, index: number) => Partial<TestRecord>): RunRecord => ({
  ...record,
  test: record.test.map((row, index) => row.weights === "best" ? { ...row, ...change(row, index) } : row),
});

Deno.test("a method's result is the mean over images, then mean and deviation over seeds", () => {
  const { images, methods: [{ best, seeds }] } = groupOf({ dice: [[0.5, 0.7], [0.6, 0.8]] });
  assertAlmostEquals(best!.dice.mean, 0.65);
  assertAlmostEquals(best!.dice.deviation!, 0.1 / Math.SQRT2);
  assertEquals([images, seeds], [2, "2"]);
});

Deno.test("one seed has no deviation, and no number where its run is missing", () => {
  const { methods } = madeGroup((records) =>
    records.filter(({ experiment: { loss, seed } }) => loss !== "focal" && seed === 1)
  );
  assertEquals(methods.map(({ method, seeds, complete }) => [method, seeds, complete]), [
    ["dice", "1 of 3", false],
    ["focal", "0 of 3", false],
    ["polydice1", "1 of 3", false],
    ["polydice1-fixed", "1 of 3", false],
    ["adaptive", "1 of 3", false],
  ]);
  assertEquals([methods[1].best, methods[0].best!.dice.deviation], [undefined, undefined]);
});

Deno.test("methods stand in the study's order, under its titles, with ε as it was set, chosen or followed", () => {
  const { methods } = madeGroup();
  assertEquals(methods.map(({ title, epsilon }) => `${title}: ${epsilon}`), [
    "Dice: –",
    "Focal (γ = 2): –",
    "PolyDice-1 (ε = 0): 0",
    "PolyDice-1 (best ε): 0.25",
    "Adaptive PolyDice-1: adaptive",
  ]);
  assertEquals(methods[3].choice, {
    method: "polydice1-0.25",
    validationDice: { "polydice1": 0.7, "polydice1-0.25": 0.8 },
  });
  assertEquals(methods.map(({ thesis }) => thesis?.dice), [0.7895, 0.7192, 0.8095, 0.8095, 0.8272]);
});

Deno.test("a choice waits for all of its runs, and one that the study states stands with its numbers", () => {
  const study = madeStudy();
  const records = madeRecords(study);
  const without = records.filter(({ experiment: { epsilon, seed } }) => epsilon !== 0.25 || seed !== 1);
  const [data] = study.blocks[0].data;
  const choice = study.choices["polydice1-fixed"];
  assertEquals(chosenMethod(study, choice, data, without), undefined);
  assertEquals(resultsOf(study, without).groups[0].methods[3].seeds, "0 of 3");
  const made = {
    dataset: "kvasir-seg",
    split: "grouped",
    method: "polydice1-0.25",
    validationDice: { "polydice1": 0.5, "polydice1-0.25": 0.6 },
  };
  const { title, from } = choice;
  const stated = madeStudy({ choices: { "polydice1-fixed": { title, from, made: [made] } } });
  assertEquals(chosenMethod(stated, stated.choices["polydice1-fixed"], data, [])?.method, "polydice1-0.25");
  assertEquals(resultsOf(stated, without).groups[0].methods[3].seeds, "2 of 3");
  // It holds for no other sizes.
  assertEquals(changedStudy(stated, { profile: "quick" }).choices["polydice1-fixed"].made, []);
  const wrong = [{ ...made, method: "polydice1" }];
  const error = assertThrows(
    () => madeStudy({ choices: { "polydice1-fixed": { title, from, made: wrong } } }),
    TypeError,
  );
  assertStringIncludes(error.message, '"polydice1" has not the highest validation Dice');
});

Deno.test("a comparison takes the seeds that both have, and averages them image by image", () => {
  const { comparisons } = groupOf({ dice: [[0.5, 0.5], [0.5, 0.5]], adaptive: [[0.6, 0.4], [0.8, 0.6], [0.1, 0.1]] });
  const [comparison, ...others] = comparisons.filter(({ weights }) => weights === "best");
  assertEquals(others, []);
  assertEquals([comparison.method, comparison.seeds], ["dice", [1, 2]]);
  assertAlmostEquals(comparison.bySeed.mean, 0.1, 1e-6);
  assertAlmostEquals(comparison.bySeed.deviation!, 0.2 / Math.SQRT2, 1e-6);
  assertEquals(comparison.seedsAhead, 1);
  assertAlmostEquals(comparison.overImages.lower, 0, 1e-6);
  assertAlmostEquals(comparison.overImages.upper, 0.2, 1e-6);
});

Deno.test("ahead and behind are said where seeds and images agree, corrected for all comparisons", () => {
  const comparisons = madeGroup(undefined, { images: 60 }).comparisons.filter(({ weights }) => weights === "best");
  const focal = comparisons.find(({ method }) => method === "focal")!;
  assertEquals([focal.verdict, focal.seedsAhead], ["ahead", 3]);
  assertEquals(comparisons.map(({ pValue, corrected }) => corrected >= pValue), [true, true, true, true]);
  const lowest = Math.min(...comparisons.map(({ pValue }) => pValue));
  assertAlmostEquals(Math.min(...comparisons.map(({ corrected }) => corrected)), 4 * lowest, 1e-12);
  const spread = (base: number) => Array.from({ length: 60 }, (_, index) => base + 0.001 * index);
  const { comparisons: [behind] } = groupOf({ dice: Array(3).fill(spread(0.6)), adaptive: Array(3).fill(spread(0.4)) });
  assertEquals(behind.verdict, "behind");
});

Deno.test("the same runs under two names are one comparison, and one rank", () => {
  const twin = (study: { choices: object }, records: readonly RunRecord[]) =>
    resultsOf(madeStudy(study), records.map((record) => ({ ...record })));
  const chosenZero = madeRecords(madeStudy(), { images: 60, valDice: 0.7 }); // of equals the first: ε = 0
  const both = twin(madeStudyParts(true), chosenZero);
  const alone = twin(madeStudyParts(false), chosenZero);
  assertEquals(both.groups[0].methods.map(({ sameAs }) => sameAs), [
    undefined,
    undefined,
    undefined,
    "polydice1",
    undefined,
  ]);
  const of = ({ groups }: typeof both) =>
    new Map(groups[0].comparisons.map((row) => [`${row.method} ${row.weights}`, row.corrected]));
  for (const [name, corrected] of of(alone)) assertEquals(of(both).get(name), corrected, name);
  assertEquals(of(both).get("polydice1-fixed best"), of(both).get("polydice1 best"));
  assertStringIncludes(resultsPage(both), "of 4 at the best validation epoch");
  assertStringIncludes(resultsPage(both), "PolyDice-1 (best ε) has the runs of PolyDice-1 (ε = 0), and counts once.");
  assertEquals([both.networks, both.seconds], [13, 4 * (61 + 62 + 63) + 61]); // 12, and ε = 0.25 of the first seed
});

function madeStudyParts(withBest: boolean) {
  const methods = ["dice", "focal", "polydice1", ...(withBest ? ["polydice1-fixed"] : []), "adaptive"];
  return {
    runs: [{ data: [{ dataset: "kvasir-seg" }], methods, seeds: [1, 2, 3] }],
    choices: withBest
      ? { "polydice1-fixed": { title: "PolyDice-1 (best ε)", from: ["polydice1", "polydice1-0.25"] } }
      : {},
  };
}

Deno.test("it stays open where seeds disagree, however small p is, and where images are too few", () => {
  const scores = (gain: number) => Array.from({ length: 60 }, (_, index) => 0.5 + gain + 0.0001 * index);
  const shifts = [0.3, -0.1, 0.1];
  const { comparisons: [seeds] } = groupOf({ dice: shifts.map(() => scores(0)), adaptive: shifts.map(scores) });
  assert(seeds.corrected < 1e-6);
  assertEquals(seeds.verdict, "open");
  const { comparisons: [few] } = groupOf({ dice: Array(3).fill([0.5, 0.5]), adaptive: Array(3).fill([0.8, 0.9]) });
  assert(few.overSeeds!.lower > 0.2);
  assertEquals([few.pValue, few.verdict], [0.5, "open"]);
});

Deno.test("one or two seeds give no verdict, in no table and no sentence", () => {
  for (const seeds of [[1], [1, 2]]) {
    const study = madeStudy({ runs: [{ ...madeStudyParts(true).runs[0], seeds }] });
    const results = resultsOf(study, madeRecords(study, { images: 60 }));
    assertEquals(results.groups[0].comparisons.filter(({ verdict }) => verdict !== undefined), []);
    const page = resultsPage(results);
    assertStringIncludes(page, "With fewer than 3 seeds there is no verdict.");
    assert(!/ahead of|behind |not told apart|\| It is \|/.test(page.slice(page.indexOf("## Kvasir"))), page);
    assert(!resultsCsvFiles(results)["comparisons.csv"].includes("ahead\r\n"));
    assertEquals(
      results.groups[0].comparisons.every(({ overSeeds }) => (overSeeds === undefined) === (seeds.length === 1)),
      true,
    );
  }
});

Deno.test("a difference within the study's margin is told, whatever its verdict", () => {
  const scores = (gain: number) => Array.from({ length: 60 }, (_, index) => 0.5 + gain + 0.0001 * index);
  const [a, b] = [0.004, 0.04].map((gain) =>
    groupOf({ dice: Array(3).fill(scores(0)), adaptive: Array(3).fill(scores(gain)) }, 0.01).comparisons[0]
  );
  assertEquals([a.verdict, a.withinMargin, b.verdict, b.withinMargin], ["ahead", true, "ahead", false]);
  assertEquals(groupOf({ dice: [[0.5]], adaptive: [[0.5]] }, 0.01).comparisons[0].withinMargin, undefined);
});

Deno.test("images are paired by their id, in whatever order a record has them", () => {
  const turned = madeGroup((records) => records.map((record) => ({ ...record, test: record.test.toReversed() })));
  assertEquals(turned.comparisons, madeGroup().comparisons);
  const [first, second] = turned.methods;
  assertEquals(pairedScores(first, second).map(({ id }) => id), pairedScores(second, first).map(({ id }) => id));
});

Deno.test("image groups have the same images for every method, by size and by the reference's difficulty", () => {
  const { methods, imageGroups: all } = madeGroup();
  for (const [grouping, count] of [["size", 3], ["difficulty", 4]] as const) {
    const rows = all.filter((row) => row.grouping === grouping);
    assertEquals(rows.length, 5 * count);
    const dice = rows.filter(({ method }) => method === "dice");
    assertEquals(dice.reduce((sum, { images }) => sum + images, 0), 12);
    const mean = dice.reduce((sum, row) => sum + row.images * row.dice.mean, 0) / 12;
    assertAlmostEquals(mean, methods[0].best!.dice.mean, 1e-12);
  }
  assertEquals(imageGroups([], "size"), []);
});

Deno.test("ρ of uncertainty and error is 1 where difficult images have the larger error, and none where all are equal", () => {
  const { methods: [{ uncertainty }] } = resultsOf(madeStudy(madeStudyParts(false)), [
    onBest(madeRecord({ method: "dice", dice: [0.9, 0.5, 0.1] }), (_, index) => ({
      difficulty: [0.1, 0.2, 0.3][index],
      entropy: 0.1,
    })),
  ]).groups[0];
  assertAlmostEquals(uncertainty!.difficulty!.mean, 1);
  assertEquals(uncertainty!.entropy, undefined);
});

Deno.test("calibration averages errors over seeds, and adds the bins of all seeds for its curves", () => {
  const bins = (lesion: number[], errors: number[], seed: number): RunRecord => ({
    ...madeRecord({ method: "dice", seed }),
    calibration: [{ weights: "best", counts: [10, 10], probability: [2, 8], lesion }],
    uncertainty: [{ weights: "best", counts: [10, 10], errors }],
  });
  const of = (records: RunRecord[]) =>
    resultsOf(madeStudy(madeStudyParts(false)), records).groups[0].methods[0].uncertainty!;
  const row = of([bins([2, 8], [0, 2], 1), bins([0, 8], [0, 4], 2)]);
  assertAlmostEquals(row.calibrationError.mean, 0.05);
  assertAlmostEquals(row.error.mean, 0.15);
  assertEquals(row.reliability, [
    { probability: 0.2, frequency: 0.1, share: 0.5 },
    { probability: 0.8, frequency: 0.8, share: 0.5 },
  ]);
  assertEquals(row.retention, [{ rejected: 0, error: 0.15 }, { rejected: 0.5, error: 0 }]);
  const other = { ...bins([2, 8], [0, 2], 2), uncertainty: [{ weights: "best" as const, counts: [768], errors: [9] }] };
  assertThrows(() => of([bins([2, 8], [0, 2], 1), other]), RangeError, "found 2 and 1 bins");
});

const CLASHES: readonly [name: string, change: Partial<RunRecord["data"]>][] = [
  ["images", { pixels: "b".repeat(64) }],
  ["groups of images", { groups: "b".repeat(64) }],
  ["members of the split", { members: "b".repeat(64) }],
];

for (const [name, change] of CLASHES) {
  Deno.test(`runs with other ${name} can't stand in one table`, () => {
    const records = madeRecords(madeStudy());
    const last = records.at(-1)!;
    records[records.length - 1] = { ...last, data: { ...last.data, ...change } };
    assertThrows(() => resultsOf(madeStudy(), records), Error, `(run ${last.run}) has other ${name} than Dice, seed 1`);
  });
}

Deno.test("records of no run of the study are in no table, and are told", () => {
  const study = madeStudy();
  const stranger = madeRecord({ method: "tau-2" });
  const results = resultsOf(study, [...madeRecords(study), stranger]);
  assertEquals([results.networks, results.strangers], [15, [stranger]]);
  assertStringIncludes(resultsPage(results), `in no table: \`${stranger.run}\``);
});

Deno.test("records of another backend are no runs of the study", () => {
  const study = madeStudy();
  const records = madeRecords(study).map((record) => ({ ...record, backend: "cpu" }));
  assertEquals(resultsOf(study, records).networks, 0);
  assertEquals(
    resultsOf(study, records, { backend: "cpu" }).networks,
    runsOf(study, records, { backend: "cpu" }).length,
  );
});

Deno.test("blocks of one data set are one table, with the seeds that each method is to have", () => {
  const data = [{ dataset: "kvasir-seg" }];
  const runs = [{ data, methods: ["dice", "adaptive"], seeds: [1, 2] }, {
    data,
    methods: ["tvmf", "dice"],
    seeds: [3],
  }];
  const { groups } = resultsOf(madeStudy({ runs, choices: {} }), []);
  assertEquals(groups.map(({ methods }) => methods.map(({ method, planned }) => [method, planned])), [
    [["dice", [1, 2, 3]], ["adaptive", [1, 2]], ["tvmf", [3]]],
  ]);
});

Deno.test("CSV files can be read back, six digits each, with empty cells for gaps and no formula", () => {
  const study = madeStudy({
    ...madeStudyParts(false),
    methods: { mine: { title: "=1+1", set: { loss: "dice", batchSize: 4 } } },
  });
  const own = { ...study, blocks: [{ ...study.blocks[0], methods: ["mine", ...study.blocks[0].methods] }] };
  const methods = { ...own.methods, mine: { title: "=1+1", set: { loss: "dice" as const, batchSize: 4 } } };
  const files = resultsCsvFiles(
    resultsOf({ ...own, methods }, madeRecords(study).filter(({ experiment }) => experiment.seed === 1)),
  );
  assertEquals(Object.keys(files), ["methods.csv", "comparisons.csv", "image_groups.csv", "uncertainty.csv"]);
  const rows = parse(files["methods.csv"], { skipFirstRow: true });
  assertEquals(rows.map(({ method, weights }) => `${method} ${weights}`).slice(0, 3), [
    "mine best",
    "mine last",
    "dice best",
  ]);
  assertEquals([rows[0].title, rows[0].dice_mean, rows[0].seeds, rows[2].dice_sd], ["'=1+1", "", "0 of 3", ""]);
  assertEquals(rows[2].dice_mean, Number(Number(rows[2].dice_mean).toPrecision(6)).toString());
});

Deno.test("the page says whether the method is ahead, behind or not told apart, and keeps words from being markup", () => {
  const study = madeStudy({ title: "Mine | <b>", notes: ["A *note*."] });
  const page = resultsPage(resultsOf(study, madeRecords(study, { images: 60 })));
  assertStringIncludes(page, "# Mine \\| \\<b\\>\n");
  assertStringIncludes(page, "A *note*.");
  assertMatch(page, /Adaptive PolyDice-1 has rank \d of 5 at the best validation epoch/);
  assertMatch(page, /ahead of [^;]*Focal \(γ = 2\)/);
  const gaps = resultsPage(
    resultsOf(study, madeRecords(study).filter(({ experiment }) => experiment.loss !== "focal")),
  );
  assertStringIncludes(gaps, "**Not complete yet:** Focal (γ = 2) (0 of 3 seeds).");
  assertStringIncludes(gaps, "Runs are still missing");
  assert(!/\| \*\*0\./.test(gaps), "no best value is set in bold while runs are missing");
});

Deno.test("the block has a column for each data set and split, and the difference with its interval", () => {
  const data = [{ dataset: "kvasir-seg" }, { dataset: "cvc-clinicdb", split: "random" }];
  const study = madeStudy({ runs: [{ data, methods: ["polydice1", "adaptive"], seeds: [1, 2, 3] }], choices: {} });
  const [heading, , fixed, , difference] = resultsBlock(resultsOf(study, madeRecords(study))).split("\n");
  assertEquals(heading, "| Dice | Kvasir-SEG, grouped split | CVC-ClinicDB, random split |");
  assertMatch(fixed, /^\| PolyDice-1 \(ε = 0\) \| (\*\*)?0\.\d{4} ± 0\.\d{4}(\*\*)? \| /);
  assertMatch(difference, /^\| _Adaptive PolyDice-1 minus PolyDice-1 \(ε = 0\)_ \| [+−]0\.\d{3} \([+−]0\.\d{3} … /);
  assertStringIncludes(resultsBlock(resultsOf(study, [])), "No run of the study `made`");
});
