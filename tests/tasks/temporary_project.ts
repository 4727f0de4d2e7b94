/**
 * A project folder made for one test, and a stand-in for the commands of a set-up.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import type { RunCommand } from "../../tasks/cli/child_process.ts";
import { progressLine } from "../../tasks/cli/progress_line.ts";
import { environmentPython, projectFolder } from "../../tasks/setup/project_folder.ts";

/** A machine as a set-up sees it. */
export interface MadeMachine {
  /** A part of the command that fails. */
  readonly failing?: string;
  /** What nvidia-smi prints where there is a GPU. */
  readonly gpu?: string;
  /** Python's minor version. */
  readonly minor?: number;
  /** Free bytes of the disk. */
  readonly free?: number;
}

/** A project in a temporary folder, with requirement files of its own. */
export async function temporaryProject() {
  const root = await Deno.makeTempDir({ prefix: "polydice_project_" });
  const project = projectFolder(root);
  const pytorch = join(root, "bench", "requirements", "pytorch_cpu.txt");
  const names = ["jupyter", "tensorflow_cpu", "tensorflow_gpu"];
  for (const file of [...names.map((name) => join(project.requirements, `${name}.txt`)), pytorch]) {
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, "something==1\n");
  }
  return { project, pytorch, [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }) };
}

/**
 * Notes commands and does of their work only what a set-up looks at: `-m venv` puts a Python into the environment.
 *
 * @returns what was run, each as one text, and the means of a set-up
 */
export function notedCommands({ failing, gpu, minor = 12, free = 1e12 }: MadeMachine = {}) {
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
      const python = environmentPython(command.at(-1)!);
      await Deno.mkdir(dirname(python), { recursive: true });
      await Deno.writeTextFile(python, "");
    }
    onLine?.("Collecting something==1");
    return { status: 0, lines: text.includes("sysconfig") ? ["/site-packages"] : [] };
  };
  return { commands, means: { run, free: () => Promise.resolve(free) } };
}

/** A progress line that keeps what it says. */
export function keptProgress() {
  const said: string[] = [];
  return { progress: progressLine({ write: (text) => said.push(text), terminal: false }), said };
}
