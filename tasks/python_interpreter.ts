/**
 * Finding the system's Python.
 *
 * @module
 */
import { type RunCommand, runCommand } from "./child_process.ts";
import { TaskError } from "./task_error.ts";

/** A Python that can make environments. */
export interface PythonInterpreter {
  /** The command that starts it. */
  readonly command: readonly string[];
  /** Major and minor version, `[3, 12]`. */
  readonly version: readonly [number, number];
}

/** The oldest version of Python that Jupyter's pinned parts support. */
export const OLDEST_PYTHON = [3, 10] as const;

const NAMES = ["python3", "python", "py", "python3.13", "python3.12", "python3.11", "python3.10"];

// Runs on every Python since 2.7, so that one that is too old can say so.
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
 * Finds a Python of version 3.10 or newer that has `venv` and `ensurepip`.
 *
 * @param chosen a command to use instead of searching, as from the variable PYTHON
 * @param run starts a command
 * @throws {TaskError} where there is none, saying what was found and what to install
 */
export async function findPython(
  chosen: string | undefined = Deno.env.get("PYTHON"),
  run: RunCommand = runCommand,
): Promise<PythonInterpreter> {
  const found: string[] = [];
  let incomplete: PythonInterpreter | undefined;
  for (const name of chosen ? [chosen] : NAMES) {
    const command = name === "py" ? ["py", "-3"] : [name];
    const { status, lines } = await run([...command, "-c", PROBE]);
    const answer = status === 0 ? lines.find((line) => line.startsWith("{")) : undefined;
    if (answer === undefined) continue;
    const { version, venv } = JSON.parse(answer) as { version: [number, number, number]; venv: boolean };
    const [major, minor] = version;
    const interpreter = { command, version: [major, minor] } as const;
    found.push(`${command.join(" ")} is ${version.join(".")}`);
    if (major !== OLDEST_PYTHON[0] || minor < OLDEST_PYTHON[1]) continue;
    if (venv) return interpreter;
    incomplete ??= interpreter;
  }
  if (incomplete) throw new TaskError(withoutVenv(incomplete));
  throw new TaskError(withoutPython(chosen, found));
}

function withoutPython(chosen: string | undefined, found: string[]): string {
  const wanted = `Python ${OLDEST_PYTHON.join(".")} or newer`;
  const state = found.length
    ? `expected ${wanted}, ${chosen ? "PYTHON names another" : "found only others"} (${found.join(", ")})`
    : chosen
    ? `PYTHON names "${chosen}", which does not start`
    : `${wanted} is missing`;
  return `Cannot set up the Python environment: ${state}. ${howToInstall()} ` +
    "If it lies elsewhere, name it: PYTHON=/path/to/python3.12.";
}

function howToInstall(): string {
  if (Deno.build.os === "darwin") return "Install it, for example with: brew install python@3.12.";
  if (Deno.build.os === "windows") return "Install it, for example with: winget install Python.Python.3.12.";
  return "Install it, on Debian or Ubuntu with: sudo apt install python3 python3-venv.";
}

function withoutVenv({ command, version }: PythonInterpreter): string {
  const name = `python${version.join(".")}-venv`;
  return `Cannot set up the Python environment: ${command.join(" ")} (${version.join(".")}) lacks venv or ensurepip. ` +
    `Install them, on Debian or Ubuntu with: sudo apt install ${name}.`;
}
