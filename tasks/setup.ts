/**
 * `deno task setup`: installs what is missing into the project's folder. The other tasks call it first.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type RunCommand, runCommand } from "./child_process.ts";
import { exclusiveLock } from "./exclusive_lock.ts";
import { writeKernelSpec } from "./kernel_spec.ts";
import { nvidiaGpu } from "./nvidia_gpu.ts";
import { duration, type ProgressLine, progressLine } from "./progress_line.ts";
import { type ProjectFolder, projectFolder } from "./project_folder.ts";
import { type EnvironmentMeans, makeEnvironment, requirementFiles } from "./python_environment.ts";
import { filesHash, isCurrent, type Processor, readStamp } from "./setup_stamp.ts";
import { runTask, TaskError } from "./task_error.ts";

/** How a set-up is done. */
export interface SetupOptions {
  /** The build of TensorFlow. By default the one that is installed, else the one that fits the machine. */
  processor?: Processor;
  /** The checkout. */
  project?: ProjectFolder;
  /** Shows what is going on. */
  progress?: ProgressLine;
  /** Commands, disk and Python, for tests. */
  means?: EnvironmentMeans;
}

const HELP = `Installs what the project needs into its own folder:
a Python environment with Jupyter and TensorFlow's C library (.venv) and the Deno kernel for Jupyter (.jupyter).
Does nothing where all is there. The npm packages (node_modules) come by themselves with every deno task.

Usage: deno task setup [--cpu | --gpu]

  --cpu    TensorFlow for CPUs
  --gpu    TensorFlow for NVIDIA GPUs with its CUDA libraries (Linux)
           Without either: what is installed; else --gpu where an NVIDIA GPU is found.
  --help   this text

The variable PYTHON names the Python to start from (3.10 or newer).`;

/**
 * Installs what is missing. Two set-ups at once wait for each other; an interrupted one is begun anew.
 *
 * @returns the build of TensorFlow that is installed
 * @throws {TaskError} saying what is missing and how to mend it
 */
export async function setup({
  processor,
  project = projectFolder(),
  progress = progressLine(),
  means = {},
}: SetupOptions = {}): Promise<Processor> {
  const installed = await currentProcessor(project);
  if (installed && (processor ?? installed) === installed) {
    await writeKernelSpec(project);
    return installed;
  }
  using _lock = await exclusiveLock(join(project.cache, "setup.lock"), (holder) => {
    progress.say(`Another set-up is running (${holder}); waiting for it`);
  });
  const started = performance.now();
  const present = await currentProcessor(project);
  const wanted = processor ?? (await readStamp(project))?.processor ?? await fittingProcessor(progress, means.run);
  if (wanted !== present) {
    if (wanted === "gpu" && Deno.build.os !== "linux") {
      throw new TaskError("Cannot set up TensorFlow for GPUs: it exists for Linux only. Use --cpu.", 2);
    }
    const requirements = await requirementsHash(project, wanted);
    await makeEnvironment(project, { processor: wanted, requirements }, progress, means);
    progress.say(`Set-up finished, ${duration((performance.now() - started) / 1000)}`);
  }
  await writeKernelSpec(project);
  return wanted;
}

async function currentProcessor(project: ProjectFolder): Promise<Processor | undefined> {
  const stamp = await readStamp(project);
  if (stamp === undefined) return undefined;
  return await isCurrent(project, stamp, await requirementsHash(project, stamp.processor))
    ? stamp.processor
    : undefined;
}

function requirementsHash(project: ProjectFolder, processor: Processor): Promise<string> {
  return filesHash(Object.values(requirementFiles(project, processor)));
}

async function fittingProcessor(progress: ProgressLine, run: RunCommand = runCommand): Promise<Processor> {
  const gpu = await nvidiaGpu(run);
  if (gpu) progress.say(`Found ${gpu}: TensorFlow comes with CUDA (--cpu for the smaller one without)`);
  return gpu ? "gpu" : "cpu";
}

/**
 * Reads the two options that choose TensorFlow's build.
 *
 * @throws {TaskError} with status 2 where both are given
 */
export function chosenProcessor({ cpu, gpu }: { cpu?: boolean; gpu?: boolean }): Processor | undefined {
  if (cpu && gpu) throw new TaskError("Cannot use --cpu and --gpu together: choose one.", 2);
  return cpu ? "cpu" : gpu ? "gpu" : undefined;
}

async function main(args: string[]): Promise<number> {
  const options = { cpu: { type: "boolean" }, gpu: { type: "boolean" }, help: { type: "boolean" } } as const;
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (error) {
    throw new TaskError(`${(error as Error).message}\n\n${HELP}`, 2);
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const processor = await setup({ processor: chosenProcessor(values) });
  console.log(`Ready: TensorFlow for ${processor.toUpperCase()}`);
  return 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
