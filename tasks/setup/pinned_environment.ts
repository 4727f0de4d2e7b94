/**
 * Python environments inside the project, each made from pinned, hash-checked requirement files.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { type RunCommand, runCommand } from "../cli/child_process.ts";
import type { ProgressLine } from "../cli/progress_line.ts";
import { TaskError } from "../cli/task_error.ts";
import { writeFileAtomically } from "../cli/write_file.ts";
import { waitForLock } from "../../lib/files/lock.ts";
import { byteSize, freeBytes, requireDiskSpace } from "./disk_space.ts";
import { installRequirements } from "./pip_install.ts";
import type { ProjectFolder } from "./project_folder.ts";
import { findPython } from "./python_interpreter.ts";

/** Which build of a library with kernels is installed. */
export type Processor = "cpu" | "gpu";

/** Packages that are installed together. */
export interface RequirementFile {
  readonly name: string;
  readonly file: string;
  /**
   * For packages of which C libraries alone are used, the same for every Python: the newest minor version that there are
   * wheels for. A newer Python takes those.
   */
  readonly newestWheels?: number;
}

/** An environment as it is to be. */
export interface PinnedEnvironment {
  /** What it is: "Snakemake". */
  readonly name: string;
  readonly folder: string;
  readonly python: string;
  /** What it holds: lists of packages that have none in common. */
  readonly requirements: readonly RequirementFile[];
  /** Bytes on disk while it is made, at most. */
  readonly bytes: number;
  /** The oldest minor version of Python 3 that its packages support. */
  readonly oldestPython: number;
  /** Python that only a complete environment runs: `"import torch"`. */
  readonly proof: string;
  /** The build, where there are several in one place. */
  readonly processor?: Processor;
  /** What else one may do, told before it is made and where it can't be. */
  readonly otherwise?: string;
}

/** What is written into an environment: the mark by which it is known as the project's, and as complete. */
export interface EnvironmentStamp {
  /** False from the first step to the last, so that an interrupted installation is known. */
  readonly complete: boolean;
  readonly processor?: Processor;
  /** SHA-256 over the requirement files. */
  readonly requirements: string;
  /** The file that the environment's Python is a link to. */
  readonly interpreter: string;
}

/** What making an environment needs from outside; tests put their own in its place. */
export interface EnvironmentMeans {
  run?: RunCommand;
  /** Measures the free bytes of a folder. */
  free?: (folder: string) => Promise<number>;
}

/**
 * Makes an environment where it is missing, unfinished or of other requirements. Two that make it at once wait for each
 * other; an interrupted one is begun anew; the stamp that calls it complete is written last.
 *
 * @throws {TaskError} where Python, disk space or the network is missing, or the folder belongs to somebody else
 */
export async function ensureEnvironment(
  environment: PinnedEnvironment,
  project: ProjectFolder,
  progress: ProgressLine,
  { run = runCommand, free = freeBytes }: EnvironmentMeans = {},
): Promise<PinnedEnvironment> {
  const { name, folder, python, bytes, processor, otherwise } = environment;
  if (await isComplete(environment)) return environment;
  using _lock = await waitForLock(join(project.cache, `${basename(folder)}.lock`), {
    onWait: (holder) => progress.say(`Another set-up of ${name} is running (${holder}); waiting for it`),
  });
  if (await isComplete(environment)) return environment;
  const { command, version } = await findPython(name, environment.oldestPython, run, otherwise);
  await removeUnfinished(environment);
  await requireDiskSpace(project.root, bytes, name, free);
  const text = `${name}${processor ? ` for ${processor.toUpperCase()}` : ""}, Python ${version.join(".")}`;
  progress.say(
    `Setting up: ${text}, needs up to ${byteSize(bytes)} on disk (once${otherwise ? `; ${otherwise}` : ""})`,
  );

  const stamp = { processor, requirements: await filesHash(environment) };
  await writeStamp(folder, { ...stamp, complete: false, interpreter: "" });
  const must = (...words: string[]) => expectSuccess(run, name, words);
  await must(...command, "-I", "-m", "venv", "--without-pip", folder);
  await must(python, "-I", "-m", "ensurepip", "--default-pip");
  const temporary = join(folder, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  const shared = sharedLine(progress);
  // At once: one package's files are written while others are fetched, and none is in two of the lists.
  const ends = await Promise.allSettled(environment.requirements.map(async ({ name: part, file, newestWheels }) => {
    const isOlder = version[1] <= (newestWheels ?? Infinity);
    const options = isOlder ? [] : await wheelsOfAnotherPython(newestWheels!, python, must);
    await installRequirements(python, part, file, options, { TMPDIR: temporary }, shared(part), run);
  }));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  await Deno.remove(temporary, { recursive: true });
  await must(python, "-I", "-c", environment.proof);
  await writeStamp(folder, { ...stamp, complete: true, interpreter: await Deno.realPath(python) });
  return environment;
}

/** One line of progress for several who show something at once. */
function sharedLine({ show, say, clear }: ProgressLine): (name: string) => ProgressLine {
  const texts = new Map<string, string>();
  const showAll = () => show(`  ${[...texts.values()].join(" · ")}`);
  return (name) => ({
    show(text) {
      texts.set(name, text.trim());
      showAll();
    },
    say,
    clear() {
      texts.delete(name);
      texts.size > 0 ? showAll() : clear();
    },
  });
}

/** Reads the stamp of an environment's folder; undefined where it has none, or one that cannot be read. */
export async function readStamp(folder: string): Promise<EnvironmentStamp | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(stampPath(folder)));
  } catch {
    return undefined;
  }
}

function writeStamp(folder: string, stamp: EnvironmentStamp): Promise<void> {
  return writeFileAtomically(stampPath(folder), JSON.stringify(stamp, null, 2) + "\n");
}

function stampPath(folder: string): string {
  return join(folder, "polydice_setup.json");
}

/** Whether all is there that the requirement files ask for now, and Python itself still is. */
async function isComplete(environment: PinnedEnvironment): Promise<boolean> {
  const stamp = await readStamp(environment.folder);
  if (!stamp?.complete || stamp.processor !== environment.processor) return false;
  if (stamp.requirements !== await filesHash(environment)) return false;
  return await Deno.realPath(environment.python).then((path) => path === stamp.interpreter, () => false);
}

/** SHA-256, hexadecimal, over the requirement files in their order. */
async function filesHash({ requirements }: PinnedEnvironment): Promise<string> {
  const hash = createHash("sha256");
  for (const { file } of requirements) hash.update(await Deno.readFile(file));
  return hash.digest("hex");
}

async function removeUnfinished({ name, folder }: PinnedEnvironment): Promise<void> {
  const there = await Deno.lstat(folder).then(() => true, () => false);
  if (!there) return;
  if (await readStamp(folder) === undefined) {
    throw new TaskError(
      `Cannot set up ${name}: ${folder} exists and was not made by this project. Remove it or move it away.`,
    );
  }
  await Deno.remove(folder, { recursive: true });
}

/** Options of pip that install the wheels of an older Python beside the packages of this one. */
async function wheelsOfAnotherPython(
  minor: number,
  python: string,
  must: (...words: string[]) => Promise<string[]>,
): Promise<string[]> {
  const [packages] = await must(python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))");
  return ["--python-version", `3.${minor}`, "--target", packages];
}

async function expectSuccess(run: RunCommand, name: string, command: readonly string[]): Promise<string[]> {
  const { status, lines } = await run(command);
  if (status === 0) return lines;
  throw new TaskError(
    `Cannot set up ${name}: "${command.join(" ")}" ended with status ${status}.\n${lines.slice(-15).join("\n")}`,
  );
}
