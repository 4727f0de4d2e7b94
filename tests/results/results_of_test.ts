import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parse } from "@std/csv";
import { summarizeAblations } from "../../lib/evaluation/ablation_summary.ts";
import { summarizeCalibration } from "../../lib/evaluation/calibration_summary.ts";
import { correlateDifficulty } from "../../lib/evaluation/difficulty_error.ts";
import { summarizeImageGroups } from "../../lib/evaluation/image_groups.ts";
import { compareWithAdaptive } from "../../lib/evaluation/method_comparison.ts";
import { summarizeMethods } from "../../lib/evaluation/method_summary.ts";
import { protocolPlan } from "../../lib/evaluation/protocol_plan.ts";
import { protocolResults } from "../../lib/evaluation/protocol_results.ts";
import { groupRecords } from "../../lib/evaluation/result_groups.ts";
import { resultsCsvFiles } from "../../lib/evaluation/results_csv.ts";
import { resultsBlock } from "../../lib/evaluation/results_markdown.ts";
import type { RunRecord, TestRecord } from "../../lib/evaluation/run_record.ts";
import { METHODS } from "../../lib/training/methods.ts";
import { madeProtocol, madeRecord } from "./made_records.ts";

/** A record whose best weights have these Dice values, in the order of the images. */
function withDice(record: RunRecord, dice: readonly number[], change: Partial<TestRecord> = {}): RunRecord {
  const test = record.test.map((row, index) => row.weights === "best" ? { ...row, dice: dice[index], ...change } : row);
  return { ...record, test };
}

/** Two images; Dice of every method by seed. */
function groupOf(scores: Readonly<Record<string, readonly (readonly number[])[]>>) {
  const records = Object.entries(scores).flatMap(([method, seeds]) =>
    seeds.map((dice, index) => withDice(madeRecord({ method, seed: index + 1, images: dice.length }), dice))
  );
  return groupRecords(records)[0];
}

Deno.test("summarizeMethods() is the mean over images, then mean and deviation over seeds", () => {
  const [{ best, images, seeds }] = summarizeMethods(groupOf({ dice: [[0.5, 0.7], [0.6, 0.8]] }));
  assertAlmostEquals(best!.dice.mean, 0.65);
  assertAlmostEquals(best!.dice.deviation!, 0.1 / Math.SQRT2);
  assertEquals([images, seeds], [2, "2"]);
});

Deno.test("summarizeMethods() has no deviation for one seed and no number for none", () => {
  const plan = [{ dataset: "kvasir-seg", split: "grouped", method: "focal", title: "Focal", seeds: [1] }];
  const summaries = summarizeMethods(groupRecords([madeRecord()], plan)[0]);
  assertEquals(summaries.map(({ best, last }) => [best?.dice.seeds, last?.dice.deviation]), [
    [undefined, undefined],
    [1, undefined],
  ]);
});

Deno.test("summarizeMethods() tells ε as it was set, chosen or followed, and the thesis' numbers on its data set", () => {
  const records = [...madeProtocol([1, 2]), madeRecord({ method: "dice-ce" })];
  records.push(madeRecord({ method: "polydice1-fixed", title: "x", seed: 3, experiment: { epsilon: 0 } }));
  const summaries = summarizeMethods(groupRecords(records)[0]);
  assertEquals(summaries.map(({ epsilon }) => epsilon), ["–", "–", "0", "0 (1 ×), 0.25 (2 ×)", "adaptive", "–"]);
  assertEquals(summaries.map(({ thesis }) => thesis?.dice), [0.7895, 0.7192, 0.8095, 0.8095, 0.8272, undefined]);
  const [other] = summarizeMethods(groupRecords([madeRecord({ dataset: "cvc-clinicdb", method: "dice" })])[0]);
  assertEquals(other.thesis, undefined);
});

Deno.test("compareWithAdaptive() takes the seeds that both have, and averages them image by image", () => {
  const group = groupOf({ dice: [[0.5, 0.5], [0.5, 0.5]], adaptive: [[0.6, 0.4], [0.8, 0.6], [0, 0]] });
  const [comparison, ...others] = compareWithAdaptive(group);
  assertEquals(others, []);
  assertEquals([comparison.method, comparison.seeds, comparison.images], ["dice", [1, 2], 2]);
  assertAlmostEquals(comparison.bySeed.mean, 0.1);
  assertAlmostEquals(comparison.bySeed.deviation!, 0.2 / Math.SQRT2);
  assertEquals(comparison.seedsAhead, 1);
  assertAlmostEquals(comparison.overImages.lower, 0);
  assertAlmostEquals(comparison.overImages.upper, 0.2);
  assertEquals(comparison.verdict, "open");
});

Deno.test("compareWithAdaptive() says ahead and behind where seeds and images agree, corrected for all comparisons", () => {
  const comparisons = compareWithAdaptive(groupRecords(madeProtocol([1, 2, 3], { images: 60 }))[0]);
  const focal = comparisons.find(({ method }) => method === "focal")!;
  assertEquals([focal.verdict, focal.seedsAhead], ["ahead", 3]);
  assertEquals(comparisons.map(({ pValue, corrected }) => corrected >= pValue), [true, true, true, true]);
  const lowest = Math.min(...comparisons.map(({ pValue }) => pValue));
  assertAlmostEquals(Math.min(...comparisons.map(({ corrected }) => corrected)), 4 * lowest, 1e-12);
  const worse = madeProtocol([1, 2, 3], { images: 60 }).filter(({ method }) => method === "dice")
    .concat([1, 2, 3].map((seed) => madeRecord({ method: "adaptive", gain: -0.2, seed, images: 60 })));
  assertEquals(compareWithAdaptive(groupRecords(worse)[0])[0].verdict, "behind");
});

Deno.test("the same runs under two names are one comparison, and one rank", () => {
  const names = ["dice", "polydice1", "adaptive"];
  const runs = madeProtocol([1, 2, 3], { images: 60 }).filter(({ method }) => names.includes(method));
  const twins = runs.filter(({ method }) => method === "polydice1").map((run) => ({
    ...run,
    method: "polydice1-fixed",
  }));
  const group = groupRecords([...runs, ...twins])[0];
  assertEquals(group.methods.map(({ sameAs }) => sameAs), [undefined, undefined, "polydice1", undefined]);
  const withTwin = new Map(compareWithAdaptive(group).map((row) => [row.method, row.corrected]));
  for (const { method, corrected } of compareWithAdaptive(groupRecords(runs)[0])) {
    assertEquals(withTwin.get(method), corrected, method);
  }
  assertEquals(withTwin.get("polydice1-fixed"), withTwin.get("polydice1"));
  const results = protocolResults({ profile: "small", runs: [...runs, ...twins], ablations: [] });
  assertStringIncludes(resultsBlock(results), "of 3 at the best validation epoch");
  assertStringIncludes(resultsBlock(results), "Method polydice1 has the runs of Method polydice1, and counts once.");
  assertEquals([results.networks, results.seconds], [9, 3 * (61 + 62 + 63)]);
});

Deno.test("compareWithAdaptive() leaves it open with one seed, and where seeds disagree, however small p is", () => {
  const images = 60;
  const shifts = [0.3, -0.1, 0.1];
  const scores = (gain: number) => Array.from({ length: images }, (_, index) => 0.5 + gain + 0.0001 * index);
  const group = groupOf({ dice: shifts.map(() => scores(0)), adaptive: shifts.map(scores) });
  const [seeds] = compareWithAdaptive(group);
  assert(seeds.corrected < 1e-6);
  assertEquals(seeds.verdict, "open");
  const [one] = compareWithAdaptive(groupOf({ dice: [scores(0)], adaptive: [scores(0.2)] }));
  assertEquals([one.overSeeds, one.verdict], [undefined, "open"]);
});

Deno.test("compareWithAdaptive() leaves it open where images are too few for a small p, however far 0 is", () => {
  const [few] = compareWithAdaptive(groupOf({ dice: [[0.5, 0.5], [0.5, 0.5]], adaptive: [[0.8, 0.9], [0.8, 0.9]] }));
  assert(few.overSeeds!.lower > 0.2);
  assertEquals([few.pValue, few.verdict], [0.5, "open"]);
});

Deno.test("compareWithAdaptive() pairs images by their id, in whatever order a record has them", () => {
  const [dice, adaptive] = ["dice", "adaptive"].map((method) => madeRecord({ method }));
  const turned = { ...adaptive, test: adaptive.test.toReversed() };
  assertEquals(
    compareWithAdaptive(groupRecords([dice, turned])[0]),
    compareWithAdaptive(groupRecords([dice, adaptive])[0]),
  );
});

Deno.test("summarizeImageGroups() has the same images for every method, by size and by the reference's difficulty", () => {
  const group = groupRecords(madeProtocol([1, 2]))[0];
  for (const [grouping, count] of [["size", 3], ["difficulty", 4]] as const) {
    const rows = summarizeImageGroups(group, grouping);
    assertEquals(rows.length, 5 * count);
    const dice = rows.filter(({ method }) => method === "dice");
    assertEquals(dice.reduce((sum, { images }) => sum + images, 0), 12);
    const mean = dice.reduce((sum, row) => sum + row.images * row.dice.mean, 0) / 12;
    assertAlmostEquals(mean, summarizeMethods(group)[0].best!.dice.mean, 1e-12);
    assertEquals(rows.filter(({ adaptiveAhead }) => adaptiveAhead === undefined).length, count);
  }
});

Deno.test("summarizeImageGroups() by difficulty needs the reference's runs", () => {
  const group = groupRecords(madeProtocol([1]).filter(({ method }) => method !== "polydice1"))[0];
  assertEquals(summarizeImageGroups(group, "difficulty"), []);
  assertEquals(summarizeImageGroups(group, "size").length, 12);
});

Deno.test("correlateDifficulty() is 1 where difficult images have the larger error, and nothing where all are equal", () => {
  const record = madeRecord({ images: 3 });
  const ordered = withDice(record, [0.9, 0.5, 0.1]);
  const difficulties = [0.1, 0.2, 0.3];
  const test = ordered.test.map((row, index) => ({ ...row, difficulty: difficulties[index % 3], entropy: 0.1 }));
  const [{ difficulty, entropy }] = correlateDifficulty(groupRecords([{ ...ordered, test }])[0]);
  assertAlmostEquals(difficulty!.mean, 1);
  assertEquals(entropy, undefined);
});

Deno.test("summarizeCalibration() averages errors over seeds, and adds the bins of all seeds for its curves", () => {
  const bins = (lesion: number[], errors: number[], seed: number): RunRecord => ({
    ...madeRecord({ seed }),
    calibration: [{ weights: "best", counts: [10, 10], probability: [2, 8], lesion }],
    uncertainty: [{ weights: "best", counts: [10, 10], errors }],
  });
  const [row] = summarizeCalibration(groupRecords([bins([2, 8], [0, 2], 1), bins([0, 8], [0, 4], 2)])[0]);
  assertAlmostEquals(row.calibrationError.mean, 0.05);
  assertAlmostEquals(row.error.mean, 0.15);
  assertEquals(row.reliability, [
    { probability: 0.2, frequency: 0.1, share: 0.5 },
    { probability: 0.8, frequency: 0.8, share: 0.5 },
  ]);
  assertEquals(row.retention, [{ rejected: 0, error: 0.15 }, { rejected: 0.5, error: 0 }]);
});

Deno.test("summarizeCalibration() refuses to add bins of different number", () => {
  const other = madeRecord({ seed: 2 });
  const uncertainty = [{ weights: "best" as const, counts: [768], errors: [9] }];
  const group = groupRecords([madeRecord(), { ...other, uncertainty }])[0];
  assertThrows(() => summarizeCalibration(group), RangeError, "found 10 and 1 bins");
});

Deno.test("summarizeAblations() compares with the ablation's reference on the same seeds, or with the shared one", () => {
  const runs = [
    ...[1, 2, 3].map((seed) => ({ ablation: "interval", record: madeRecord({ method: "reference", seed }) })),
    ...[2, 3].map((seed) => ({ ablation: "interval", record: madeRecord({ method: "tau-5", gain: 0.1, seed }) })),
    { ablation: "reference", record: madeRecord({ method: "reference", gain: -0.1 }) },
    { ablation: "slope", record: madeRecord({ method: "k-1", experiment: { slope: 1 } }) },
  ];
  const rows = summarizeAblations(runs);
  assertEquals(rows.map(({ ablation, variant, seeds }) => [ablation, variant, seeds.length]), [
    ["interval", "reference", 3],
    ["interval", "tau-5", 2],
    ["slope", "reference", 1],
    ["slope", "k-1", 1],
  ]);
  assertEquals(rows[1].difference!.bySeed.seeds, 2);
  assert(rows[1].difference!.bySeed.mean > 0.05);
  assert(rows[3].difference!.bySeed.mean > 0.05);
  assertEquals(rows[0].difference, undefined);
});

Deno.test("summarizeAblations() has no difference where there is no reference, and refuses other settings", () => {
  const [row] = summarizeAblations([{ ablation: "slope", record: madeRecord({ method: "k-1" }) }]);
  assertEquals([row.variant, row.difference], ["k-1", undefined]);
  const other = madeRecord({ method: "reference", experiment: { epochs: 9 } });
  const runs = [{ ablation: "slope", record: other }, { ablation: "slope", record: madeRecord({ method: "k-1" }) }];
  assertThrows(() => summarizeAblations(runs), Error, "epochs");
});

Deno.test("summarizeAblations() does not compare with a shared reference of other settings", () => {
  const reference = { ablation: "reference", record: madeRecord({ method: "reference", experiment: { epochs: 9 } }) };
  const rows = summarizeAblations([reference, { ablation: "slope", record: madeRecord({ method: "k-1" }) }]);
  assertEquals(rows.map(({ variant, difference }) => [variant, difference]), [["k-1", undefined]]);
});

Deno.test("resultsCsvFiles() can be read back, six digits each, with empty cells for gaps", () => {
  const plan = [{ dataset: "kvasir-seg", split: "grouped", method: "mine", title: "Mine", seeds: [1] }];
  const files = resultsCsvFiles(protocolResults({ profile: "small", runs: madeProtocol([1]), ablations: [] }, plan));
  assertEquals(Object.keys(files), [
    "methods.csv",
    "comparisons.csv",
    "image_groups.csv",
    "difficulty.csv",
    "calibration.csv",
  ]);
  const rows = parse(files["methods.csv"], { skipFirstRow: true });
  assertEquals(rows.map(({ method, weights }) => `${method} ${weights}`).slice(0, 3), [
    "mine best",
    "mine last",
    "dice best",
  ]);
  assertEquals([rows[0].dice_mean, rows[0].seeds, rows[2].dice_sd], ["", "0 of 1", ""]);
  assertEquals(rows[2].dice_mean, Number(Number(rows[2].dice_mean).toPrecision(6)).toString());
});

Deno.test("resultsBlock() says whether the adaptive method is ahead, behind or not told apart", () => {
  const runs = madeProtocol([1, 2, 3], { images: 60 }).filter(({ method }) => method !== "adaptive")
    .concat([1, 2, 3].map((seed) => madeRecord({ method: "adaptive", title: "A", gain: -0.1, seed, images: 60 })));
  const block = resultsBlock(protocolResults({ profile: "small", runs, ablations: [] }));
  assertStringIncludes(block, "A has rank 4 of 5 at the best validation epoch");
  assertStringIncludes(block, "ahead of Method focal, behind Method dice, Method polydice1 and Method polydice1-fixed");
});

Deno.test("the plan of the protocol has every method of the library under its own title", () => {
  const plan = protocolPlan("small");
  assertEquals(new Set(plan.map(({ method }) => method)), new Set(Object.keys(METHODS)));
  for (const { method, title } of plan) assertEquals(title, METHODS[method as keyof typeof METHODS].title);
  const seeds = (dataset: string, split: string, method: string) =>
    plan.find((runs) => runs.dataset === dataset && runs.split === split && runs.method === method)?.seeds.length;
  assertEquals(seeds("kvasir-seg", "grouped", "adaptive"), 5);
  assertEquals(seeds("cvc-clinicdb", "random", "adaptive"), 3);
  assertEquals(protocolPlan("quick"), []);
});
