import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { resolve } from "@std/path";
import { protocolPlan } from "../../lib/evaluation/protocol_plan.ts";
import { ABLATIONS } from "../../lib/training/ablations.ts";
import { describePlanned, plannedExperiment, plannedRecordPath } from "../../lib/training/planned_run.ts";
import { parseSweepOptions, SWEEP_HELP, type SweepOptions } from "../../tasks/sweep_options.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";

const ROOT = resolve("/project");

function parse(line: string, env: Record<string, string> = {}): SweepOptions {
  return parseSweepOptions(line.split(" ").filter((word) => word !== ""), ROOT, env)!;
}

const described = (line: string) => parse(line).plan.map(describePlanned);

Deno.test("parseSweepOptions() makes a grid of methods and seeds on synthetic images in the quick profile", () => {
  assertEquals(described("--methods dice,tvmf --seeds 1-2"), [
    "synthetic grouped dice seed 1",
    "synthetic grouped tvmf seed 1",
    "synthetic grouped dice seed 2",
    "synthetic grouped tvmf seed 2",
  ]);
  const { plan, list, places } = parse("--methods dice");
  assertEquals(new Set(plan.map(({ profile }) => profile)), new Set(["quick"]));
  assertEquals([plan.map(({ seed }) => seed), list, places.runs], [[1, 2, 3], false, resolve(ROOT, "runs")]);
});

Deno.test("parseSweepOptions() makes a grid over data sets and splits, and knows the thesis' five methods by one word", () => {
  const runs = described("--methods thesis,tvmf --dataset kvasir-seg,cvc-clinicdb --split grouped,random --seeds 4");
  assertEquals(new Set(runs).size, 6 * 2 * 2);
  assert(runs.includes("cvc-clinicdb random polydice1-fixed seed 4"));
});

Deno.test("parseSweepOptions() searches ε of all seeds of a grid with the first of them", () => {
  const { plan } = parse("--methods polydice1-fixed --seeds 3,5");
  assertEquals(plan.map(({ searchSeed }) => searchSeed), [3, 3]);
});

Deno.test("parseSweepOptions() --protocol is every run that the tables wait for, in the small profile", () => {
  const { plan } = parse("--protocol --list");
  const wanted = protocolPlan("small").flatMap(({ dataset, split, method, seeds }) =>
    seeds.map((seed) => `small/runs/${dataset}-${split}/${method}-seed${seed}.json`)
  );
  assertEquals(plan.map(plannedRecordPath).sort(), wanted.sort());
  const seeds = plan.map(({ seed }) => seed);
  assertEquals(seeds, seeds.toSorted((a, b) => a - b));
});

Deno.test("parseSweepOptions() --protocol --profile long is ε = 0 and the adaptive method, at twice the small epochs", () => {
  const { plan } = parse("--protocol --profile long");
  assertEquals(new Set(plan.map(({ method }) => method)), new Set(["polydice1", "adaptive"]));
  assertEquals(new Set(plan.map(({ dataset, split }) => `${dataset} ${split}`)), new Set(["kvasir-seg grouped"]));
  for (const run of plan) {
    const { epochs, ...settings } = plannedExperiment(run);
    const small = plannedExperiment({ ...run, profile: "small" });
    assertEquals({ ...settings, epochs: small.epochs }, small);
    assertEquals(epochs, 2 * small.epochs);
  }
});

Deno.test("parseSweepOptions() puts records of the study among the project's, and others beside their weights", () => {
  assertEquals(parse("--protocol").places.results, resolve(ROOT, "results"));
  assertEquals(parse("--ablations").places.results, resolve(ROOT, "results"));
  assertEquals(parse("--methods dice").places.results, resolve(ROOT, "runs", "results"));
});

Deno.test("parseSweepOptions() takes the part of the protocol that the options name", () => {
  assertEquals(described("--protocol --dataset kvasir-seg --split grouped --methods adaptive --seeds 2,4"), [
    "kvasir-seg grouped adaptive seed 2",
    "kvasir-seg grouped adaptive seed 4",
  ]);
});

Deno.test("parseSweepOptions() --ablations is every variant with two seeds, each with a record of its own", () => {
  const { plan } = parse("--ablations --dataset kvasir-seg");
  assertEquals(plan.length, 2 * Object.values(ABLATIONS).flat().length);
  const paths = plan.map(plannedRecordPath);
  assertEquals(new Set(paths).size, paths.length);
  assert(paths.includes("quick/ablations/slope/k-4-seed2.json"), paths[0]);
});

Deno.test("parseSweepOptions() leaves --help to the caller, whose text names every option", () => {
  assertEquals(parseSweepOptions(["--help"], ROOT, {}), undefined);
  const options = "protocol ablations methods profile dataset split seeds list data results runs log backend help";
  for (const option of options.split(" ")) assertMatch(SWEEP_HELP, new RegExp(`^  --${option}\\b`, "m"));
});

// [words, what the message tells]
const wrong: [string, string][] = [
  ["", "say what, by --protocol, --ablations or --methods"],
  ["--seeds 1", "say what"],
  ["--methods dice,unet", '--methods "unet": expected one of dice'],
  ["--methods dice --profile tiny", '--profile "tiny": expected one of'],
  ["--methods dice --dataset kvasir-seg,cvc", '--dataset "cvc": expected one of'],
  ["--methods dice --split video", '--split "video": expected one of'],
  ["--methods dice --seeds 5-1", '--seeds "5-1": expected whole numbers'],
  ["--methods dice --seeds one", '--seeds "one": expected whole numbers'],
  ["--methods dice --seeds 1-5000", "expected whole numbers"],
  ["--methods dice --backend cuda", '--backend "cuda": expected one of'],
  ["--protocol --profile smoke", "the profile smoke has no such runs; the protocol is for small, long and thesis"],
  ["--protocol --dataset synthetic", "has no run of all these"],
  ["--methods dice --seed 1", "Valid are --protocol, --ablations"],
];
for (const [line, message] of wrong) {
  Deno.test(`parseSweepOptions() refuses "${line}" with status 2`, () => {
    const error = assertThrows(() => parse(line), TaskError, message);
    assertEquals(error.status, 2);
  });
}
