/**
 * A project folder made for one test, and a stand-in for the commands of a set-up.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import type { RunCommand } from "../../tasks/cli/child_process.ts";
import { type ProgressLine, progressLine } from "../../tasks/cli/progress_line.ts";
import { type ProjectFolder, projectFolder } from "../../tasks/setup/project_folder.ts";

/** A project in a temporary folder, with requirement files of its own. */
export interface TemporaryProject extends AsyncDisposable {
  readonly project: ProjectFolder;
}

/** Makes the folder and the requirement files. */
export async function temporaryProject(): Promise<TemporaryProject> {
  const root = await Deno.makeTempDir({ prefix: "polydice_project_" });
  const project = projectFolder(root);
  await Deno.mkdir(project.requirements, { recursive: true });
  for (const name of ["jupyter", "tensorflow_cpu", "tensorflow_gpu"]) {
    await Deno.writeTextFile(join(project.requirements, `${name}.txt`), `${name}==1\n`);
  }
  return { project, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

/** Commands that are noted instead of run. */
export interface NotedCommands {
  /** What was run, each as one text. */
  readonly commands: string[];
  readonly run: RunCommand;
}

/**
 * Notes commands and does of their work only what a set-up looks at: `-m venv` puts a Python into the environment.
 *
 * @param project whose environment is made
 * @param machine a part of the command that fails, what nvidia-smi prints where there is a GPU, Python's minor version, and
 * the environment's Python
 */
export function notedCommands(
  project: ProjectFolder,
  { failing, gpu, minor = 12, python = project.python }: {
    failing?: string;
    gpu?: string;
    minor?: number;
    python?: string;
  } = {},
): NotedCommands {
  const commands: string[] = [];
  const run: RunCommand = async (command, { onLine } = {}) => {
    const text = command.join(" ");
    if (command[0] === "nvidia-smi") return { status: gpu ? 0 : 127, lines: gpu ? [gpu] : [] };
    if (text.includes(" -c \nimport importlib")) {
      return { status: 0, lines: [JSON.stringify({ version: [3, minor, 1], venv: true })] };
    }
    if (text.endsWith("pip --disable-pip-version-check --no-input config list")) return { status: 0, lines: [] };
    commands.push(text);
    if (failing && text.includes(failing)) return { status: 1, lines: ["the last words"] };
    if (text.includes("-m venv")) {
      await Deno.mkdir(dirname(python), { recursive: true });
      await Deno.writeTextFile(python, "");
    }
    onLine?.("Collecting something==1");
    return { status: 0, lines: [] };
  };
  return { commands, run };
}

/** A progress line that keeps what it says. */
export function keptProgress(): { progress: ProgressLine; said: string[] } {
  const said: string[] = [];
  return { progress: progressLine({ write: (text) => said.push(text), terminal: false }), said };
}
