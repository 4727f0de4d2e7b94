/**
 * An environment with Snakemake and its executors, for `deno task workflow` alone: `.venv/snakemake`, made from a pinned,
 * hash-checked file.
 *
 * @module
 */
import { join } from "node:path";
import { type RunCommand, runCommand } from "./child_process.ts";
import { byteSize, requireDiskSpace } from "./disk_space.ts";
import { exclusiveLock } from "./exclusive_lock.ts";
import { installRequirements } from "./pip_install.ts";
import type { ProgressLine } from "./progress_line.ts";
import type { ProjectFolder } from "./project_folder.ts";
import type { EnvironmentMeans } from "./python_environment.ts";
import { findPython } from "./python_interpreter.ts";
import { filesHash } from "./setup_stamp.ts";
import { TaskError } from "./task_error.ts";
import { writeFileAtomically } from "./write_file.ts";

/** Bytes on disk, measured on Linux. */
const SNAKEMAKE_BYTES = 5e8;

/** The oldest version of Python that the pinned Snakemake has wheels for. */
const OLDEST_PYTHON_MINOR = 11;

/** Where the environment lies. */
export interface SnakemakeFolder {
  readonly environment: string;
  readonly python: string;
  /** The pinned requirements. */
  readonly requirements: string;
}

/** The folder of a checkout's Snakemake. */
export function snakemakeFolder(project: ProjectFolder): SnakemakeFolder {
  const environment = join(project.environment, "snakemake");
  const requirements = join(project.requirements, "snakemake.txt");
  return { environment, python: join(environment, "bin", "python"), requirements };
}

/**
 * Makes the environment where it is missing, unfinished or of other requirements.
 *
 * @throws {TaskError} saying what is missing and how to mend it
 */
export async function setUpSnakemake(
  project: ProjectFolder,
  progress: ProgressLine,
  { run = runCommand, free, python = findPython }: EnvironmentMeans = {},
): Promise<SnakemakeFolder> {
  const folder = snakemakeFolder(project);
  if (await isInstalled(folder)) return folder;
  using _lock = await exclusiveLock(join(project.cache, "snakemake.lock"), (holder) => {
    progress.say(`Another workflow installs Snakemake (${holder}); waiting for it`);
  });
  if (await isInstalled(folder)) return folder;
  if (Deno.build.os === "windows") {
    throw new TaskError(
      "Cannot install Snakemake: it does not run on Windows. `deno task sweep` trains the same runs.",
    );
  }
  const { command, version } = await python(undefined, run);
  if (version[1] < OLDEST_PYTHON_MINOR) {
    throw new TaskError(
      `Cannot install Snakemake: expected Python 3.${OLDEST_PYTHON_MINOR} or newer, found ${version.join(".")}. ` +
        "Name a newer one by the variable PYTHON, or train the same runs by `deno task sweep`.",
    );
  }
  await Deno.remove(folder.environment, { recursive: true }).catch(() => {});
  await requireDiskSpace(project.root, SNAKEMAKE_BYTES, "Snakemake", free);
  progress.say(`Installing Snakemake into ${folder.environment}: up to ${byteSize(SNAKEMAKE_BYTES)} on disk (once)`);
  await Deno.mkdir(folder.environment, { recursive: true });
  await expectSuccess(run, [...command, "-m", "venv", "--without-pip", folder.environment]);
  await expectSuccess(run, [folder.python, "-I", "-m", "ensurepip", "--default-pip"]);
  const temporary = join(folder.environment, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  await installRequirements(folder.python, "Snakemake", folder.requirements, [], { TMPDIR: temporary }, progress, run);
  await Deno.remove(temporary, { recursive: true });
  await expectSuccess(run, [folder.python, "-m", "snakemake", "--version"]);
  await writeFileAtomically(stampPath(folder), await filesHash([folder.requirements]));
  return folder;
}

async function isInstalled(folder: SnakemakeFolder): Promise<boolean> {
  const stamp = await Deno.readTextFile(stampPath(folder)).catch(() => undefined);
  if (stamp === undefined || stamp !== await filesHash([folder.requirements])) return false;
  return await Deno.stat(folder.python).then(() => true, () => false);
}

/** Written last: holds the requirements' hash. */
function stampPath({ environment }: SnakemakeFolder): string {
  return join(environment, "polydice_snakemake.txt");
}

async function expectSuccess(run: RunCommand, command: readonly string[]): Promise<void> {
  const { status, lines } = await run(command);
  if (status === 0) return;
  throw new TaskError(
    `Cannot make the environment for Snakemake: "${command.join(" ")}" ended with status ${status}.\n` +
      lines.slice(-15).join("\n"),
  );
}
