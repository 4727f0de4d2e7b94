/**
 * The options of `deno task train`.
 *
 * @module
 */
import { resolve } from "node:path";
import { BACKEND_NAMES } from "../lib/backend/use_backend.ts";
import { SPLIT_KINDS } from "../lib/data/split.ts";
import { ABLATIONS } from "../lib/training/ablations.ts";
import { type MethodName, METHODS } from "../lib/training/methods.ts";
import { plannedExperiment, type PlannedRun } from "../lib/training/planned_run.ts";
import { PROFILE_NAMES } from "../lib/training/profiles.ts";
import { experimentChanges } from "./experiment_changes.ts";
import { DATASETS } from "./reproduce_options.ts";
import { TaskError } from "./cli/task_error.ts";
import { oneOf, readOptions, wholeNumber } from "./task_options.ts";
import type { TrainingPlaces } from "./train_planned.ts";

/** What to train and where. */
export interface TrainOptions {
  readonly planned: PlannedRun;
  readonly places: TrainingPlaces;
}

const NAMES = Object.keys(METHODS) as MethodName[];

/** What `--help` prints of the places. */
export const PLACES_HELP = `  --data DIR         folder with real images; by default what POLYDICE_DATA names
  --results DIR      folder of the records, one JSON file a run; by default results for the study (--protocol,
                     --ablations), else results in the folder of --runs
  --runs DIR         folder of checkpoints and weights; by default runs
  --log FILE         JSON lines with train/loss, val/dice, …; by default log.jsonl among the runs
  --backend NAME     tensorflow (the default), cpu or webgpu
  --help             this text`;

/** What `--help` prints. */
export const TRAIN_HELP = `Trains one network and leaves its record: settings, history, every test image's metrics.

Usage: deno task train --method NAME [options]

  --method NAME      ${NAMES.join(", ")}
  --profile NAME     ${PROFILE_NAMES.join(", ")}; by default quick
  --dataset NAME     synthetic (the default), kvasir-seg or cvc-clinicdb
  --split NAME       grouped (the default), random or published
  --seed N           by default 1
  --search-seed N    where ε is searched: seed of the runs that it is chosen from; by default the run's own
  --ablation NAME    a variant of the study's ablations of the adaptive method, as in slope/k-4
  --set KEY=VALUE    another setting than the profile's, as in slope=4 or patience=10 (early stopping); may be repeated
  --name NAME        what the run with other settings is called; by default as they are, slope-4
  --checkpoint-seconds N  time between checkpoints; by default 30
${PLACES_HELP}

Interrupted with Ctrl-C, it is saved; the same command goes on. \`deno task results\` makes tables from the records.`;

/** The options that say where things are, for every task that trains. */
export const PLACES = {
  data: { type: "string" },
  results: { type: "string" },
  runs: { type: "string" },
  log: { type: "string" },
  backend: { type: "string" },
  help: { type: "boolean" },
} as const;

const OPTIONS = {
  method: { type: "string" },
  profile: { type: "string" },
  dataset: { type: "string" },
  split: { type: "string" },
  seed: { type: "string" },
  "search-seed": { type: "string" },
  ablation: { type: "string" },
  set: { type: "string", multiple: true },
  name: { type: "string" },
  "checkpoint-seconds": { type: "string" },
  ...PLACES,
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @param root the checkout
 * @param env the environment variables; INIT_CWD is the folder in which the user typed the command
 * @returns undefined where help is asked for
 * @throws {TaskError} with status 2 for an unknown option or a wrong value
 */
export function parseTrainOptions(
  args: readonly string[],
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): TrainOptions | undefined {
  const { values } = readOptions(args, OPTIONS);
  if (values.help) return undefined;
  const method = oneOf("method", values.method, NAMES);
  if (!method) throw new TaskError(`Cannot train: no --method is given. There are ${NAMES.join(", ")}.`, 2);
  const changes = experimentChanges(values.set ?? []);
  const changed = Object.keys(changes).length > 0;
  if (!changed && values.name !== undefined) {
    throw new TaskError("Cannot train: --name is for runs with other settings, which --set gives.", 2);
  }
  const name = values.name ?? Object.entries(changes).map(([key, value]) => `${key.toLowerCase()}-${value}`).join("-");
  if (changed && !/^[a-z0-9][a-z0-9.-]*$/.test(name)) {
    throw new TaskError(`Cannot read --name "${name}": expected a–z, 0–9, point and hyphen.`, 2);
  }
  if (METHODS[method].searchesEpsilon && changes.epsilon !== undefined) {
    throw new TaskError(`Cannot train: ${method} searches ε; --set epsilon=… is for --method polydice1.`, 2);
  }
  if (values.ablation !== undefined && (changed || method !== "adaptive")) {
    throw new TaskError("Cannot train: --ablation is of --method adaptive, and stands without --set.", 2);
  }
  const searchSeed = wholeNumber("search-seed", values["search-seed"]);
  if (searchSeed !== undefined && !METHODS[method].searchesEpsilon) {
    throw new TaskError(`Cannot train: --search-seed is for methods that search ε, and ${method} does not.`, 2);
  }
  const checkpointSeconds = wholeNumber("checkpoint-seconds", values["checkpoint-seconds"]);
  const options: TrainOptions = {
    planned: {
      profile: oneOf("profile", values.profile, PROFILE_NAMES) ?? "quick",
      dataset: oneOf("dataset", values.dataset, DATASETS) ?? "synthetic",
      split: oneOf("split", values.split, SPLIT_KINDS) ?? "grouped",
      method,
      seed: wholeNumber("seed", values.seed) ?? 1,
      ...(searchSeed !== undefined && { searchSeed }),
      ...(values.ablation !== undefined && { ablation: namedAblation(values.ablation) }),
      ...(changed && { ablation: { group: method, name, title: values.set!.join(", "), changes } }),
    },
    places: { ...trainingPlaces(values, root, env), ...(checkpointSeconds !== undefined && { checkpointSeconds }) },
  };
  try {
    plannedExperiment(options.planned);
  } catch (error) {
    throw new TaskError(`Cannot train: ${(error as Error).message}`, 2);
  }
  return options;
}

/**
 * The words that make {@linkcode parseTrainOptions} read this run.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const planned = { profile: "small", dataset: "kvasir-seg", split: "grouped", method: "dice", seed: 2 } as const;
 * assertEquals(parseTrainOptions(trainArguments(planned), "/", {})?.planned, planned);
 * ```
 */
export function trainArguments({ profile, dataset, split, method, seed, searchSeed, ablation }: PlannedRun): string[] {
  return [
    ...["--method", method, "--profile", profile, "--dataset", dataset, "--split", split, "--seed", `${seed}`],
    ...(searchSeed === undefined || !METHODS[method].searchesEpsilon ? [] : ["--search-seed", `${searchSeed}`]),
    ...(ablation === undefined ? [] : ["--ablation", `${ablation.group}/${ablation.name}`]),
  ];
}

function namedAblation(words: string): NonNullable<PlannedRun["ablation"]> {
  const known = Object.entries(ABLATIONS).flatMap(([group, variants]) =>
    variants.map((variant) => ({ group, ...variant }))
  );
  const found = known.find(({ group, name }) => `${group}/${name}` === words);
  if (found) return found;
  const names = known.map(({ group, name }) => `${group}/${name}`).join(", ");
  throw new TaskError(`Cannot read --ablation "${words}": expected one of ${names}.`, 2);
}

/**
 * Where things are, from the options and the variables.
 *
 * @param study whether the runs are of the study, whose records are the project's own; others stand beside their weights
 */
export function trainingPlaces(
  values: Readonly<Partial<Record<"data" | "results" | "runs" | "log" | "backend", string>>>,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  study = false,
): TrainingPlaces {
  const path = (value: string | undefined) => value === undefined ? undefined : resolve(env.INIT_CWD ?? root, value);
  const runs = path(values.runs) ?? resolve(root, "runs");
  return {
    results: path(values.results) ?? resolve(study ? root : runs, "results"),
    data: path(values.data ?? (env.POLYDICE_DATA || undefined)),
    runs,
    cache: resolve(root, ".cache"),
    log: path(values.log),
    backend: oneOf("backend", values.backend ?? (env.POLYDICE_BACKEND || undefined), BACKEND_NAMES),
  };
}
