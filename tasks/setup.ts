/**
 * `deno task setup`: installs what is missing into the project's folder. The other tasks call it first.
 *
 * @module
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type RunCommand, runCommand } from "./cli/child_process.ts";
import { type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { runTask, TaskError } from "./cli/task_error.ts";
import { writeFileAtomically } from "./cli/write_file.ts";
import { jupyterEnvironment } from "./setup/environments.ts";
import { ensureEnvironment, type EnvironmentMeans, type Processor, readStamp } from "./setup/pinned_environment.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";

const HELP = `Installs what the project needs into its own folder:
a Python environment with Jupyter and TensorFlow's C library (.venv) and the Deno kernel for Jupyter (.jupyter).
Does nothing where all is there. The npm packages (node_modules) come by themselves with every deno task.

Usage: deno task setup [--cpu | --gpu]

  --cpu    TensorFlow for CPUs
  --gpu    TensorFlow for NVIDIA GPUs with its CUDA libraries (Linux)
           Without either: what is installed; else --gpu where an NVIDIA GPU is found.
  --help   this text

The variable PYTHON names the Python to start from (3.10 or newer).
Of pip's settings those are used that say where packages come from: index, proxy, certificates and the like.`;

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
}: {
  /** TensorFlow's build. By default the one that is installed, else the one that fits the machine. */
  processor?: Processor;
  project?: ProjectFolder;
  progress?: ProgressLine;
  means?: EnvironmentMeans;
} = {}): Promise<Processor> {
  const installed = (await readStamp(project.environment))?.processor;
  const wanted = processor ?? installed ?? await fittingProcessor(progress, means.run);
  if (wanted === "gpu" && Deno.build.os !== "linux") {
    throw new TaskError("Cannot set up TensorFlow for GPUs: it exists for Linux only. Use --cpu.", 2);
  }
  await ensureEnvironment(jupyterEnvironment(project, wanted), project, progress, means);
  await writeKernelSpec(project);
  return wanted;
}

async function fittingProcessor(progress: ProgressLine, run: RunCommand = runCommand): Promise<Processor> {
  if (Deno.build.os !== "linux") return "cpu"; // TensorFlow has wheels with CUDA for Linux only
  const { status, lines } = await run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]);
  if (status !== 0 || lines.length === 0) return "cpu";
  progress.say(`Found ${lines[0].trim()}: TensorFlow comes with CUDA (--cpu for the smaller one without)`);
  return "gpu";
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

/** Writes what tells Jupyter how to start the kernel, where it is missing or names another Deno. */
async function writeKernelSpec(project: ProjectFolder): Promise<void> {
  const path = join(project.jupyter, "kernels", "deno", "kernel.json");
  const spec = {
    argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"], // any further flag stops the kernel
    display_name: "Deno",
    language: "typescript",
    env: { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "2" },
  };
  const text = JSON.stringify(spec, null, 2) + "\n";
  if (await Deno.readTextFile(path).catch(() => undefined) !== text) await writeFileAtomically(path, text);
}

if (import.meta.main) await runTask(() => main(Deno.args));
