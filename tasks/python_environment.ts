/**
 * The project's Python environment: Jupyter's parts, and TensorFlow's C library out of its wheel.
 *
 * @module
 */
import { join } from "node:path";
import { type RunCommand, runCommand } from "./child_process.ts";
import { byteSize, freeBytes, requireDiskSpace } from "./disk_space.ts";
import type { ProgressLine } from "./progress_line.ts";
import type { ProjectFolder } from "./project_folder.ts";
import { installRequirements } from "./pip_install.ts";
import { findPython } from "./python_interpreter.ts";
import { type Processor, readStamp, type SetupStamp, writeStamp } from "./setup_stamp.ts";
import { TaskError } from "./task_error.ts";

/** What setting up the environment needs from outside; tests put their own in its place. */
export interface EnvironmentMeans {
  /** Runs a command. */
  run?: RunCommand;
  /** Measures the free bytes of a folder. */
  free?: (folder: string) => Promise<number>;
  /** Finds the system's Python. */
  python?: typeof findPython;
}

/** Bytes that an environment and what is fetched for it take at most while it is made, measured on Linux. */
export const ENVIRONMENT_BYTES: Record<Processor, number> = { cpu: 2.2e9, gpu: 13e9 };

/** The versions of Python that TensorFlow 2.21 has wheels for. Its C library is the same in all of them. */
const TENSORFLOW_PYTHON_MINORS = [10, 13] as const;

/** The requirement files of an environment, in the order in which they are installed. */
export function requirementFiles(
  project: ProjectFolder,
  processor: Processor,
): Record<"Jupyter" | "TensorFlow", string> {
  return {
    Jupyter: join(project.requirements, "jupyter.txt"),
    TensorFlow: join(project.requirements, `tensorflow_${processor}.txt`),
  };
}

/**
 * Makes the environment from nothing. What an interrupted set-up has left is removed first; the stamp that calls the
 * environment complete is written last.
 *
 * @param project whose environment
 * @param stamp what the environment will hold
 * @param progress shows what is going on
 * @throws {TaskError} where Python, disk space or the network is missing, or the folder belongs to somebody else
 */
export async function makeEnvironment(
  project: ProjectFolder,
  stamp: Omit<SetupStamp, "complete" | "interpreter">,
  progress: ProgressLine,
  { run = runCommand, free = freeBytes, python = findPython }: EnvironmentMeans = {},
): Promise<void> {
  const { command, version } = await python(undefined, run);
  await removeUnfinished(project);
  const needed = ENVIRONMENT_BYTES[stamp.processor];
  await requireDiskSpace(project.root, needed, "the Python environment", free);
  const name = `Python ${version.join(".")} environment with TensorFlow for ${stamp.processor.toUpperCase()}`;
  progress.say(`Setting up: ${name}, needs up to ${byteSize(needed)} (once)`);

  await Deno.mkdir(project.environment, { recursive: true });
  await writeStamp(project, { ...stamp, complete: false, interpreter: "" });
  await expectSuccess(run, [...command, "-m", "venv", "--without-pip", project.environment], "make the environment");
  await expectSuccess(run, [project.python, "-I", "-m", "ensurepip", "--default-pip"], "put pip into the environment");
  const temporary = join(project.environment, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  for (const [part, file] of Object.entries(requirementFiles(project, stamp.processor))) {
    const foreign = part === "TensorFlow" && !hasTensorFlowWheel(version[1]);
    const more = foreign ? await wheelsOfAnotherPython(project, run) : [];
    await installRequirements(project.python, part, file, more, { TMPDIR: temporary }, progress, run);
  }
  await Deno.remove(temporary, { recursive: true });
  await expectSuccess(run, [project.python, "-I", "-c", "import nbclient, jupyterlab"], "start Jupyter");
  await writeStamp(project, { ...stamp, complete: true, interpreter: await Deno.realPath(project.python) });
}

function hasTensorFlowWheel(minor: number): boolean {
  return minor >= TENSORFLOW_PYTHON_MINORS[0] && minor <= TENSORFLOW_PYTHON_MINORS[1];
}

/** Options of pip that install the wheels of the newest Python that TensorFlow knows: only C libraries are used. */
async function wheelsOfAnotherPython(project: ProjectFolder, run: RunCommand): Promise<string[]> {
  const { lines } = await expectSuccess(
    run,
    [project.python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
    "find the environment's packages",
  );
  return ["--python-version", `3.${TENSORFLOW_PYTHON_MINORS[1]}`, "--target", lines[0]];
}

async function removeUnfinished(project: ProjectFolder): Promise<void> {
  const there = await Deno.lstat(project.environment).then(() => true, () => false);
  if (!there) return;
  if (await readStamp(project) === undefined) {
    throw new TaskError(
      `Cannot set up the Python environment: ${project.environment} exists and was not made by this project. ` +
        "Remove it or move it away.",
    );
  }
  await Deno.remove(project.environment, { recursive: true });
}

async function expectSuccess(run: RunCommand, command: string[], purpose: string): Promise<{ lines: string[] }> {
  const result = await run(command);
  if (result.status === 0) return result;
  throw new TaskError(
    `Cannot ${purpose}: "${command.join(" ")}" ended with status ${result.status}.\n${
      result.lines.slice(-15).join("\n")
    }`,
  );
}
