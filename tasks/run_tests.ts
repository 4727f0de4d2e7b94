/**
 * `deno task test`: everything that must hold before a change is handed on.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { join } from "node:path";
import { checkNotebooks, unformattedNotebooks } from "./check_notebooks.ts";
import { runAttached, runCommand } from "./cli/child_process.ts";
import { duration, progressLine } from "./cli/progress_line.ts";
import { runTask } from "./cli/task_error.ts";
import { findNotebooks } from "./notebooks/cells.ts";
import { setup } from "./setup.ts";
import { DEBIAN_PROGRAMS, installDebianProgram } from "./setup/debian_programs.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";

const HELP =
  `Runs the set-up, the checks (format, lint, types, notebooks), all tests and the examples of the documentation.

Usage: deno task test [options and files of deno test]

  --filter TEXT        only tests whose names contain it
  tests/loss           only tests in this folder
  --help               this text

Tests in a real browser need Chromium; as root on Debian or Ubuntu it is installed where it is missing, elsewhere they are
skipped without it. Their pictures are kept in .cache/screenshots. The same holds for Slurm, which tests start,
and rsync.
The last line counts tests and checks: "120 passed, 0 failed, 2 skipped".`;

/** What deno.json leaves out of formatting, and the notebooks, which are checked apart. */
const UNFORMATTED = ["notebooks", ...config.fmt.exclude];

/** The checks that need no test, by what the user sees. */
const CHECKS: Record<string, string[]> = {
  "deno fmt --check": ["fmt", "-q", "--check", `--ignore=${UNFORMATTED.join()}`],
  "deno lint": ["lint", "-q"],
  "deno check": ["check", "-q"],
};

async function runDeno(project: ProjectFolder, args: string[]): Promise<boolean> {
  return await runAttached([Deno.execPath(), ...args], { cwd: project.root }) === 0;
}

async function runCheck(name: string, check: () => Promise<boolean>): Promise<Outcome> {
  const started = performance.now();
  const success = await check();
  console.log(`${name} ... ${success ? "ok" : "FAILED"} (${duration((performance.now() - started) / 1000)})`);
  return success ? "passed" : "failed";
}

async function notebooksAreSound(project: ProjectFolder): Promise<boolean> {
  const notebooks = await findNotebooks(project.notebooks);
  const problems = [
    ...await unformattedNotebooks(notebooks, join(project.root, "deno.json")),
    ...await checkNotebooks(notebooks),
  ];
  for (const problem of problems) console.error(problem);
  return problems.length === 0;
}

/** Where tests start processes and mostly wait for them: these run beside all others, which compute. */
const WAITING = ["tasks", "workflow", "notebook_execution", "explorer", "report", "faults"].map((name) =>
  `tests/${name}`
);

/**
 * Runs `deno test`, without arguments as two processes side by side; what the second prints comes when both are done. Their
 * reports are counted, their exit status is believed.
 */
async function runTests(project: ProjectFolder, args: readonly string[]): Promise<Outcome[]> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_test_" });
  const run = async (name: string, args: readonly string[], start: (command: string[]) => Promise<boolean>) => {
    const report = join(folder, `${name}.xml`);
    const success = await start(["test", "-q", "-P", `--junit-path=${report}`, ...args]);
    const outcomes = outcomesOf(await Deno.readTextFile(report).catch(() => undefined));
    return success || outcomes.includes("failed") ? outcomes : [...outcomes, "failed" as const];
  };
  const attached = (command: string[]) => runDeno(project, command);
  try {
    if (args.length > 0) return await run("all", ["--doc", ...args], attached);
    let said: readonly string[] = [];
    const outcomes = await Promise.all([
      run("waiting", WAITING, attached),
      run("computing", ["--doc", `--ignore=${[...WAITING, ...config.exclude]}`], async (command) => {
        const { status, lines } = await runCommand([Deno.execPath(), ...command], { cwd: project.root });
        said = lines;
        return status === 0;
      }),
    ]);
    console.log(said.join("\n"));
    return outcomes.flat();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What became of a test or check. */
export type Outcome = "passed" | "failed" | "skipped";

/**
 * The outcomes of the tests of a JUnit report. Steps are part of their test and are not counted.
 *
 * @param report XML of `deno test --junit-path`; undefined where the run broke off, which counts as one failure
 */
export function outcomesOf(report: string | undefined): Outcome[] {
  if (report === undefined) return ["failed"];
  const cases = [...report.matchAll(/<testcase\b([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g)];
  return cases.filter(([, attributes]) => !/ name="[^"]* &gt; /.test(attributes)).map(([, , content = ""]) =>
    /<(failure|error)\b/.test(content) ? "failed" : /<skipped\b/.test(content) ? "skipped" : "passed"
  );
}

/** The line that ends a test run: `12 passed, 0 failed, 1 skipped`. */
export function countLine(outcomes: readonly Outcome[]): string {
  const count = (wanted: Outcome) => `${outcomes.filter((outcome) => outcome === wanted).length} ${wanted}`;
  return [count("passed"), count("failed"), count("skipped")].join(", ");
}

async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const project = projectFolder();
  await setup({ project });
  for (const program of DEBIAN_PROGRAMS) await installDebianProgram(program, progressLine());
  const outcomes: Outcome[] = [];
  for (const [name, command] of Object.entries(CHECKS)) {
    outcomes.push(await runCheck(name, () => runDeno(project, command)));
  }
  outcomes.push(await runCheck("notebooks: format, types and lint", () => notebooksAreSound(project)));
  const screenshots = join(project.cache, "screenshots");
  if (args.length === 0) await Deno.remove(screenshots, { recursive: true }).catch(() => {}); // those of other runs
  outcomes.push(...await runTests(project, args));
  if (await Deno.stat(screenshots).catch(() => undefined)) console.log(`Pictures of the pages: ${screenshots}`);
  console.log(countLine(outcomes));
  return outcomes.includes("failed") ? 1 : 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
