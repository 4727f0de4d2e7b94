import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { METHODS as METHODS_OF_THE_LIBRARY } from "../../lib/experiment/methods.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import { decisionOf, exploredMethods } from "../../lib/results/decision.ts";
import { answersText } from "../../lib/results/decision_section.ts";
import { FURTHER_KINDS, furtherPivot, furtherResults } from "../../lib/results/further_results.ts";
import { holmCorrection } from "../../lib/statistics/holm_correction.ts";
import { exclusionOf, exclusionText } from "../../lib/results/exclusion.ts";
import { epsilonResponses, signalUpdates } from "../../lib/results/epsilon_response.ts";
import type { MethodRuns } from "../../lib/results/method_results.ts";
import { resultsOf } from "../../lib/results/results_of.ts";
import { resultsBlock, resultsPage } from "../../lib/results/results_page.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { madeRecord, madeStudy } from "./made_records.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];
const METHODS = ["polydice1", "mean", "random", "adaptive"];
const MARGIN = 0.01;

/** Runs whose image i of seed s has Dice 0.6 + gain ± spread, at both epochs. */
function runs(method: string, gain: number, spread = 0.001, seeds = SEEDS): RunRecord[] {
  return seeds.map((seed) => {
    const record = madeRecord({ method, seed, images: 20 });
    const test = record.test.map((row, index) => ({
      ...row,
      dice: 0.6 + gain + spread * ((seed * 7 + index * 3 + method.length) % 5 - 2),
    }));
    return { ...record, test };
  });
}

function methodRuns(gains: Record<string, number>, spread?: number, seeds?: readonly number[]): MethodRuns[] {
  return Object.entries(gains).map(([method, gain]) => {
    const records = runs(method in METHODS_OF_THE_LIBRARY ? method : "mean", gain, spread, seeds as number[]);
    return { method, title: method, planned: SEEDS, records };
  });
}

const decide = (gains: Record<string, number>, spread?: number, seeds?: readonly number[]) =>
  decisionOf(methodRuns(gains, spread, seeds), { margin: MARGIN, weights: "last" });

const ANSWERS: [gains: Record<string, number>, spread: number, answer: string][] = [
  [{ adaptive: 0.05, mean: 0, random: 0.01 }, 0.001, "helps"],
  [{ adaptive: 0, mean: 0, random: 0 }, 0.001, "does not"],
  [{ adaptive: 0.002, mean: 0, random: 0 }, 0.0001, "helps"], // by less than matters, which is told
  [{ adaptive: -0.05, mean: 0, random: 0.2 }, 0.001, "does not"], // it harms
  [{ adaptive: 0, mean: 0.05, random: -0.05 }, 0.001, "does not"],
  [{ adaptive: 0.05, mean: 0, random: 0.05 }, 0.02, "undecided"], // ahead of one control only
  [{ adaptive: 0, mean: 0, random: 0 }, 0.2, "undecided"], // too noisy to say
];

Deno.test("decisionOf() follows the plan's rules", () => {
  for (const [gains, spread, wanted] of ANSWERS) {
    const { answer, comparisons, complete } = decide(gains, spread)!;
    assertEquals([answer, complete], [wanted, true], JSON.stringify(gains));
    assertEquals(comparisons.map(({ method }) => method), ["mean", "random"]);
  }
});

Deno.test("decisionOf() needs three seeds of the method and of every control", () => {
  assertEquals(decide({ adaptive: 0.05, mean: 0 }), undefined);
  assertEquals(decide({ mean: 0, random: 0 }), undefined);
  assertEquals(decide({ adaptive: 0.05, mean: 0, random: 0 }, 0.001, [1, 2]), undefined);
  assertEquals(decide({ adaptive: 0.05, mean: 0, random: 0 }, 0.001, [1, 2, 3])?.complete, false);
  assertEquals(
    decisionOf(methodRuns({ adaptive: 0.05, mean: 0, random: 0 }), { margin: MARGIN, weights: "last", size: "native" }),
    undefined,
  );
});

Deno.test("decisionOf() corrects p over the two controls, and says the power at the seeds' deviation", () => {
  const { comparisons } = decide({ adaptive: 0.01, mean: 0, random: 0 }, 0.02)!;
  for (const { pValue, corrected, power, equivalencePower } of comparisons) {
    assert(corrected >= pValue && corrected <= Math.min(1, 2 * pValue) + 1e-12);
    assert(power > 0.05 && power <= 1 && equivalencePower >= 0 && equivalencePower <= 1);
  }
  const precise = decide({ adaptive: 0.01, mean: 0, random: 0 }, 0.002)!;
  assert(precise.comparisons[0].power >= comparisons[0].power);
});

const study = madeStudy({
  runs: [{ data: [{ dataset: "kvasir-seg" }], methods: METHODS, seeds: SEEDS }],
  choices: {},
  compare: { method: "adaptive", with: ["mean", "random", "polydice1"] },
  margin: MARGIN,
});

Deno.test("the page of a study with the controls tells the answer, its intervals and what is missing", () => {
  const records = METHODS.flatMap((method) => runs(method, method === "adaptive" ? 0.05 : 0));
  const page = resultsPage(resultsOf(study, records));
  assertMatch(page, /The signal \*\*helps\*\*: \+0\.050 against the mean ε for every image \(95 % \+0\.0\d\d … /);
  assertMatch(page, /\| the same ε to random images *\| last epoch, working size/);
  const little = METHODS.flatMap((method) => runs(method, method === "adaptive" ? 0.002 : 0, 0.0001));
  assertMatch(resultsPage(resultsOf(study, little)), /\*\*helps\*\*, by less than would matter: \+0\.002/);
  assert(!page.includes("at once is excluded")); // it helps
  const gaps = resultsPage(resultsOf(study, records.filter(({ experiment }) => experiment.seed < 6)));
  assertStringIncludes(gaps, "**Runs are still missing; this is no final answer.**");
  const open = (seeds: number[]) =>
    resultsPage(resultsOf(study, METHODS.flatMap((method) => runs(method, 0, method === "mean" ? 0.2 : 0.1, seeds))));
  assertMatch(open(SEEDS), /An advantage of more than \+0\.\d{3} over both at once is excluded\./);
  assert(!open([1, 2, 3]).includes("at once is excluded")); // three of six seeds exclude nothing
  const harmed = METHODS.flatMap((method) => runs(method, method === "adaptive" ? -0.05 : 0));
  assertMatch(resultsPage(resultsOf(study, harmed)), /\*\*does not help\*\*; it harms: −0\.050/);
  const { compare: _, ...alone } = study;
  assertEquals(resultsOf(alone, records).groups[0].decisions, []);
});

Deno.test("answersText() says of every data set of a study the answer, or what is missing", () => {
  const two = madeStudy({
    runs: [{ data: [{ dataset: "kvasir-seg" }, { dataset: "cvc-clinicdb" }], methods: METHODS, seeds: SEEDS }],
    ...{ choices: {}, compare: { method: "adaptive", with: ["mean", "random"] }, margin: MARGIN },
  });
  const records = ["adaptive", "mean"].flatMap((method) => runs(method, 0, 0.001, [1, 2, 3]));
  const both = METHODS.flatMap((method) =>
    runs(method, method === "adaptive" ? 0.05 : 0).flatMap((record) => [
      record,
      { ...record, experiment: { ...record.experiment, dataset: "cvc-clinicdb" } },
    ])
  );
  const [main, beside] = answersText(resultsOf(two, both)).split("\n");
  assertStringIncludes(main, "The signal **helps**: +0.050");
  assertStringIncludes(beside, "Beside the main comparison, the signal _helps_: +0.050");
  assertEquals(resultsBlock(resultsOf(two, both)).trim(), answersText(resultsOf(two, both)));
  assertEquals(answersText(resultsOf(two, records)).split("\n"), [
    "- **Kvasir-SEG, grouped split, study `made`.** No answer yet. Missing runs: PolyDice-1 (ε = 0) (0 of 6), the mean ε for " +
    "every image (3 of 6), the same ε to random images (0 of 6) and Adaptive PolyDice-1 (3 of 6).",
    "- **CVC-ClinicDB, grouped split, study `made`.** No run yet.",
  ]);
});

Deno.test("exploredMethods() holds each against its own mean and the permutation, and corrects over all of them", () => {
  const methods = methodRuns({
    ...{ polydice1: 0.3, adaptive: 0.3, mean: 0, random: 0 }, // the plan's arms are not explored
    ...{ "range-0-2": 0.05, "range-0-2-mean": 0.1, "dice-loss": 0.05, "bottleneck": 0 },
  });
  const explored = exploredMethods(methods, MARGIN);
  assertEquals(
    explored.map(({ method, comparisons, goesOn }) => [method, comparisons.map((one) => one.method), goesOn]),
    [
      ["range-0-2", ["range-0-2-mean", "random"], false],
      ["dice-loss", ["mean", "random"], true],
      ["bottleneck", ["mean", "random"], false],
    ],
  );
  const all = explored.flatMap(({ comparisons }) => comparisons);
  assertEquals(all.map(({ corrected }) => corrected), holmCorrection(all.map(({ pValue }) => pValue)));
  const unfinished = methods.map((one) => one.method === "bottleneck" ? { ...one, records: [] } : one);
  const fewer = exploredMethods(unfinished, MARGIN); // what has no runs yet counts in the correction
  assertEquals(
    fewer.flatMap(({ comparisons }) => comparisons.map(({ corrected }) => corrected)),
    holmCorrection([...all.slice(0, 4).map(({ pValue }) => pValue), 1, 1]).slice(0, 4),
  );
  const early = methods.map((one) => one.method === "random" ? { ...one, records: one.records.slice(0, 4) } : one);
  assertEquals(exploredMethods(early, MARGIN).map(({ complete, goesOn }) => [complete, goesOn]), [
    [false, false],
    [false, false],
    [false, false],
  ]);
  assertEquals(exploredMethods(methodRuns({ adaptive: 0, mean: 0, random: 0 }), MARGIN), []);
  const own = exploredMethods(methodRuns({ mean: 0, x: 0.05, "x-mean": 0, "x-random": 0 }), MARGIN);
  assertEquals(own.map(({ comparisons }) => comparisons.map(({ method }) => method)), [["x-mean", "x-random"]]);
});

Deno.test("the page of a study has a table of what was explored, without a verdict", () => {
  const wider = madeStudy({
    runs: [{ data: [{ dataset: "kvasir-seg" }], methods: [...METHODS, "image-entropy"], seeds: SEEDS }],
    ...{ choices: {}, compare: { method: "adaptive", with: ["mean", "random"] }, margin: MARGIN },
  });
  const records = runsOf(wider).map(({ method, experiment }) => ({
    ...runs(method in METHODS_OF_THE_LIBRARY ? method : "mean", method === "image-entropy" ? 0.05 : 0, 0.001, [
      experiment.seed,
    ])[0],
    experiment,
  }));
  const page = resultsPage(resultsOf(wider, records));
  assertMatch(
    page,
    /### Explored\n\nNo verdict: .*\n\n\| Method \| Minus \| Seeds \| .* \| To confirm on new seeds \|/,
  );
  assertMatch(
    page,
    /\| D from the entropy over the image \| the mean ε for every image \| 6 \| \+0\.050 ± .* \| yes \|/,
  );
});

Deno.test("a study is decided against the method's own controls where it has some", () => {
  const own = (epsilonOrder: string) => ({ title: epsilonOrder, from: "image-entropy", set: { epsilonOrder } });
  const confirming = madeStudy({
    methods: { "image-entropy-mean": own("mean"), "image-entropy-random": own("random") },
    runs: [{
      data: [{ dataset: "kvasir-seg" }],
      methods: ["image-entropy", "image-entropy-mean", "image-entropy-random"],
      seeds: SEEDS,
    }],
    compare: { method: "image-entropy", with: ["image-entropy-mean", "image-entropy-random"] },
    ...{ choices: {}, margin: MARGIN },
  });
  const records = runsOf(confirming).map(({ method, experiment }) => ({
    ...runs("adaptive", method === "image-entropy" ? 0.05 : 0, 0.001, [experiment.seed])[0],
    experiment,
  }));
  const [{ decisions: [main] }] = resultsOf(confirming, records).groups;
  assertEquals([main.answer, ...main.comparisons.map(({ method }) => method)], [
    "helps",
    "image-entropy-mean",
    "image-entropy-random",
  ]);
});

Deno.test("furtherPivot() has a row for each set of images and a column for each method, last weights alone", () => {
  const external = (dataset: string, change: string, dice: number[]) => ({
    ...{ dataset, pixels: "a".repeat(64), change, weights: "last" as const, images: dice.length, dice },
    ...(change === "" ? { difficulty: [0.1, 0.2], entropy: [0.1, 0.2], predicted: [0, 0.5] } : {
      ...{ difficulty: [], entropy: [], predicted: [] },
    }),
  });
  const records = ["adaptive", "mean"].flatMap((method) => runs(method, 0, 0, [1])).map((record): RunRecord => ({
    ...record,
    external: [external("clinic", "", [0.9, 0.5]), external("kvasir-seg", "blur-1", [0.2, 0.4])],
  }));
  const { methods } = resultsOf(study, records).groups[0];
  const rows = furtherResults(FURTHER_KINDS.find(({ file }) => file === "external.csv")!, methods);
  const lines = (quantity: string) => furtherPivot(rows, quantity).trim().split("\n").slice(2);
  assertEquals(lines("Dice"), ["| clinic | 0.700 | 0.700 |", "| kvasir-seg blur-1 | 0.300 | 0.300 |"]);
  assertEquals(lines("Predicted lesion"), ["| clinic | 0.500 | 0.500 |"]);
  assertEquals(lines("ρ(entropy, 1 − Dice)"), ["| clinic | 1.000 | 1.000 |"]);
  assertMatch(furtherPivot(rows, "Dice"), /\(1 seed\) \|.*\(1 seed\) \|/);
});

Deno.test("the mean ε for every image lies below no median, which is no merit of it", () => {
  const kind = FURTHER_KINDS.find(({ file }) => file === "updates.csv")!;
  const records = METHODS.flatMap((method) => runs(method, 0, 0, [1])).map((record): RunRecord => ({
    ...record,
    epsilons: record.epsilons.map((update) => ({ ...update, worstBelowMedian: 0 })),
  }));
  const rows = furtherResults(kind, resultsOf(study, records).groups[0].methods);
  assertEquals(rows.map(({ method, quantities }) => [method, quantities["Worst below the median"]?.mean]), [
    ["mean", undefined],
    ["random", 0],
    ["adaptive", 0],
  ]);
});

Deno.test("native size is decided by the runs that were scored there, of the working size apart", () => {
  const records = METHODS.flatMap((method) =>
    runs(method, 0).map((record): RunRecord => ({
      ...record,
      native: record.test.map(({ id, weights, dice, iou, precision, recall }) => ({
        ...{ id, weights, iou, precision, recall, hd95: null, nsd: null },
        dice: method === "adaptive" ? dice + 0.1 : dice,
      })),
    }))
  );
  const { decisions } = resultsOf(study, records).groups[0];
  assertEquals(decisions.map(({ size, weights, answer }) => `${size} ${weights} ${answer}`), [
    "working last does not",
    "working best does not",
    "native last helps",
    "native best helps",
  ]);
});

Deno.test("exclusionOf() holds all pairs of runs against the thesis' advantage", () => {
  const groups = (gain: number, spread: number) => {
    const records = [...runs("polydice1", 0), ...runs("adaptive", gain, spread)];
    return resultsOf(study, records).groups;
  };
  const behind = exclusionOf([...groups(-0.02, 0.001), ...groups(-0.02, 0.001)], "last")!;
  assertEquals([behind.pairs, behind.excluded], [12, true]);
  assertAlmostEquals(behind.advantage, 0.0177, 1e-12);
  assert(behind.pValue < 0.001 && Math.abs(behind.mean + 0.02) < 0.005);
  assertEquals(exclusionOf(groups(0.0177, 0.001), "last")!.excluded, false);
  assertEquals(exclusionOf(groups(0.1, 0.001), "last")!.excluded, false); // far ahead of it excludes nothing
  assertMatch(
    exclusionText(groups(-0.02, 0.001))!,
    /last epoch −0\.0\d\d .* over 6 pairs of runs\): .* is excluded \(p < /,
  );
  const few = resultsOf(study, [...runs("polydice1", 0, 0.001, [1, 2]), ...runs("adaptive", 0, 0.001, [1, 2])]);
  assertEquals(exclusionText(few.groups), undefined);
});

Deno.test("ε of a run is its mean over the epochs, and updates are told of methods with a signal of their own", () => {
  const methods = resultsOf(study, METHODS.flatMap((method) => runs(method, 0, 0, [1]))).groups[0].methods;
  const rows = epsilonResponses(methods);
  // Made runs have three epochs and an update at the second, to 0.25.
  assertEquals(rows.map(({ method, epsilon, uniform }) => [method, Number(epsilon.toFixed(6)), uniform]), [
    ["polydice1", 0, true],
    ["mean", 0.166667, true],
    ["random", 0.166667, false],
    ["adaptive", 0.166667, false],
  ]);
  assertAlmostEquals(rows[0].dice, 0.6, 1e-12);
  assertEquals(signalUpdates(methods), []); // not measured
  const [adaptive] = methods.filter(({ method }) => method === "adaptive");
  const measured = adaptive.records.map((record) => ({
    ...record,
    epsilons: record.epsilons.map((update) => ({ ...update, worstBelowMedian: 0.4 })),
  }));
  const updates = signalUpdates([{ ...adaptive, records: measured }, ...methods]);
  assertEquals(updates.map(({ epoch, correlation, worstBelowMedian }) => [epoch, correlation, worstBelowMedian]), [
    [2, -0.5, 0.4],
  ]);
});
