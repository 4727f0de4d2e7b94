/**
 * The project's Python environments.
 *
 * @module
 */
import { join } from "node:path";
import { type RunCommand, runCommand } from "../cli/child_process.ts";
import { TaskError } from "../cli/task_error.ts";
import type { PinnedEnvironment, Processor } from "./pinned_environment.ts";
import { environmentPython, type ProjectFolder } from "./project_folder.ts";

/** Jupyter's parts, and TensorFlow's C library out of its wheel. The others lie inside of it. */
export function jupyterEnvironment(project: ProjectFolder, processor: Processor): PinnedEnvironment {
  const file = (name: string) => join(project.requirements, `${name}.txt`);
  return {
    name: "Jupyter and TensorFlow",
    folder: project.environment,
    python: project.python,
    requirements: [
      { name: "Jupyter", file: file("jupyter") },
      { name: "TensorFlow", file: file(`tensorflow_${processor}`), newestWheels: 13 },
    ],
    bytes: { cpu: 2.2e9, gpu: 13e9 }[processor], // measured on Linux, like all here
    oldestPython: 10,
    proof: "import nbclient, jupyterlab",
    processor,
  };
}

/** PyTorch, for the bench alone. */
export function pytorchEnvironment(
  project: ProjectFolder,
  processor: Processor,
): PinnedEnvironment & { readonly compileCache: string } {
  const folder = join(project.environment, "pytorch");
  const file = join(project.root, "bench", "requirements", `pytorch_${processor}.txt`);
  return {
    name: "PyTorch",
    folder,
    python: environmentPython(folder),
    requirements: [{ name: "PyTorch", file }],
    // PyPI's wheel for Linux is the one for CUDA: it does not load without most of NVIDIA's libraries.
    bytes: { cpu: 7e9, gpu: 9e9 }[processor],
    oldestPython: 11,
    proof: "import torch",
    processor,
    otherwise: "some 2.5 GB of that to download; --pytorch PYTHON takes one that is there",
    /** What torch.compile has made. */
    compileCache: join(folder, "compiled"),
  };
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

/**
 * Snakemake and its executors, for `deno task workflow` alone.
 *
 * @throws {TaskError} on Windows, where it does not run
 */
export function snakemakeEnvironment(project: ProjectFolder): PinnedEnvironment {
  if (Deno.build.os === "windows") {
    throw new TaskError(
      "Cannot set up Snakemake: it does not run on Windows. `deno task sweep` trains the same runs.",
    );
  }
  const folder = join(project.environment, "snakemake");
  return {
    name: "Snakemake",
    folder,
    python: environmentPython(folder),
    requirements: [{ name: "Snakemake", file: join(project.requirements, "snakemake.txt") }],
    bytes: 5e8,
    oldestPython: 11,
    proof: "import snakemake.cli",
    otherwise: "`deno task sweep` trains the same runs without it",
  };
}
