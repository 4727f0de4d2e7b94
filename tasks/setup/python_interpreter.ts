/**
 * Finding the system's Python.
 *
 * @module
 */
import type { RunCommand } from "../cli/child_process.ts";
import { TaskError } from "../cli/task_error.ts";

/** A Python that can make environments. */
export interface PythonInterpreter {
  /** The command that starts it. */
  readonly command: readonly string[];
  /** Major and minor version, `[3, 12]`. */
  readonly version: readonly [number, number];
}

const NAMES = ["python3", "python", "py", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

// For every Python since 3.4, which knows -I, so that one that is too old can say so.
const PROBE = `
import importlib, json, sys
def has(name):
    try:
        importlib.import_module(name)
        return True
    except Exception:
        return False
print(json.dumps({"version": list(sys.version_info[:3]), "venv": has("venv") and has("ensurepip")}))
`;

/**
 * Finds a Python that is new enough and has `venv` and `ensurepip`. It is asked in isolation (`-I`): neither a module of
 * the current folder nor the user's variables, as PYTHONPATH, change its answer.
 *
 * @param oldest minor version of Python 3 that will do
 * @throws {TaskError} where there is none, saying what was found and what to install
 */
export async function findPython(
  purpose: string,
  oldest: number,
  run: RunCommand,
  otherwise?: string,
  chosen: string | undefined = Deno.env.get("PYTHON"),
): Promise<PythonInterpreter> {
  const found: string[] = [];
  let incomplete: PythonInterpreter | undefined;
  for (const name of chosen ? [chosen] : NAMES) {
    const command = name === "py" ? ["py", "-3"] : [name];
    const { status, lines } = await run([...command, "-I", "-c", PROBE]);
    const answer = status === 0 ? lines.find((line) => line.startsWith("{")) : undefined;
    if (answer === undefined) continue;
    const { version, venv } = JSON.parse(answer) as { version: [number, number, number]; venv: boolean };
    const [major, minor] = version;
    const interpreter = { command, version: [major, minor] } as const;
    found.push(`${command.join(" ")} is ${version.join(".")}`);
    if (major !== 3 || minor < oldest) continue;
    if (venv) return interpreter;
    incomplete ??= interpreter;
  }
  const advice = otherwise ? ` Or: ${otherwise}.` : "";
  const problem = incomplete ? withoutVenv(incomplete) : withoutPython(oldest, chosen, found);
  throw new TaskError(`Cannot set up ${purpose}: ${problem}${advice}`);
}

function withoutPython(oldest: number, chosen: string | undefined, found: string[]): string {
  const wanted = `Python 3.${oldest} or newer`;
  const state = found.length
    ? `expected ${wanted}, ${chosen ? "PYTHON names another" : "found only others"} (${found.join(", ")})`
    : chosen
    ? `PYTHON names "${chosen}", which does not start`
    : `${wanted} is missing`;
  return `${state}. ${howToInstall()} If it lies elsewhere, name it: PYTHON=/path/to/python3.12.`;
}

function howToInstall(): string {
  if (Deno.build.os === "darwin") return "Install it, for example with: brew install python@3.12.";
  if (Deno.build.os === "windows") return "Install it, for example with: winget install Python.Python.3.12.";
  return "Install it, on Debian or Ubuntu with: sudo apt install python3 python3-venv.";
}

function withoutVenv({ command, version }: PythonInterpreter): string {
  const name = `python${version.join(".")}-venv`;
  return `${command.join(" ")} (${version.join(".")}) lacks venv or ensurepip. ` +
    `Install them, on Debian or Ubuntu with: sudo apt install ${name}.`;
}
