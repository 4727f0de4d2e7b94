/**
 * `deno task workflow`: the runs of a study by Snakemake.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { StudyRun } from "../lib/experiment/study_runs.ts";
import { LOOSE_RECORDS } from "../lib/results/record_store.ts";
import { onEndingSignal, type SignalStatus } from "../lib/training/interruption.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { plainly, TaskError } from "./cli/task_error.ts";
import { positiveNumber, userPath } from "./cli/values.ts";
import { writeFileAtomically } from "./cli/write_file.ts";
import { makeResults } from "./results.ts";
import { setup } from "./setup.ts";
import { snakemakeEnvironment } from "./setup/environments.ts";
import { ensureEnvironment, type PinnedEnvironment } from "./setup/pinned_environment.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { recordedRuns, requireUsedData, type Selection, withSelection } from "./training/selection.ts";
import { readStudy } from "./training/study_file.ts";
import { workflowCost } from "./workflow/cost.ts";
import {
  EXECUTORS,
  prepareKubernetes,
  snakemakeArguments,
  type Workflow,
  workflowFolder,
  workflowPlan,
} from "./workflow/plan.ts";

/** Cores of a run on a cluster, where the user names no number. */
const CLUSTER_THREADS = 4;

/** The command. */
export function workflowCommand(snakemake: readonly string[]) {
  return withSelection(
    taskCommand(
      "deno task workflow",
      "Trains the runs of a study by Snakemake, on this machine or a cluster, each as a job of its own that leaves a record. " +
        "What has its record is passed over; the same command goes on after an interruption.",
    ).usage("STUDY [options] [-- Snakemake's options]"),
  )
    .addOption(new Option("--executor <name>", "where the runs go").choices(EXECUTORS).default("local" as const))
    .option("--cores <number>", "on this machine: cores of all runs together (default: all)", positiveNumber)
    .option("--threads <number>", `cores of each run (default: all; on a cluster ${CLUSTER_THREADS})`, positiveNumber)
    .option("--tables", "makes the study's tables at the end, as deno task results does")
    .option("--dry-run", "only tells what would be trained")
    .option("--cost", "only tells what the study costs in the thesis' profile")
    .addOption(
      new Option("--seconds-per-step <number>", "with --cost: your time for a step of the thesis' network and batch")
        .argParser(secondsOf).implies({ cost: true }),
    )
    .addHelpText(
      "after",
      "\nworkflow/README.md tells of clusters: `-- --jobs 64 --default-resources …` is Snakemake's.",
    )
    .action(async (word, options, command) => {
      const project = projectFolder();
      const study = await readStudy(word);
      const given = (name: string) => command.getOptionValueSource(name as "cost") === "cli";
      if (given("data")) requireUsedData(study, options.data!);
      if (options.cost) {
        const other = command.options.map((option) => option.attributeName())
          .find((name) => given(name) && !["cost", "secondsPerStep"].includes(name));
        if (other) throw new TaskError(`Cannot use --${other} with --cost: it tells of the whole study.`, 2);
        const { secondsPerStep } = options;
        return console.log(await plainly(() => workflowCost(study, { root: project.root, secondsPerStep })));
      }
      const { executor, results, runs, data, backend, seeds, only, dryRun } = options;
      const isLocal = executor === "local";
      if (options.tables && dryRun) throw new TaskError("Cannot use --tables with --dry-run: it makes nothing.", 2);
      if (!isLocal && options.cores !== undefined) {
        throw new TaskError(
          `Cannot use --cores on ${executor}: say how many jobs at once after --, as in --jobs 64.`,
          2,
        );
      }
      if (executor === "kubernetes") {
        const places = ["results", "runs"] as const;
        const missing = [
          ...places.filter((name) => command.getOptionValueSource(name) === "default").map((name) => `--${name}`),
          ...(snakemake.includes("--container-image") ? [] : ["-- --container-image"]),
        ];
        if (missing.length > 0) {
          throw new TaskError(
            `Cannot run on Kubernetes without ${missing.join(", ")}: pods share only a volume and have only an image.`,
            2,
          );
        }
      }
      const cores = options.cores ?? navigator.hardwareConcurrency;
      const threads = options.threads ?? (isLocal ? cores : CLUSTER_THREADS);
      const named = { name: study.name, word: /[\\/]|\.json$/.test(word) ? userPath(word) : word };
      const selection = { study, folder: join(results, study.name), backend, seeds, only };
      await trainAll(selection, {
        ...{ project, study: named, executor, cores, threads, dryRun, results, runs, data, backend, snakemake },
      });
      if (options.tables && !dryRun) {
        const own = results === join(project.root, "results") ? undefined : results;
        await plainly(() => makeResults(study, { results: own }));
      }
    });
}

/** Starts Snakemake until all runs have their records: those of a chosen method come up when their choice is made. */
async function trainAll(selection: Selection, workflow: Workflow): Promise<void> {
  const { project, backend, dryRun } = workflow;
  const line = progressLine();
  let { count, waiting } = await waitingRuns(selection, line);
  if (waiting.length > 0) {
    // Once, before the runs: on a cluster their nodes find it done.
    if (backend === "tensorflow") await setup({ progress: line });
    const environment = await ensureEnvironment(snakemakeEnvironment(project), project, line);
    while (waiting.length > 0) {
      const code = await runSnakemake(environment, workflow, waiting);
      if (code !== 0) {
        throw new TaskError(
          `Snakemake ended with status ${code}. Finished runs have their records; the same command goes on. ` +
            `What each run said: ${join(workflowFolder(workflow), "logs")}.`,
        );
      }
      if (dryRun) return;
      const planned = new Set(waiting.map(({ record }) => record));
      ({ count, waiting } = await waitingRuns(selection, line));
      const lost = waiting.find(({ record }) => planned.has(record));
      if (lost) throw new TaskError(`Cannot find the record of ${lost.name} that Snakemake has made.`);
    }
  }
  console.log(`All ${count} runs have their records in ${selection.folder}.`);
}

/** How many runs are selected, and those without a record. */
async function waitingRuns(selection: Selection, line: ProgressLine) {
  const { runs, recorded, damaged } = await recordedRuns(selection);
  const waiting = runs.filter(({ record }) => !recorded.has(record));
  // Snakemake would take a damaged file for a record.
  const places = new Set(waiting.map(({ record }) => join(LOOSE_RECORDS, record)));
  for (const { place, message } of damaged) {
    if (places.has(place)) throw new TaskError(`${message} Remove the file, and the same command makes it anew.`);
    line.say(message);
  }
  return { count: runs.length, waiting };
}

async function runSnakemake(
  { python }: PinnedEnvironment,
  workflow: Workflow,
  runs: readonly StudyRun[],
): Promise<number> {
  const { project, executor } = workflow;
  const plan = JSON.stringify(workflowPlan(workflow, runs), null, 1);
  const folder = workflowFolder(workflow);
  const name = createHash("sha256").update(plan).digest("hex").slice(0, 12);
  const path = join(folder, `plan-${name}.json`); // jobs of a driver that died still read theirs
  await writeFileAtomically(path, `${plan}\n`);
  const variables = executor === "kubernetes" ? await prepareKubernetes(workflow) : {};
  const script = join(project.root, "workflow", "snakemake_once.py");
  const command = new Deno.Command(python, {
    args: [script, join(folder, "workflow.lock"), ...snakemakeArguments(workflow, path)],
    cwd: folder,
    env: { XDG_CACHE_HOME: join(project.cache, "snakemake"), PYTHONUNBUFFERED: "1", ...variables },
    stdin: "null",
    detached: true,
  });
  let child: Deno.ChildProcess | undefined;
  let status: SignalStatus | undefined;
  // Snakemake cancels its jobs at SIGINT only, and the jobs of this machine are in its group: they save what they have.
  const release = onEndingSignal((statusOfSignal) => {
    status ??= statusOfSignal;
    try {
      if (child) Deno.kill(-child.pid, "SIGINT");
    } catch {
      // they have ended already
    }
  });
  try {
    child = command.spawn();
    const { code } = await child.status;
    if (status !== undefined) throw new TaskError("Interrupted. The same command goes on.", status);
    return code;
  } finally {
    release();
  }
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError("Expected a number of seconds above 0.");
}

if (import.meta.main) {
  const end = Deno.args.includes("--") ? Deno.args.indexOf("--") : Deno.args.length;
  await runCommandLine(workflowCommand(Deno.args.slice(end + 1)), Deno.args.slice(0, end));
}
