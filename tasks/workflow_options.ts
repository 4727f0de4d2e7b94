/**
 * The options of `deno task workflow`.
 *
 * @module
 */
import { readOptions, wholeNumber } from "./task_options.ts";
import { oneOf } from "./task_options.ts";
import { SELECTION_HELP, SWEEP_OPTIONS, type SweepOptions, sweepOptions, type SweepValues } from "./sweep_options.ts";
import { TaskError } from "./cli/task_error.ts";
import { PLACES_HELP } from "./train_options.ts";

/** Where Snakemake runs the jobs. */
export const EXECUTORS = ["local", "slurm", "kubernetes"] as const;

/** What to run and how. */
export interface WorkflowOptions {
  readonly sweep: SweepOptions;
  readonly executor: typeof EXECUTORS[number];
  /** Cores of the local executor together. */
  readonly cores: number;
  /** Cores of each run. */
  readonly threads: number;
  /** Whether to make the tables from the records. */
  readonly tables: boolean;
  /** Whether only to tell what would be run. */
  readonly dryRun: boolean;
  /** Whether only to tell what the thesis' profile costs, with a step's time on the user's machine, s. */
  readonly cost?: { readonly secondsPerStep?: number };
  /** Options for Snakemake as they are. */
  readonly more: readonly string[];
}

/** What `--help` prints. */
export const WORKFLOW_HELP =
  `Trains many networks by Snakemake (workflow/Snakefile), on this machine or a cluster: independent runs, each of which
leaves its record. What has a record is passed over; whatever is interrupted, the same command goes on.

Usage: deno task workflow --protocol | --ablations | --methods LIST [options] [-- Snakemake's options]

${SELECTION_HELP}
  --executor NAME    local (the default), slurm or kubernetes, with the profile in workflow/profiles
  --cores N          local: cores in all; by default all of this machine
  --threads N        cores of one run; by default all locally, so that runs go one after another, and 4 elsewhere
  --tables           the tables of \`deno task results\` when all is done
  --dry-run          tell what would be run
  --cost             tell what the protocol in the profile thesis costs on 1, 8 and 64 workers, and run nothing
  --seconds-per-step N  with --cost: also for your GPU, by its time for a training step of 32 images at 224 pixels, width 64
${PLACES_HELP}

Examples for clusters (workflow/README.md says what they need):
  deno task workflow --protocol --profile thesis --executor slurm --threads 8 -- \\
    --default-resources slurm_partition=gpu "slurm_extra='--gres=gpu:1'" runtime=720 mem_mb=16000
  deno task workflow --protocol --profile thesis --executor kubernetes --threads 8 --data /polydice/data \\
    --results /polydice/results --runs /polydice/runs -- --container-image REGISTRY/polydice \\
    --default-resources gpu=1 "gpu_manufacturer='nvidia'" scale=0 mem_mb=16000 disk_mb=2000`;

const OPTIONS = {
  ...SWEEP_OPTIONS,
  executor: { type: "string" },
  cores: { type: "string" },
  threads: { type: "string" },
  tables: { type: "boolean" },
  "dry-run": { type: "boolean" },
  cost: { type: "boolean" },
  "seconds-per-step": { type: "string" },
} as const;

/**
 * Reads the options.
 *
 * @param cores of this machine
 * @returns undefined where help is asked for
 * @throws {TaskError} with status 2 for an unknown option or a wrong value
 */
export function parseWorkflowOptions(
  args: readonly string[],
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  cores: number = navigator.hardwareConcurrency,
): WorkflowOptions | undefined {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const { values } = readOptions(args.slice(0, end), OPTIONS);
  if (values.help) return undefined;
  if (values.list) throw new TaskError("Cannot use --list here: --dry-run tells what would be run.", 2);
  const executor = oneOf("executor", values.executor, EXECUTORS) ?? "local";
  const positive = (option: "cores" | "threads") => {
    const number = wholeNumber(option, values[option]);
    if (number !== 0) return number;
    throw new TaskError(`Cannot read --${option} "0": expected a whole number from 1.`, 2);
  };
  if (values.cores !== undefined && executor !== "local") {
    throw new TaskError(
      `Cannot use --cores with ${executor}: say how many jobs at once after --, as in -- --jobs 64.`,
      2,
    );
  }
  const more = args.slice(end + 1);
  if (executor === "kubernetes") requirePodsPlaces(values, more);
  const secondsPerStep = positiveNumber(values["seconds-per-step"]);
  if (secondsPerStep !== undefined && !values.cost) {
    throw new TaskError("Cannot use --seconds-per-step without --cost.", 2);
  }
  const all = positive("cores") ?? cores;
  return {
    sweep: sweepOptions(values.cost ? { ...values, protocol: true, profile: "thesis" } : values, root, env),
    ...(values.cost ? { cost: { secondsPerStep } } : {}),
    executor,
    cores: all,
    threads: positive("threads") ?? (executor === "local" ? all : 4),
    tables: values.tables ?? false,
    dryRun: values["dry-run"] ?? false,
    more,
  };
}

/** Pods see nothing of this machine: without these, records would end with the pods that made them. */
function requirePodsPlaces({ results, runs }: SweepValues, more: readonly string[]): void {
  const missing = [
    ...(results === undefined ? ["--results"] : []),
    ...(runs === undefined ? ["--runs"] : []),
    ...(more.includes("--container-image") ? [] : ["-- --container-image"]),
  ];
  if (missing.length === 0) return;
  throw new TaskError(
    `Cannot run on Kubernetes without ${
      missing.join(", ")
    }: pods share only a volume, and start from an image, as in ` +
      "--results /polydice/results --runs /polydice/runs -- --container-image REGISTRY/polydice.",
    2,
  );
}

function positiveNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() !== "" && Number.isFinite(number) && number > 0) return number;
  throw new TaskError(`Cannot read --seconds-per-step "${text}": expected a number of seconds above 0.`, 2);
}
