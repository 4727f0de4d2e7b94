/**
 * The options of `deno task reproduce`.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { chosenProcessor } from "./setup.ts";
import type { Processor } from "./setup/pinned_environment.ts";
import { TaskError } from "./cli/task_error.ts";

/** The sizes in which the experiments exist. */
export const PROFILES = ["smoke", "quick", "small", "long", "thesis"] as const;
/** The data sets. */
export const DATASETS = ["synthetic", "kvasir-seg", "cvc-clinicdb"] as const;
/** The compute backends. */
export const BACKENDS = ["tensorflow", "cpu", "webgpu"] as const;

/** What to reproduce. */
export interface ReproduceOptions {
  readonly profile: typeof PROFILES[number];
  /** Undefined: the one that the data folder holds, else the synthetic one. */
  readonly dataset?: typeof DATASETS[number];
  /** Absolute path of the folder with real images. */
  readonly data?: string;
  readonly seed?: number;
  readonly backend?: typeof BACKENDS[number];
  /** Absolute path of the folder for the table and the executed notebooks. */
  readonly results: string;
  /** The build of TensorFlow to set up. */
  readonly processor?: Processor;
  /** Numbers of the notebooks to run; undefined: all. */
  readonly notebooks?: readonly number[];
  /** Whether to show the report in the browser. */
  readonly open: boolean;
  /** Whether to print what the notebooks print. */
  readonly verbose: boolean;
}

/** What `--help` prints. */
export const HELP =
  `Runs the five notebooks of the thesis from top to bottom and writes a table of results and a report.

Usage: deno task reproduce [options]

  --profile NAME     smoke (seconds, for tests), quick (at most 5 minutes on 2 cores, the default),
                     small, long (small with twice the epochs), or thesis (the thesis' settings, exactly)
  --data DIR         folder with real images: Kvasir-SEG or CVC-ClinicDB in their own layouts
  --dataset NAME     synthetic, kvasir-seg or cvc-clinicdb; by default what --data holds, else synthetic
  --seed N           whole number from which all randomness derives
  --backend NAME     tensorflow (the default), cpu or webgpu
  --results DIR      where report, table and executed notebooks go; by default results/latest
  --notebooks LIST   only these, as in 1,3
  --open             show the report in the default browser
  --cpu, --gpu       the build of TensorFlow to set up, where none is installed or another one
  --verbose          print what the notebooks print
  --help             this text

An option that is not given is read from the variable POLYDICE_PROFILE, POLYDICE_DATA, … if there is one.`;

const OPTIONS = {
  profile: { type: "string" },
  data: { type: "string" },
  dataset: { type: "string" },
  seed: { type: "string" },
  backend: { type: "string" },
  results: { type: "string" },
  notebooks: { type: "string" },
  open: { type: "boolean" },
  cpu: { type: "boolean" },
  gpu: { type: "boolean" },
  verbose: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @param root the checkout
 * @param env the environment variables; INIT_CWD is the folder in which the user typed the command
 * @returns undefined where help is asked for
 * @throws {TaskError} with status 2 for an unknown option or a wrong value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseReproduceOptions(["--profile", "smoke"], "/project", {})?.profile, "smoke");
 * ```
 */
export function parseReproduceOptions(
  args: readonly string[],
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): ReproduceOptions | undefined {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`).join(", ");
    const reason = (error as Error).message.split("\n")[0].replace(/\.$/, "");
    throw new TaskError(`Cannot read the options: ${reason}. Valid are ${known}.`, 2);
  }
  if (values.help) return undefined;
  const given = (name: "profile" | "data" | "dataset" | "seed" | "backend" | "results") =>
    values[name] ?? (env[`POLYDICE_${name.toUpperCase()}`] || undefined);
  const path = (name: "data" | "results") => {
    const value = given(name);
    return value === undefined ? undefined : resolve(env.INIT_CWD ?? root, value);
  };
  return {
    profile: oneOf("profile", given("profile"), PROFILES) ?? "quick",
    dataset: oneOf("dataset", given("dataset"), DATASETS),
    data: path("data"),
    seed: seed(given("seed")),
    backend: oneOf("backend", given("backend"), BACKENDS),
    results: path("results") ?? resolve(root, "results", "latest"),
    processor: chosenProcessor(values),
    notebooks: numbers(values.notebooks),
    open: values.open ?? false,
    verbose: values.verbose ?? false,
  };
}

/** The variables by which the notebooks learn the options. An option that is not given has none. */
export function notebookVariables(options: ReproduceOptions): Record<string, string> {
  return {
    POLYDICE_PROFILE: options.profile,
    POLYDICE_RESULTS: options.results,
    ...(options.dataset && { POLYDICE_DATASET: options.dataset }),
    ...(options.data && { POLYDICE_DATA: options.data }),
    ...(options.seed !== undefined && { POLYDICE_SEED: String(options.seed) }),
    ...(options.backend && { POLYDICE_BACKEND: options.backend }),
  };
}

/**
 * Checks what can be checked before anything long.
 *
 * @throws {TaskError} with status 2 where the data folder is missing or the results folder is a file
 */
export async function checkFolders({ data, results }: ReproduceOptions): Promise<void> {
  if (data !== undefined && !await isFolder(data)) {
    throw new TaskError(`Cannot read --data "${data}": there is no such folder.`, 2);
  }
  if (await isFolder(results) === false) {
    throw new TaskError(`Cannot write --results "${results}": it is a file, not a folder.`, 2);
  }
}

async function isFolder(path: string): Promise<boolean | undefined> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => undefined);
}

function oneOf<T extends string>(option: string, value: string | undefined, valid: readonly T[]): T | undefined {
  if (value === undefined || (valid as readonly string[]).includes(value)) return value as T | undefined;
  throw new TaskError(`Cannot read --${option} "${value}": expected one of ${valid.join(", ")}.`, 2);
}

function seed(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new TaskError(`Cannot read --seed "${value}": expected a whole number from 0.`, 2);
}

function numbers(list: string | undefined): number[] | undefined {
  if (list === undefined) return undefined;
  if (/^\d+(,\d+)*$/.test(list)) return [...new Set(list.split(",").map(Number))].sort((a, b) => a - b);
  throw new TaskError(`Cannot read --notebooks "${list}": expected numbers with commas between, as in 1,3.`, 2);
}
