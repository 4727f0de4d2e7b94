/**
 * The options of `deno task sweep`.
 *
 * @module
 */
import { SPLIT_KINDS } from "../lib/data/split.ts";
import { protocolPlan } from "../lib/evaluation/protocol_plan.ts";
import { METHOD_NAMES, type MethodName, METHODS } from "../lib/training/methods.ts";
import { ablationRuns, type PlannedRun, protocolRuns, SEARCH_SEED } from "../lib/training/planned_run.ts";
import { PROFILE_NAMES } from "../lib/training/profiles.ts";
import { DATASETS } from "./reproduce_options.ts";
import { listOf, oneOf, readOptions, wholeNumbers } from "./task_options.ts";
import { TaskError } from "./cli/task_error.ts";
import { PLACES, PLACES_HELP, trainingPlaces } from "./train_options.ts";
import type { TrainingPlaces } from "./train_planned.ts";

/** What to train and where. */
export interface SweepOptions {
  readonly plan: readonly PlannedRun[];
  readonly places: TrainingPlaces;
  /** Whether only to print the runs. */
  readonly list: boolean;
}

const NAMES = Object.keys(METHODS) as MethodName[];

/** What `--help` prints of the choice of runs. */
export const SELECTION_HELP =
  `  --protocol         every run of the study: both data sets, all splits, methods and seeds (profiles small, thesis;
                     long: ε = 0 and the adaptive method on Kvasir-SEG)
  --ablations        every ablation of the adaptive method
  --methods LIST     a grid: ${NAMES.join(",")}, or thesis (its five)
  --profile NAME     ${PROFILE_NAMES.join(", ")}; by default small with --protocol, else quick
  --dataset LIST     only these data sets: synthetic, kvasir-seg, cvc-clinicdb
  --split LIST       only these splits: grouped, random, published
  --seeds LIST       only these seeds, as in 1-5; by default all of the protocol, else 1-3`;

/** What `--help` prints. */
export const SWEEP_HELP =
  `Trains many networks one after another and leaves a record of each. What has a record is passed over, so a
long list can be done in pieces: interrupt it with Ctrl-C, and the same command goes on.

Usage: deno task sweep --protocol | --ablations | --methods LIST [options]

${SELECTION_HELP}
  --list             print the runs and whether they have a record, train nothing
${PLACES_HELP}

All ablations on real images, 25 variants with two seeds at a small size (an hour or two on two cores):
  deno task sweep --ablations --profile quick --dataset kvasir-seg --data DIR`;

/** The options, for `node:util`'s parseArgs. */
export const SWEEP_OPTIONS = {
  protocol: { type: "boolean" },
  ablations: { type: "boolean" },
  methods: { type: "string" },
  profile: { type: "string" },
  dataset: { type: "string" },
  split: { type: "string" },
  seeds: { type: "string" },
  list: { type: "boolean" },
  ...PLACES,
} as const;

/** Values of the options; those that are not given are missing. */
export type SweepValues = {
  readonly [Name in keyof typeof SWEEP_OPTIONS]?: typeof SWEEP_OPTIONS[Name]["type"] extends "boolean" ? boolean
    : string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the options.
 *
 * @returns undefined where help is asked for
 * @throws {TaskError} with status 2 for an unknown option, a wrong value or an empty plan
 */
export function parseSweepOptions(
  args: readonly string[],
  root: string,
  env: Environment,
): SweepOptions | undefined {
  const { values } = readOptions(args, SWEEP_OPTIONS);
  return values.help ? undefined : sweepOptions(values, root, env);
}

/** What the values of {@linkcode SWEEP_OPTIONS} mean. */
export function sweepOptions(values: SweepValues, root: string, env: Environment): SweepOptions {
  const profile = oneOf("profile", values.profile, PROFILE_NAMES) ?? (values.protocol ? "small" : "quick");
  const datasets = listOf("dataset", values.dataset, DATASETS);
  const splits = listOf("split", values.split, SPLIT_KINDS);
  const seeds = wholeNumbers("seeds", values.seeds);
  const thesis = values.methods?.replaceAll(/\bthesis\b/g, METHOD_NAMES.join(","));
  const methods = listOf("methods", thesis, NAMES);
  const grid = {
    datasets: datasets ?? ["synthetic"],
    splits: splits ?? ["grouped"],
    seeds: seeds ?? [1, 2, 3],
  } as const;
  if (!values.protocol && !values.ablations && !methods) {
    throw new TaskError("Cannot sweep: say what, by --protocol, --ablations or --methods.", 2);
  }
  const plan: PlannedRun[] = [];
  if (values.protocol) {
    const wanted = protocolRuns(profile, protocolPlan(profile)).filter((run) =>
      (datasets?.includes(run.dataset as typeof datasets[number]) ?? true) && (splits?.includes(run.split) ?? true) &&
      (seeds?.includes(run.seed) ?? true) && (methods?.includes(run.method) ?? true)
    );
    plan.push(...wanted);
  } else if (methods) {
    for (const seed of grid.seeds) {
      for (const dataset of grid.datasets) {
        for (const split of grid.splits) {
          for (const method of methods) {
            plan.push({ profile, dataset, split, method, seed, searchSeed: grid.seeds[0] ?? SEARCH_SEED });
          }
        }
      }
    }
  }
  if (values.ablations) {
    for (const dataset of grid.datasets) {
      for (const split of grid.splits) plan.push(...ablationRuns(profile, { dataset, split, seeds: seeds ?? [1, 2] }));
    }
  }
  if (plan.length === 0) {
    throw new TaskError(
      protocolPlan(profile).length > 0
        ? `Cannot sweep: the protocol in the profile ${profile} has no run of all these; --protocol --list shows its runs.`
        : `Cannot sweep: the profile ${profile} has no such runs; the protocol is for small, long and thesis.`,
      2,
    );
  }
  const study = (values.protocol || values.ablations) ?? false;
  return { plan, places: trainingPlaces(values, root, env, study), list: values.list ?? false };
}
