import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { type RunCommand, runCommand } from "../../tasks/cli/child_process.ts";
import { TaskError } from "../../tasks/cli/task_error.ts";
import { installRequirements, isolatedVariables, pipProgress, type PipState } from "../../tasks/setup/pip_install.ts";
import { findPython } from "../../tasks/setup/python_interpreter.ts";
import { keptProgress } from "./temporary_project.ts";

const LINES = [
  "Collecting tensorflow-cpu==2.21.0 (from -r tensorflow_cpu.txt (line 21))",
  "  Downloading tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl (273.4 MB)",
  "Collecting six==1.17.0 (from -r jupyter.txt (line 3))",
  "  Using cached six-1.17.0-py2.py3-none-any.whl (11 kB)",
];

Deno.test("pipProgress() counts packages and the bytes that are fetched", () => {
  const start: PipState = { packages: 0, downloaded: 0, doing: "" };
  assertEquals(LINES.reduce(pipProgress, start), { packages: 2, downloaded: 273_400_000, doing: "found six" });
  assertEquals(pipProgress(start, "Installing collected packages: six").doing, "unpacking");
});

Deno.test("installRequirements() tells at its end how much it took", async () => {
  const { progress, said } = keptProgress();
  const run: RunCommand = (_, { onLine } = {}) => {
    LINES.forEach((line) => onLine?.(line));
    return Promise.resolve({ status: 0, lines: LINES });
  };
  await installRequirements("python", "TensorFlow", "file.txt", [], {}, progress, run);
  assertEquals(said, ["  TensorFlow: 2 packages, 273 MB downloaded, 0 s\n"]);
});

// [pip's words, what is told beside them]
const FAILURES: [words: string, advice: string][] = [
  ["ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"],
  ["ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one that was pinned"],
  ["ERROR: No matching distribution found for tensorflow-cpu==2.21.0", "has no wheel for"],
  ["ERROR: Connection reset", "start again"],
];

Deno.test("installRequirements() explains a failure of pip", async () => {
  for (const [words, advice] of FAILURES) {
    const run: RunCommand = () => Promise.resolve({ status: 1, lines: ["before", words] });
    const install = () => installRequirements("python", "Jupyter", "file.txt", [], {}, keptProgress().progress, run);
    const { message } = await assertRejects(install, TaskError);
    assertEquals([message.includes(advice), message.includes(words)], [true, true], message);
  }
});

Deno.test("isolatedVariables() keeps of pip's settings those that say where packages come from", () => {
  const variables = { HOME: "/home", PIP_TARGET: "/home", PIP_INDEX_URL: "ignored", PYTHONPATH: "/foreign" };
  const settings = [
    "global.index-url='https://user:it\\'s@index/'",
    "global.extra-index-url='\\nhttps://a\\nhttps://b'",
    "install.index-url='https://install/'",
    ":env:.cert='/cert.pem'",
    ":env:.prefix='/home'",
    "install.target='/home'",
    "global.proxy=''",
  ];
  const expected = {
    HOME: "/home",
    PIP_CONFIG_FILE: Deno.build.os === "windows" ? "nul" : "/dev/null",
    PIP_INDEX_URL: "https://install/",
    PIP_EXTRA_INDEX_URL: "https://a https://b",
    PIP_CERT: "/cert.pem",
  };
  assertEquals(isolatedVariables(variables, settings), expected);
  assertEquals(isolatedVariables({}, settings.slice(0, 1)).PIP_INDEX_URL, "https://user:it's@index/");
});

/** Makes a wheel of one empty module, and prints its hash. */
const WHEEL = `
import hashlib, sys, zipfile
path = sys.argv[1] + "/lone-1-py3-none-any.whl"
with zipfile.ZipFile(path, "w") as wheel:
    wheel.writestr("lone.py", "")
    wheel.writestr("lone-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: lone\\nVersion: 1\\n")
    wheel.writestr("lone-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr("lone-1.dist-info/RECORD", "")
print(hashlib.sha256(open(path, "rb").read()).hexdigest())
`;

Deno.test("installRequirements() is not led astray by PIP_TARGET, PIP_PREFIX or a pip.conf, and takes the user's index", async () => {
  const folder = await Deno.makeTempDir({ prefix: "polydice_pip_" });
  const names = ["wheels", "target", "prefix", "pip.conf", "environment", "file.txt"];
  const [wheels, target, prefix, conf, environment, file] = names.map((name) => join(folder, name));
  const user = {
    PIP_TARGET: target,
    PIP_PREFIX: prefix,
    PIP_DRY_RUN: "1",
    PIP_REQUIRE_VIRTUALENV: "1",
    PIP_CONFIG_FILE: conf,
    PIP_FIND_LINKS: wheels,
  };
  const before = Object.keys(user).map((name) => [name, Deno.env.get(name)] as const);
  try {
    await Deno.mkdir(wheels);
    await Deno.writeTextFile(conf, `[install]\nuser = true\nno-index = true\n`);
    const { command } = await findPython("pip", 10, runCommand);
    const python = Deno.build.os === "windows"
      ? join(environment, "Scripts", "python.exe")
      : join(environment, "bin", "python");
    const { lines: [hash] } = await runCommand([...command, "-I", "-c", WHEEL, wheels]);
    await Deno.writeTextFile(file, `lone==1 --hash=sha256:${hash}\n`);
    assertEquals((await runCommand([...command, "-I", "-m", "venv", environment])).status, 0);
    for (const [name, value] of Object.entries(user)) Deno.env.set(name, value);
    await installRequirements(python, "lone", file, [], {}, keptProgress().progress, runCommand);
    assertEquals((await runCommand([python, "-I", "-c", "import lone"])).status, 0);
    for (const astray of [target, prefix]) assertEquals(await Deno.stat(astray).catch(() => "none"), "none");
  } finally {
    for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    await Deno.remove(folder, { recursive: true });
  }
});

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
const MISSING: [pythons: Record<string, [string, boolean]>, chosen: string, text: string][] = [
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
  for (const [pythons, chosen, text] of MISSING) {
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
