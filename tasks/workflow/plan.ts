/**
 * What `deno task workflow` gives to Snakemake: a plan of runs, which workflow/Snakefile reads, and a command line.
 *
 * @module
 */
import { join } from "node:path";
import type { StudyRun } from "../../lib/experiment/study_runs.ts";
import { LOOSE_RECORDS } from "../../lib/results/record_store.ts";
import { shellWord } from "../../lib/text/escape.ts";
import { TaskError } from "../cli/task_error.ts";
import { writeFileAtomically } from "../cli/write_file.ts";
import { findRsync } from "../setup/debian_programs.ts";
import { snakemakeEnvironment } from "../setup/environments.ts";
import type { ProjectFolder } from "../setup/project_folder.ts";

/** Where runs can go. */
export const EXECUTORS = ["local", "slurm", "kubernetes"] as const;

/** What all runs of a workflow share; all paths are absolute. */
export interface Workflow {
  readonly project: ProjectFolder;
  /** The study's name, which its folder of records has, and what names it on a command line: its name or path. */
  readonly study: { readonly name: string; readonly word: string };
  readonly executor: typeof EXECUTORS[number];
  /** Cores of this machine, for the executor local. */
  readonly cores: number;
  /** Cores of each run. */
  readonly threads: number;
  readonly dryRun?: boolean;
  readonly results: string;
  readonly runs: string;
  readonly data?: string;
  readonly backend: string;
  readonly snakemake: readonly string[];
}

/** What workflow/Snakefile reads. */
export interface WorkflowPlan {
  /** What stands before the name of a record: its folder, without that part which Snakemake's storage adds. */
  readonly records: string;
  /** The last part of that folder, from the folder of all studies' records on. */
  readonly study: string;
  readonly logs: string;
  /** The command that trains, in words of a shell, but for `--results`, `--run` and `--log`. */
  readonly train: string;
  /** Cores of each run. */
  readonly threads: number;
  /** Names of the records to make, without ending. */
  readonly runs: readonly string[];
}

/** Folder of plans, logs and Snakemake's own files. */
export function workflowFolder({ runs }: Pick<Workflow, "runs">): string {
  return join(runs, "workflow");
}

/** The plan of these runs. */
export function workflowPlan(workflow: Workflow, runs: readonly Pick<StudyRun, "record">[]): WorkflowPlan {
  const { project, study, executor, threads, results, data, backend } = workflow;
  const folder = `${study.name}/${LOOSE_RECORDS}/`;
  const words = [
    ...[Deno.execPath(), "run", "-q", "--no-check", "-P=training", "--config", join(project.root, "deno.json")],
    ...[join(project.root, "tasks", "sweep.ts"), study.word, "--backend", backend, "--runs", workflow.runs],
    ...(data === undefined ? [] : ["--data", data]),
  ];
  return {
    records: executor === "kubernetes" ? folder : `${results}/${folder}`,
    study: folder,
    logs: join(workflowFolder(workflow), "logs", study.name),
    train: words.map(shellWord).join(" "),
    threads,
    runs: runs.map(({ record }) => record.replace(/\.json$/, "")),
  };
}

/** The words of Snakemake's command line. */
export function snakemakeArguments(workflow: Workflow, plan: string): string[] {
  const { project: { root }, executor, cores, dryRun, results, snakemake } = workflow;
  const resuming = ["--keep-going", "--rerun-incomplete", "--rerun-triggers", "mtime"];
  return [
    "all", // first: some options take every word after them
    ...["--config", `plan=${plan}`],
    // Snakemake takes to pods what lies in the folder that it is started in, here beside the plan.
    ...(executor === "kubernetes"
      ? ["--snakefile", "Snakefile", "--default-storage-prefix", results]
      : ["--snakefile", join(root, "workflow", "Snakefile"), "--directory", workflowFolder(workflow)]),
    ...(executor === "local"
      ? ["--executor", "local", "--cores", `${cores}`, "--workflow-profile", "none", ...resuming]
      : ["--workflow-profile", join(root, "workflow", "profiles", executor)]),
    ...(dryRun ? ["--dry-run"] : []),
    ...snakemake,
  ];
}

/**
 * Puts into the folder that Snakemake is started in, which is on the volume, what pods need of this checkout: the Snakefile,
 * which Snakemake takes to them, and the versions of what they install (its storage plugin, at each start).
 *
 * @returns variables for Snakemake, which hands them to pods
 * @throws {TaskError} where rsync is missing, by which Snakemake's storage copies
 */
export async function prepareKubernetes(workflow: Workflow): Promise<Record<string, string>> {
  if (!findRsync()) {
    throw new TaskError(
      "Cannot run on Kubernetes: rsync is not installed, which Snakemake copies files of a volume by.",
    );
  }
  const { project } = workflow;
  const folder = workflowFolder(workflow);
  const snakefile = await Deno.readTextFile(join(project.root, "workflow", "Snakefile"));
  await writeFileAtomically(join(folder, "Snakefile"), snakefile);
  const constraints = join(folder, "constraints.txt");
  const requirements = await Deno.readTextFile(snakemakeEnvironment(project).requirements[0].file);
  // Without hashes: with them pip refuses a package that is named without version, as Snakemake names its plugin.
  const versions = requirements.match(/^[\w.-]+==[\w.]+/gm) ?? [];
  await writeFileAtomically(constraints, `${versions.join("\n")}\n`);
  return { PIP_CONSTRAINT: constraints };
}
