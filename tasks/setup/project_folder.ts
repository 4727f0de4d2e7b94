/**
 * Where the project keeps what it installs for itself.
 *
 * The set-up and what starts it import no package: on a fresh clone they start before any is there.
 *
 * @module
 */
import { join, resolve } from "node:path";

/** Absolute paths inside one checkout. */
export interface ProjectFolder {
  /** The folder with deno.json. */
  readonly root: string;
  /** The Python environment with Jupyter and TensorFlow's library. */
  readonly environment: string;
  readonly python: string;
  /** What JUPYTER_PATH must name for Jupyter to find the project's kernel. */
  readonly jupyter: string;
  /** Locks and measured durations; may be deleted at any time. */
  readonly cache: string;
  readonly requirements: string;
  readonly notebooks: string;
}

/** The paths of a checkout. */
export function projectFolder(root: string = resolve(import.meta.dirname!, "..", "..")): ProjectFolder {
  const environment = join(root, ".venv");
  return {
    root,
    environment,
    python: environmentPython(environment),
    jupyter: join(root, ".jupyter"),
    cache: join(root, ".cache"),
    requirements: join(root, "tasks", "setup", "requirements"),
    notebooks: join(root, "notebooks"),
  };
}

/** The Python of an environment. */
export function environmentPython(folder: string): string {
  return Deno.build.os === "windows" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/** The environment variables under which Jupyter finds the project's kernel and leaves the user's folders alone. */
export function jupyterVariables(project: ProjectFolder): Record<string, string> {
  return { JUPYTER_PATH: project.jupyter, JUPYTER_RUNTIME_DIR: join(project.jupyter, "runtime") };
}
