/**
 * `deno task workflow`: many runs by Snakemake.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { plannedNeeds, plannedRecordPath } from "../lib/training/planned_run.ts";
import { runAttached } from "./cli/child_process.ts";
import { progressLine } from "./cli/progress_line.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";
import { setup } from "./setup.ts";
import { snakemakeEnvironment } from "./setup/environments.ts";
import { ensureEnvironment, type PinnedEnvironment } from "./setup/pinned_environment.ts";
import { runTask, TaskError } from "./cli/task_error.ts";
import { trainArguments } from "./train_options.ts";
import { workflowCost } from "./workflow_cost.ts";
import { prepareKubernetes } from "./workflow_kubernetes.ts";
import { parseWorkflowOptions, WORKFLOW_HELP, type WorkflowOptions } from "./workflow_options.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

/** What workflow/Snakefile reads. Words of command lines are quoted for a shell. */
export interface WorkflowPlan {
  /** What stands before the path of a record: their folder with a slash, or nothing where Snakemake's storage adds it. */
  readonly results: string;
  /** Folder of the logs. */
  readonly logs: string;
  /** The command that trains, with the places but for that of the records. */
  readonly train: string;
  /** The command that makes tables. */
  readonly tables: string;
  /** Cores of each run. */
  readonly threads: number;
  readonly runs: readonly {
    /** Its record, from the folder of the records on. */
    readonly record: string;
    /** What it is. */
    readonly options: string;
    /** Records that it waits for. */
    readonly needs: readonly string[];
  }[];
}

/** The plan of the runs that are asked for. */
export function workflowPlan({ sweep, threads, executor }: WorkflowOptions, { root }: ProjectFolder): WorkflowPlan {
  const { plan, places } = sweep;
  const deno = (permissions: string, script: string) => [
    ...[Deno.execPath(), "run", "-q", "--no-check", `-P=${permissions}`, "--config", join(root, "deno.json")],
    join(root, "tasks", script),
  ];
  const options = { runs: places.runs, data: places.data, backend: places.backend };
  const words = Object.entries(options).flatMap(([name, value]) => value === undefined ? [] : [`--${name}`, value]);
  const records = plan.map(plannedRecordPath);
  const needs = plannedNeeds(plan);
  return {
    results: executor === "kubernetes" ? "" : `${places.results}/`,
    logs: join(places.runs, "workflow", "logs"),
    train: shellWords([...deno("training", "train.ts"), ...words]),
    tables: shellWords([
      ...deno("tasks", "results.ts"),
      ...(places.results === join(root, "results") ? [] : ["--results", places.results]),
    ]),
    threads,
    runs: plan.map((planned, index) => ({
      record: records[index],
      // One log a run: lines of several nodes would mix in one file.
      options: shellWords([
        ...trainArguments(planned),
        "--log",
        join(places.runs, "workflow", "logs", records[index].replace(/json$/, "jsonl")),
      ]),
      needs: needs[index].map((other) => records[other]),
    })),
  };
}

/** The words of Snakemake's command line. */
export function snakemakeArguments(
  options: WorkflowOptions,
  plan: string,
  { root }: ProjectFolder,
): string[] {
  const { executor, cores, tables, dryRun, more, sweep } = options;
  const resuming = ["--keep-going", "--rerun-incomplete", "--rerun-triggers", "mtime"];
  return [
    tables ? "tables" : "all", // first: some options take every word after them
    ...["--config", `plan=${plan}`],
    // Snakemake takes to pods what lies in the folder that it is started in, here beside the plan.
    ...(executor === "kubernetes"
      ? ["--snakefile", "Snakefile", "--default-storage-prefix", sweep.places.results]
      : ["--snakefile", join(root, "workflow", "Snakefile"), "--directory", join(sweep.places.runs, "workflow")]),
    ...(executor === "local"
      ? ["--executor", "local", "--cores", `${cores}`, "--workflow-profile", "none", ...resuming]
      : ["--workflow-profile", join(root, "workflow", "profiles", executor)]),
    ...(dryRun ? ["--dry-run"] : []),
    ...more,
  ];
}

/** Words as a POSIX shell reads them. */
function shellWords(words: readonly string[]): string {
  return words.map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}

async function runSnakemake(
  { python }: PinnedEnvironment,
  options: WorkflowOptions,
  project: ProjectFolder,
): Promise<number> {
  const plan = JSON.stringify(workflowPlan(options, project), null, 1);
  const folder = join(options.sweep.places.runs, "workflow");
  const name = createHash("sha256").update(plan).digest("hex").slice(0, 12);
  const path = join(folder, `plan-${name}.json`);
  await writeFileAtomically(path, `${plan}\n`);
  const variables = options.executor === "kubernetes" ? await prepareKubernetes(folder, project) : {};
  const script = join(project.root, "workflow", "snakemake_once.py");
  const lock = join(folder, "workflow.lock");
  return await runAttached([python, script, lock, ...snakemakeArguments(options, path, project)], {
    cwd: folder,
    env: { XDG_CACHE_HOME: join(project.cache, "snakemake"), PYTHONUNBUFFERED: "1", ...variables },
    stdin: "null",
  });
}

async function main(args: string[]): Promise<number> {
  const project = projectFolder();
  const options = parseWorkflowOptions(args, project.root, Deno.env.toObject());
  if (!options) {
    console.log(WORKFLOW_HELP);
    return 0;
  }
  if (options.cost) {
    console.log(await workflowCost(project.root, options.cost.secondsPerStep));
    return 0;
  }
  const { places, plan } = options.sweep;
  const line = progressLine();
  // Once, before the runs: on a cluster their nodes find it done.
  if ((places.backend ?? "tensorflow") === "tensorflow") await setup({ progress: line });
  const snakemake = await ensureEnvironment(snakemakeEnvironment(project), project, line);
  await Deno.mkdir(dirname(places.runs), { recursive: true });
  const code = await runSnakemake(snakemake, options, project);
  if (code === 0) {
    if (!options.dryRun) console.log(`All ${plan.length} runs have their records in ${places.results}.`);
    return 0;
  }
  throw new TaskError(
    `Snakemake ended with status ${code}. Finished runs have their records; the same command goes on. ` +
      `What each run said: ${join(places.runs, "workflow", "logs")}.`,
  );
}

if (import.meta.main) await runTask(() => main(Deno.args));
