import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { type RunCommand, runCommand } from "../../../tasks/cli/child_process.ts";
import { TaskError } from "../../../tasks/cli/task_error.ts";
import { findPython } from "../../../tasks/setup/python_interpreter.ts";

/** A machine on which the given programs answer with a version and whether they have venv. */
function machine(pythons: Record<string, [string, boolean]>): RunCommand {
  return ([program]) => {
    if (!(program in pythons)) return Promise.resolve({ status: 127, lines: [] });
    const [version, venv] = pythons[program];
    const line = JSON.stringify({ version: version.split(".").map(Number), venv });
    return Promise.resolve({ status: 0, lines: ["a greeting of the shell", line] });
  };
}

Deno.test("findPython() takes the first Python that is new enough and has venv", async () => {
  const run = machine({ python3: ["3.9.18", true], python: ["2.7.18", false], "python3.12": ["3.12.1", true] });
  assertEquals(await findPython("Jupyter", 10, run, undefined, ""), { command: ["python3.12"], version: [3, 12] });
});

Deno.test("findPython() takes the one that PYTHON names", async () => {
  const run = machine({ python3: ["3.11.7", true], "/opt/python": ["3.14.0", true] });
  assertEquals(await findPython("Jupyter", 10, run, undefined, "/opt/python"), {
    command: ["/opt/python"],
    version: [3, 14],
  });
});

// [the Pythons there, the one that PYTHON names, what is told]
const FAILURES: [pythons: Record<string, [string, boolean]>, chosen: string, text: string][] = [
  [{}, "", "Python 3.10 or newer is missing. Install it"],
  [
    { python3: ["3.9.18", true], python: ["2.7.18", false] },
    "",
    "expected Python 3.10 or newer, found only others (python3 is 3.9.18, python is 2.7.18)",
  ],
  [{ python3: ["3.11.7", true] }, "/no/python", 'PYTHON names "/no/python", which does not start'],
  [{ old: ["3.8.1", true] }, "old", "PYTHON names another (old is 3.8.1)"],
  [{ python3: ["3.11.2", false] }, "", "sudo apt install python3.11-venv"],
];

Deno.test("findPython() says what to do where there is none that serves", async () => {
  for (const [pythons, chosen, text] of FAILURES) {
    await assertRejects(() => findPython("Jupyter", 10, machine(pythons), undefined, chosen), TaskError, text);
  }
});

Deno.test("findPython() is not misled by foreign modules on PYTHONPATH or in the current folder", async () => {
  const folder = await Deno.makeTempDir({ prefix: "polydice_foreign_" });
  try {
    for (const name of ["enum", "json", "sys_", "venv", "sitecustomize", "usercustomize"]) {
      await Deno.writeTextFile(join(folder, `${name}.py`), "raise SystemExit('a foreign module')\n");
    }
    const run: RunCommand = (command, options) =>
      runCommand(command, { ...options, cwd: folder, env: { PYTHONPATH: folder, PYTHONHOME: folder } });
    const { command, version } = await findPython("Jupyter", 10, run);
    assert(version[1] >= 10);
    const { status } = await run([...command, "-I", "-m", "venv", "--without-pip", join(folder, "environment")]);
    assertEquals(status, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
