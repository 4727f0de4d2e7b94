/**
 * Runs that are planned: of the protocol, of the ablations, or one that somebody asks for.
 *
 * @module
 */
import type { PlannedRuns } from "../evaluation/result_groups.ts";
import { ablationRecordPath, type RunRecord, runRecordPath } from "../evaluation/run_record.ts";
import { ABLATIONS } from "./ablations.ts";
import type { Experiment } from "./experiment.ts";
import { type MethodName, METHODS } from "./methods.ts";
import { methodExperiment, methodExperiments, type ProfileName, PROFILES } from "./profiles.ts";
import type { MethodChoice } from "./train_method.ts";

/** A run and where its record belongs. */
export interface PlannedRun {
  readonly profile: ProfileName;
  readonly dataset: string;
  readonly split: Experiment["split"];
  readonly method: MethodName;
  readonly seed: number;
  /** Seed of the search for ε, see {@linkcode MethodChoice}. */
  readonly searchSeed?: number;
  /** The ablation that it belongs to, and what differs from the method; absent: it is of the protocol. */
  readonly ablation?: {
    readonly group: string;
    readonly name: string;
    readonly title: string;
    readonly changes: Partial<Experiment>;
  };
}

/** Seed of the runs that the fixed ε of a data set and split is chosen from. */
export const SEARCH_SEED = 1;

/** Every run of the protocol that a table waits for, all methods of one seed before the next seed. */
export function protocolRuns(profile: ProfileName, groups: readonly PlannedRuns[]): PlannedRun[] {
  const runs = groups.flatMap(({ dataset, split, method, seeds }) =>
    seeds.map((seed): PlannedRun => ({
      profile,
      dataset,
      split: split as Experiment["split"],
      method: method as MethodName,
      seed,
      searchSeed: SEARCH_SEED,
    }))
  );
  return runs.sort((a, b) => a.seed - b.seed);
}

/** Every variant of every ablation, of the adaptive method on one data set. */
export function ablationRuns(
  profile: ProfileName,
  { dataset, split, seeds }: Pick<PlannedRun, "dataset" | "split"> & { readonly seeds: readonly number[] },
): PlannedRun[] {
  return seeds.flatMap((seed) =>
    Object.entries(ABLATIONS).flatMap(([group, variants]) =>
      variants.map((variant): PlannedRun => ({
        profile,
        dataset,
        split,
        method: "adaptive",
        seed,
        ablation: { group, ...variant },
      }))
    )
  );
}

/** How the run's experiment differs from the profile and the method. */
export function choiceOf({ dataset, split, seed, searchSeed, ablation }: PlannedRun): MethodChoice {
  return { dataset, split, seed, searchSeed, changes: ablation?.changes };
}

/** The settings of a planned run; where ε is searched, with an ε that the search will replace. */
export function plannedExperiment(planned: PlannedRun): Experiment {
  return methodExperiment(PROFILES[planned.profile], METHODS[planned.method], choiceOf(planned));
}

/**
 * Which planned runs each one waits for where several are trained at once, by their positions: those that come before it
 * and train a network that it uses too. So no network is trained twice.
 *
 * A search for ε shares its networks with all runs of its search seed, and every network with a run of the same settings
 * under another name.
 */
export function plannedNeeds(plan: readonly PlannedRun[]): number[][] {
  const owners = new Map<string, number>();
  return plan.map((planned, index) => {
    const method = METHODS[planned.method];
    const choice = choiceOf(planned);
    const seeds = method.searchesEpsilon
      ? [...new Set([planned.searchSeed ?? planned.seed, planned.seed])]
      : [planned.seed];
    const keys = seeds.flatMap((seed) =>
      methodExperiments(PROFILES[planned.profile], method, { ...choice, seed }).map((experiment) =>
        JSON.stringify(Object.entries(experiment).sort())
      )
    );
    const needs = keys.flatMap((key) => owners.get(key) ?? []);
    for (const key of keys) if (!owners.has(key)) owners.set(key, index);
    return [...new Set(needs)].sort((a, b) => a - b);
  });
}

/** A planned run in few words, as in `"kvasir-seg grouped adaptive seed 2"`. */
export function describePlanned({ dataset, split, method, seed, ablation }: PlannedRun): string {
  return `${dataset} ${split} ${ablation ? `${ablation.group}/${ablation.name}` : method} seed ${seed}`;
}

/** Where the record of a planned run belongs, from the folder of results on. */
export function plannedRecordPath(planned: PlannedRun): string {
  const { profile, method, ablation } = planned;
  const place = { profile, method: ablation?.name ?? method, experiment: { ...plannedExperiment(planned) } };
  return ablation ? ablationRecordPath(place, ablation.group) : runRecordPath(place);
}

/**
 * How a record differs from what is planned, as in `["epochs: planned 40, recorded 12"]`; ε is not compared where it is
 * searched.
 */
export function differencesFromRecord(planned: PlannedRun, record: RunRecord): string[] {
  const experiment: Readonly<Record<string, unknown>> = { ...plannedExperiment(planned) };
  return Object.keys(experiment)
    .filter((key) => !(key === "epsilon" && METHODS[planned.method].searchesEpsilon))
    .filter((key) => experiment[key] !== record.experiment[key])
    .map((key) => `${key}: planned ${experiment[key]}, recorded ${record.experiment[key] ?? "nothing"}`);
}
