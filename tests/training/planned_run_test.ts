import { assert, assertEquals } from "@std/assert";
import { protocolPlan } from "../../lib/evaluation/protocol_plan.ts";
import {
  ablationRuns,
  describePlanned,
  plannedNeeds,
  type PlannedRun,
  protocolRuns,
} from "../../lib/training/planned_run.ts";

const run = (method: PlannedRun["method"], seed: number, changes: Partial<PlannedRun> = {}): PlannedRun => ({
  profile: "smoke",
  dataset: "synthetic",
  split: "grouped",
  method,
  seed,
  searchSeed: 1,
  ...changes,
});

// [plan, positions that each waits for]
const cases: [string, PlannedRun[], number[][]][] = [
  ["nothing for other methods, seeds, splits", [
    run("dice", 1),
    run("dice", 2),
    run("focal", 1),
    run("dice", 1, { split: "random" }),
  ], [[], [], [], []]],
  ["the search of the search seed", [
    run("polydice1-fixed", 1),
    run("polydice1-fixed", 2),
    run("polydice1-fixed", 3),
  ], [[], [0], [0]]],
  ["ε = 0 of its own seed, which is in the grid", [
    run("polydice1", 2),
    run("polydice1-fixed", 1),
    run("polydice1-fixed", 2),
  ], [[], [], [0, 1]]],
  ["a run of the same settings under another name", [
    run("adaptive", 1),
    ...ablationRuns("smoke", { dataset: "synthetic", split: "grouped", seeds: [1] }).slice(0, 2),
  ], [[], [0], [0]]],
];
for (const [what, plan, needs] of cases) {
  Deno.test(`plannedNeeds() has a run wait for ${what}`, () => assertEquals(plannedNeeds(plan), needs));
}

Deno.test("plannedNeeds() lets all but the searches and repetitions of the protocol go at once", () => {
  const plan = protocolRuns("small", protocolPlan("small"));
  plannedNeeds(plan).forEach((needs, index) => {
    assert(needs.every((other) => other < index));
    if (needs.length > 0) assertEquals(plan[index].method, "polydice1-fixed", describePlanned(plan[index]));
  });
});
