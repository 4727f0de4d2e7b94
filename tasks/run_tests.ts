/**
 * `deno task test`: everything that must hold before a change is handed on.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { join } from "node:path";
import { checkNotebooks, unformattedNotebooks } from "./check_notebooks.ts";
import { runAttached } from "./cli/child_process.ts";
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

async function runCheck(name: string, check: () => Promise<boolean>): Promise<TestCounts> {
  const started = performance.now();
  const success = await check();
  console.log(`${name} ... ${success ? "ok" : "FAILED"} (${duration((performance.now() - started) / 1000)})`);
  return { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
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

/** Runs `deno test`; its report is counted, its exit status is believed. */
async function runTests(project: ProjectFolder, args: string[]): Promise<TestCounts> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_test_" });
  try {
    const report = join(folder, "report.xml");
    const success = await runDeno(project, ["test", "-q", "-P", "--doc", `--junit-path=${report}`, ...args]);
    const counts = countTests(await Deno.readTextFile(report).catch(() => undefined));
    return success || counts.failed ? counts : addCounts(counts, { passed: 0, failed: 1, skipped: 0 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Numbers of tests or checks. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Counts the tests of a JUnit report. Steps are part of their test and are not counted.
 *
 * @param report XML of `deno test --junit-path`; undefined where the run broke off, which counts as one failure
 */
export function countTests(report: string | undefined): TestCounts {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  let [passed, failed, skipped] = [0, 0, 0];
  for (const [, attributes, content = ""] of report.matchAll(/<testcase\b([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g)) {
    if (/ name="[^"]* &gt; /.test(attributes)) continue;
    if (/<(failure|error)\b/.test(content)) failed++;
    else if (/<skipped\b/.test(content)) skipped++;
    else passed++;
  }
  return { passed, failed, skipped };
}

/** Adds counts. */
export function addCounts(a: TestCounts, b: TestCounts): TestCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The line that ends a test run: `12 passed, 0 failed, 1 skipped`. */
export function countLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const project = projectFolder();
  await setup({ project });
  for (const program of DEBIAN_PROGRAMS) await installDebianProgram(program, progressLine());
  let counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, command] of Object.entries(CHECKS)) {
    counts = addCounts(counts, await runCheck(name, () => runDeno(project, command)));
  }
  counts = addCounts(counts, await runCheck("notebooks: format, types and lint", () => notebooksAreSound(project)));
  const screenshots = join(project.cache, "screenshots");
  if (args.length === 0) await Deno.remove(screenshots, { recursive: true }).catch(() => {}); // those of other runs
  counts = addCounts(counts, await runTests(project, args));
  if (await Deno.stat(screenshots).catch(() => undefined)) console.log(`Pictures of the pages: ${screenshots}`);
  console.log(countLine(counts));
  return counts.failed ? 1 : 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
