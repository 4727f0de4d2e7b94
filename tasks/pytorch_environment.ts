/**
 * An environment with PyTorch, for the bench alone: `.venv/pytorch`, made from a pinned, hash-checked file.
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
import { filesHash, type Processor } from "./setup_stamp.ts";
import { TaskError } from "./task_error.ts";
import { writeFileAtomically } from "./write_file.ts";

/**
 * Bytes on disk while the environment is made, measured on Linux. PyPI's wheel of PyTorch for Linux is the one for CUDA:
 * its library does not load without most of NVIDIA's, whatever it computes on.
 */
export const PYTORCH_BYTES: Readonly<Record<Processor, number>> = { cpu: 7e9, gpu: 9e9 };

/** The oldest version of Python that the pinned PyTorch has wheels for. */
const OLDEST_PYTHON_MINOR = 11;

/** Where an environment lies. */
export interface PytorchFolder {
  readonly environment: string;
  readonly python: string;
  /** What torch.compile has made. */
  readonly compileCache: string;
  /** The pinned requirements. */
  readonly requirements: string;
}

/** The folder of a checkout's PyTorch. */
export function pytorchFolder(project: ProjectFolder, processor: Processor): PytorchFolder {
  const environment = join(project.environment, "pytorch");
  return {
    environment,
    python: Deno.build.os === "windows"
      ? join(environment, "Scripts", "python.exe")
      : join(environment, "bin", "python"),
    compileCache: join(environment, "compiled"),
    requirements: join(project.root, "bench", "requirements", `pytorch_${processor}.txt`),
  };
}

/**
 * Makes the environment where it is missing, unfinished or of other requirements.
 *
 * @param processor with the libraries that computing on a GPU needs, or without
 * @throws {TaskError} saying what is missing and how to mend it
 */
export async function setUpPytorch(
  project: ProjectFolder,
  processor: Processor,
  progress: ProgressLine,
  { run = runCommand, free, python = findPython }: EnvironmentMeans = {},
): Promise<PytorchFolder> {
  const folder = pytorchFolder(project, processor);
  if (await isInstalled(folder)) return folder;
  using _lock = await exclusiveLock(join(project.cache, "pytorch.lock"), (holder) => {
    progress.say(`Another bench installs PyTorch (${holder}); waiting for it`);
  });
  if (await isInstalled(folder)) return folder;
  const { command, version } = await python(undefined, run);
  if (version[1] < OLDEST_PYTHON_MINOR) {
    throw new TaskError(
      `Cannot install PyTorch: expected Python 3.${OLDEST_PYTHON_MINOR} or newer, found ${version.join(".")}. ` +
        "Name a newer one by the variable PYTHON, or one that has PyTorch by --pytorch.",
    );
  }
  await Deno.remove(folder.environment, { recursive: true }).catch(() => {});
  const needed = PYTORCH_BYTES[processor];
  await requireDiskSpace(project.root, needed, "PyTorch", free);
  progress.say(
    `Installing PyTorch for the comparison into ${folder.environment}: up to ${byteSize(needed)} on disk ` +
      "while it is made, some 2.5 GB of that to download (once; --pytorch PYTHON takes one that is there)",
  );
  await Deno.mkdir(folder.environment, { recursive: true });
  await expectSuccess(run, [...command, "-m", "venv", "--without-pip", folder.environment]);
  await expectSuccess(run, [folder.python, "-I", "-m", "ensurepip", "--default-pip"]);
  const temporary = join(folder.environment, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  await installRequirements(folder.python, "PyTorch", folder.requirements, [], { TMPDIR: temporary }, progress, run);
  await Deno.remove(temporary, { recursive: true });
  await requirePytorch(folder.python, run);
  await writeFileAtomically(stampPath(folder), await filesHash([folder.requirements]));
  return folder;
}

/**
 * Checks that a Python has PyTorch.
 *
 * @throws {TaskError} with Python's last words where it has not
 */
export async function requirePytorch(python: string, run: RunCommand = runCommand): Promise<void> {
  const { status, lines } = await run([python, "-I", "-c", "import torch"]);
  if (status === 0) return;
  const words = status === 127 ? "it does not start" : lines.at(-1) ?? `it ended with status ${status}`;
  throw new TaskError(`Cannot use PyTorch of ${python}: ${words}. Name a Python that has it by --pytorch.`);
}

async function isInstalled(folder: PytorchFolder): Promise<boolean> {
  const stamp = await Deno.readTextFile(stampPath(folder)).catch(() => undefined);
  if (stamp === undefined || stamp !== await filesHash([folder.requirements])) return false;
  return await Deno.stat(folder.python).then(() => true, () => false);
}

/** Written last: holds the requirements' hash. */
function stampPath({ environment }: PytorchFolder): string {
  return join(environment, "polydice_pytorch.txt");
}

async function expectSuccess(run: RunCommand, command: readonly string[]): Promise<void> {
  const { status, lines } = await run(command);
  if (status === 0) return;
  throw new TaskError(
    `Cannot make the environment for PyTorch: "${command.join(" ")}" ended with status ${status}.\n` +
      lines.slice(-15).join("\n"),
  );
}
