/**
 * Which runs the tables of results wait for.
 *
 * @module
 */
import type { PlannedRuns } from "./result_groups.ts";
import { THESIS_TABLE_2 } from "./thesis_results.ts";

/** Titles of the methods, in the order of the tables. */
const TITLES: Readonly<Record<string, string>> = {
  "dice": "Dice",
  "focal": "Focal (γ = 2)",
  "polydice1": "PolyDice-1 (ε = 0)",
  "polydice1-fixed": "PolyDice-1 (best ε)",
  "adaptive": "Adaptive PolyDice-1",
  "dice-ce": "Cross entropy + Dice",
  "tvmf": "Adaptive t-vMF Dice",
};

/** Data sets and splits; the first has five seeds of the thesis' methods, everything else has three. */
const GROUPS: readonly (readonly [dataset: string, split: string])[] = [
  ["kvasir-seg", "grouped"],
  ["kvasir-seg", "published"],
  ["cvc-clinicdb", "grouped"],
  ["cvc-clinicdb", "random"],
];

/** Profiles in which the whole protocol is run. */
const WHOLE = ["small", "thesis"];

/** The profile that trains longer, and what of the protocol it repeats: the thesis' question, on its first data set. */
const LONGER = "long";
const LONGER_METHODS = ["polydice1", "adaptive"];

/** The runs of the protocol in a profile; none in profiles that are for trying out. */
export function protocolPlan(profile: string): PlannedRuns[] {
  if (profile === LONGER) {
    return planOf(GROUPS[0]).filter(({ method }) => LONGER_METHODS.includes(method));
  }
  return WHOLE.includes(profile) ? GROUPS.flatMap(planOf) : [];
}

function planOf([dataset, split]: typeof GROUPS[number]): PlannedRuns[] {
  const first = dataset === GROUPS[0][0] && split === GROUPS[0][1];
  return Object.entries(TITLES).map(([method, title]) => ({
    dataset,
    split,
    method,
    title,
    seeds: first && method in THESIS_TABLE_2 ? [1, 2, 3, 4, 5] : [1, 2, 3],
  }));
}
