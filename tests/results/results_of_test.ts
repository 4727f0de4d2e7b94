import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { parse } from "@std/csv";
import { join } from "@std/path";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import { fewSeedsTexts, knownResults } from "../../lib/results/few_seeds.ts";
import { imageGroups } from "../../lib/results/image_groups.ts";
import { pairedScores } from "../../lib/results/method_comparison.ts";
import { durationText, groupTitle, intervalText, listText, pValueText } from "../../lib/results/result_texts.ts";
import { signedText, spreadText, thesisValues } from "../../lib/results/result_texts.ts";
import { resultsCsvFiles } from "../../lib/results/results_csv.ts";
import { type GroupResults, resultsOf } from "../../lib/results/results_of.ts";
import { resultsBlock, resultsPage } from "../../lib/results/results_page.ts";
import { decodeRecord } from "../../lib/results/record_encoding.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { resultsTable, writeResults } from "../../lib/results/write_results.ts";
import { madeRecord, madeRecords, type MadeRun, madeStudy } from "./made_records.ts";

/** A study of some methods on one data set, by their Dice: of each method, of each seed, of each image. */
function groupOf(scores: Readonly<Record<string, readonly (readonly number[])[]>>, margin?: number): GroupResults {
  const methods = Object.keys(scores);
  const seeds = Math.max(...Object.values(scores).map(({ length }) => length));
  const study = madeStudy({
    runs: [{ data: DATA, methods, seeds: Array.from({ length: seeds }, (_, i) => i + 1) }],
    choices: {},
    ...(methods.includes("adaptive") ? {} : { compare: undefined }),
    margin,
  });
  const records = Object.entries(scores).flatMap(([method, seeds]) =>
    seeds.map((dice, index) => madeRecord({ method, seed: index + 1, dice }))
  );
  return resultsOf(study, records).groups[0];
}

const DATA = [{ dataset: "kvasir-seg" }];
const METHODS = ["dice", "focal", "polydice1", "polydice1-fixed", "adaptive"];

/** The made study without its choice. */
const NO_CHOICE = madeStudy({
  runs: [{ data: DATA, methods: METHODS.filter((name) => name !== "polydice1-fixed"), seeds: [1, 2, 3] }],
  choices: {},
});

/** The made study's results, with some records changed or left out. */
function madeGroup(change: (records: RunRecord[]) => RunRecord[] = (all) => all, made: MadeRun = {}) {
  const study = madeStudy();
  return resultsOf(study, change(madeRecords(study, made))).groups[0];
}

Deno.test("a method's result is the mean over images, then mean and deviation over seeds, and none where runs are missing", () => {
  const { images, methods: [{ best, seeds }] } = groupOf({ dice: [[0.5, 0.7], [0.6, 0.8]] });
  assertAlmostEquals(best!.dice.mean, 0.65);
  assertAlmostEquals(best!.dice.deviation!, 0.1 / Math.SQRT2);
  assertEquals([images, seeds], [2, "2"]);
  const { methods } = madeGroup((records) =>
    records.filter(({ experiment: { loss, seed } }) => loss !== "focal" && seed === 1)
  );
  assertEquals(methods.map((row) => `${row.method} ${row.seeds} ${row.complete}`), [
    "dice 1 of 3 false",
    "focal 0 of 3 false",
    "polydice1 1 of 3 false",
    "polydice1-fixed 1 of 3 false",
    "adaptive 1 of 3 false",
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
  const { title, from } = study.choices["polydice1-fixed"];
  assertEquals(resultsOf(study, without).groups[0].methods[3].seeds, "0 of 3");
  const validationDice = { "polydice1": 0.5, "polydice1-0.25": 0.6 };
  const made = { dataset: "kvasir-seg", split: "grouped", method: "polydice1-0.25", validationDice };
  const stated = madeStudy({ choices: { "polydice1-fixed": { title, from, made: [made] } } });
  assertEquals(resultsOf(stated, without).groups[0].methods[3].seeds, "2 of 3");
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
  const records = madeRecords(madeStudy(), { images: 60, valDice: 0.7 }); // of equals the first: ε = 0
  const [both, alone] = [resultsOf(madeStudy(), records), resultsOf(NO_CHOICE, records)];
  assertEquals(both.groups[0].methods.map(({ sameAs = "" }) => sameAs), ["", "", "", "polydice1", ""]);
  const of = ({ groups }: typeof both) =>
    new Map(groups[0].comparisons.map((row) => [`${row.method} ${row.weights}`, row.corrected]));
  for (const [name, corrected] of of(alone)) assertEquals(of(both).get(name), corrected, name);
  assertEquals(of(both).get("polydice1-fixed best"), of(both).get("polydice1 best"));
  assertStringIncludes(resultsPage(both), "of 4 at the best validation epoch");
  assertStringIncludes(resultsPage(both), "PolyDice-1 (best ε) has the runs of PolyDice-1 (ε = 0), and counts once.");
  assertEquals([both.records.length, both.seconds], [13, 4 * (61 + 62 + 63) + 61]); // 12, and ε = 0.25 of the first seed
});

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
    const study = madeStudy({ runs: [{ data: DATA, methods: METHODS, seeds }] });
    const results = resultsOf(study, madeRecords(study, { images: 60 }));
    assertEquals(results.groups[0].comparisons.filter(({ verdict }) => verdict !== undefined), []);
    const page = resultsPage(results);
    assertStringIncludes(page, "With fewer than 3 seeds there is no verdict.");
    assert(!/ahead of|behind |not told apart|\| It is \|/.test(page.slice(page.indexOf("## Kvasir"))), page);
    assert(!resultsCsvFiles(results)["comparisons.csv"].includes("ahead\r\n"));
    assert(results.groups[0].comparisons.every(({ overSeeds }) => !overSeeds === (seeds.length === 1)));
  }
});

Deno.test("a difference within the study's margin is told, whatever its verdict", () => {
  const scores = (gain: number) => Array.from({ length: 60 }, (_, index) => 0.5 + gain + 0.0001 * index);
  const [a, b] = [0.004, 0.04].map((gain) =>
    groupOf({ dice: Array(3).fill(scores(0)), adaptive: Array(3).fill(scores(gain)) }, 0.01).comparisons[0]
  );
  assertEquals([a.verdict, a.withinMargin, b.verdict, b.withinMargin], ["ahead", true, "ahead", false]);
  assert(a.equivalencePValue! < 0.001 && b.equivalencePValue! > 0.99);
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
  const record = madeRecord({ method: "dice", dice: [0.9, 0.5, 0.1] });
  const test = record.test.map((row, index) => ({ ...row, difficulty: [0.1, 0.2, 0.3][index % 3], entropy: 0.1 }));
  const { groups: [{ methods: [{ uncertainty }] }] } = resultsOf(NO_CHOICE, [{ ...record, test }]);
  assertAlmostEquals(uncertainty!.difficulty!.mean, 1);
  assertEquals(uncertainty!.entropy, undefined);
});

Deno.test("calibration averages errors over seeds", () => {
  const bins = (lesion: number[], errors: number[], seed: number): RunRecord => ({
    ...madeRecord({ method: "dice", seed }),
    calibration: [{ weights: "best", counts: [10, 10], probability: [2, 8], lesion }],
    uncertainty: [{ weights: "best", counts: [10, 10], errors }],
  });
  const of = (records: RunRecord[]) => resultsOf(NO_CHOICE, records).groups[0].methods[0].uncertainty!;
  const row = of([bins([2, 8], [0, 2], 1), bins([0, 8], [0, 4], 2)]);
  assertAlmostEquals(row.calibrationError.mean, 0.05);
  assertAlmostEquals(row.error.mean, 0.15);
});

Deno.test("runs with other images, groups or members of the split can't stand in one table", () => {
  const records = madeRecords(madeStudy());
  const last = records.at(-1)!;
  const names = { pixels: "images", groups: "groups of images", members: "members of the split" };
  for (const [field, name] of Object.entries(names)) {
    const other = { ...last, data: { ...last.data, [field]: "b".repeat(64) } };
    const message = `(run ${last.run}) has other ${name} than Dice, seed 1`;
    assertThrows(() => resultsOf(madeStudy(), records.with(-1, other)), Error, message);
  }
});

Deno.test("records of no run of the study, as of another backend, are in no table, and are told", () => {
  const study = madeStudy();
  const stranger = madeRecord({ method: "tau-2" });
  const results = resultsOf(study, [...madeRecords(study), stranger]);
  assertEquals([results.records.length, results.strangers], [15, [stranger]]);
  assertStringIncludes(resultsPage(results), `in no table: \`${stranger.run}\``);
  const elsewhere = madeRecords(study).map((record) => ({ ...record, backend: "cpu" }));
  assertEquals(resultsOf(study, elsewhere).records.length, 0);
  const wanted = runsOf(study, elsewhere, { backend: "cpu" }).length;
  assertEquals(resultsOf(study, elsewhere, { backend: "cpu" }).records.length, wanted);
});

Deno.test("blocks of one data set are one table, with the seeds that each method is to have", () => {
  const block = (methods: string[], seeds: number[]) => ({ data: DATA, methods, seeds });
  const runs = [block(["dice", "adaptive"], [1, 2]), block(["tvmf", "dice"], [3])];
  const { groups } = resultsOf(madeStudy({ runs, choices: {} }), []);
  assertEquals(groups.map(({ methods }) => methods.map(({ method, planned }) => [method, planned])), [
    [["dice", [1, 2, 3]], ["adaptive", [1, 2]], ["tvmf", [3]]],
  ]);
});

Deno.test("CSV files can be read back, six digits each, with empty cells for gaps and no formula", () => {
  const mine = { title: "=1+1", set: { loss: "dice", batchSize: 4 } };
  const runs = [{ data: DATA, methods: ["mine", "dice", "polydice1", "adaptive"], seeds: [1, 2, 3] }];
  const study = madeStudy({ methods: { mine }, runs, choices: {} });
  const some = madeRecords(NO_CHOICE).filter(({ experiment }) => experiment.seed === 1);
  const files = resultsCsvFiles(resultsOf(study, some));
  const names = ["methods", "comparisons", "image_groups", "uncertainty", "signals"];
  assertEquals(Object.keys(files), names.map((name) => `${name}.csv`));
  const rows = parse(files["methods.csv"], { skipFirstRow: true });
  const first = rows.slice(0, 3).map(({ method, weights }) => `${method} ${weights}`);
  assertEquals(first, ["mine best", "mine last", "dice best"]);
  assertEquals([rows[0].title, rows[0].dice_mean, rows[0].seeds, rows[2].dice_sd], ["'=1+1", "", "0 of 3", ""]);
  assertEquals(rows[2].dice_mean, Number(Number(rows[2].dice_mean).toPrecision(6)).toString());
});

Deno.test("the page says whether the method is ahead, behind or not told apart, and keeps words from being markup", () => {
  const study = madeStudy({ title: "Mine | <b>", notes: ["A *note*."] });
  const page = resultsPage(resultsOf(study, madeRecords(study, { images: 60 })));
  assertStringIncludes(page, "# Mine \\| &lt;b&gt;\n");
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

Deno.test("images from elsewhere, at native size and signals have tables where a run has them, over seeds", () => {
  const study = NO_CHOICE;
  const withMore = (record: RunRecord): RunRecord => ({
    ...record,
    native: record.test.slice(0, 2).map(({ foreground: _f, difficulty: _d, entropy: _e, ...row }) => ({
      ...row,
      hd95: null,
      nsd: null,
    })),
    external: [{
      dataset: "elsewhere",
      pixels: "a".repeat(64),
      change: "blur-2",
      weights: "best",
      images: 3,
      dice: [0.9, 0.5, 0.1],
      difficulty: [0, 0, 0],
      entropy: [0.1, 0.2, 0.3],
      predicted: [0, 0.1, 0.2],
    }],
  });
  const results = resultsOf(
    study,
    madeRecords(study).map((record) => record.experiment.loss === "dice" ? withMore(record) : record),
  );
  const page = resultsPage(results);
  assertMatch(
    page,
    /### At the size of the files[^#]*\| Dice \| best epoch \| native size \| 3 \| 0\.\d+ ± 0\.\d+ \| 0\.\d+ ± 0\.\d+ \|/,
  );
  assertStringIncludes(
    page,
    "| Dice | best epoch | elsewhere blur-2 | 3 | 0.500 ± 0.000 | 1.000 ± 0.000 | 0.667 ± 0.000 |",
  );
  assertMatch(
    page,
    /### How well each signal tells the error[^#]*\| Focal \(γ = 2\) \| best epoch \| entropy \| 3 \| – \| 0\.500/,
  );
  assert(!page.includes("### ε at each update"));
  const [row] = parse(resultsCsvFiles(results)["external.csv"], { skipFirstRow: true });
  assertEquals([row.method, row.of, row.seeds, row["Dice mean"]], ["dice", "elsewhere blur-2", "3", "0.5"]);
});

/** One seed of the thesis' five methods. */
function oneSeed(dataset = "kvasir-seg") {
  const study = madeStudy({ runs: [{ data: [{ dataset }], methods: METHODS, seeds: [1] }] });
  return resultsOf(study, madeRecords(study));
}

Deno.test("resultsTable() sets the best mean in bold and the thesis' value in brackets", () => {
  const [header, , dice, , , , adaptive] = resultsTable(oneSeed()).split("\n");
  assertEquals(header, "| Method | ε | Dice | IoU | Precision | Recall |");
  assertMatch(dice, /^\| Dice \| – \| (\*\*)?0\.\d{4}(\*\*)? \(0\.7895\) \|/);
  assertMatch(adaptive, /^\| Adaptive PolyDice-1 \| adaptive \| (\*\*)?0\.\d{4}(\*\*)? \(0\.8272\) \|/);
  assertEquals(resultsTable(oneSeed()).split("\n").slice(2, 7).join().match(/\*\*0\.\d{4}\*\* \(/g)!.length >= 4, true);
});

Deno.test("resultsTable() says what the numbers depend on, where the thesis has none, and that one seed is no verdict", () => {
  const text = resultsTable(oneSeed("synthetic"));
  const parts = ["Synthetic images, grouped split", "12 test images", "`smoke`", "seed 1", "Deno 2.9.6"];
  for (const part of [...parts, "The thesis has no table for these images", "One seed is no verdict"]) {
    assertStringIncludes(text, part);
  }
  assert(!/\(0\./.test(text), "no brackets without a thesis value");
});

Deno.test("with few seeds the committed protocol is cited: how far seeds lie apart, and what it found", async () => {
  const known = await knownResults();
  const [said, spread, answer] = fewSeedsTexts(oneSeed().groups[0], known);
  assertStringIncludes(said, "One seed is no verdict");
  assertMatch(
    spread,
    /^In the study “.+” \(Kvasir-SEG, grouped split, profile small\), .* deviation of 0\.002 to 0\.023\.$/,
  );
  assertEquals(
    answer,
    "There Adaptive PolyDice-1 minus PolyDice-1 (ε = 0) is −0.016 over 5 seeds, 95 % interval −0.042 to +0.007: the two " +
      "are not told apart.",
  );
  assertEquals(fewSeedsTexts(known.groups[0], known), []);
});

Deno.test("writeResults() leaves table, CSV of both weights, and everything with each record as JSON", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const results = oneSeed();
    const markdown = await writeResults(folder, results);
    assertEquals(await Deno.readTextFile(join(folder, "results.md")), markdown);
    const rows = parse(await Deno.readTextFile(join(folder, "results.csv")), { skipFirstRow: true });
    assertEquals(rows.length, 10);
    assertEquals([rows[0].dice_thesis, rows[0].weights], ["0.7895", "best"]);
    const json = JSON.parse(await Deno.readTextFile(join(folder, "results.json")));
    assertEquals(json.groups[0].methods.map(({ runs }: { runs: string[] }) => runs.length), [1, 1, 1, 1, 1]);
    const read = (json.records as object[]).map((record) => decodeRecord(JSON.stringify(record), "results.json"));
    const runs = results.groups[0].methods.flatMap(({ records }) => records.map(({ run }) => run));
    assertEquals(new Set(read.map(({ run }) => run)), new Set(runs));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("numbers and lists read as English, with a true minus and no p-value of 0", () => {
  const signed = [0.0124, -0.0124, -0.0001, 0].map((value) => signedText(value));
  assertEquals(signed, ["+0.012", "−0.012", "+0.000", "+0.000"]);
  assertEquals(spreadText({ mean: 0.81234, deviation: 0.00412 }), "0.8123 ± 0.0041");
  assertEquals(spreadText({ mean: -0.5 }, 2), "−0.50"); // one seed has no deviation
  assertEquals([spreadText(undefined), intervalText(undefined)], ["–", "–"]);
  assertEquals([1e-20, 0.0009999, 0.001, 0.0496, 1].map(pValueText), ["< 0.001", "< 0.001", "0.001", "0.050", "1.000"]);
  assertEquals([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(listText), ["none", "a", "a and b", "a, b and c"]);
  assertEquals([12.4, 90, 5399, 11520].map(durationText), ["12 s", "2 min", "90 min", "3.2 h"]);
});

Deno.test("images of one's own wear their own name, whatever it is, and none of the thesis' numbers", () => {
  const published = { dataset: "kvasir-seg", split: "published", set: {} };
  const own = { ...published, own: "kvasir-seg", split: "fold-2-of-5", set: { fit: "pad" as const } };
  assertEquals([published, own].map(groupTitle), ["Kvasir-SEG, published split", "kvasir-seg, fold 2 of 5, fit pad"]);
  assertEquals([published, own].map((data) => thesisValues("dice", data)?.dice), [0.7895, undefined]);
});
