/**
 * `deno task test`: everything that must hold before a change is handed on.
 *
 * @module
 */
import { join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { checkNotebooks } from "./check_notebooks.ts";
import { passSignalsTo } from "./child_process.ts";
import { installChromium } from "./chromium.ts";
import { findNotebooks } from "./notebook_files.ts";
import { unformattedNotebooks } from "./notebook_format.ts";
import { duration, progressLine } from "./progress_line.ts";
import { type ProjectFolder, projectFolder } from "./project_folder.ts";
import { setup } from "./setup.ts";
import { installRsync } from "./rsync_package.ts";
import { installSlurm } from "./slurm_packages.ts";
import { runTask } from "./task_error.ts";
import { addCounts, countLine, countTests, type TestCounts } from "./test_counts.ts";

const HELP =
  `Runs the set-up, the checks (format, lint, types, notebooks), all tests and the examples of the documentation.

Usage: deno task test [options and files of deno test]

  --filter TEXT        only tests whose names contain it
  tests/loss           only tests in this folder
  --help               this text

Tests in a real browser need Chromium; as root on Debian or Ubuntu it is installed where it is missing, elsewhere they are
skipped without it. Their pictures are kept in results/latest/screenshots. The same holds for Slurm, which tests start,
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
  const child = new Deno.Command(Deno.execPath(), { args, cwd: project.root }).spawn();
  const interruption = passSignalsTo(child);
  try {
    const { success } = await child.status;
    interruption.check();
    return success;
  } finally {
    interruption.release();
  }
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

async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) {
    console.log(HELP);
    return 0;
  }
  const project = projectFolder();
  await setup({ project });
  await installChromium(progressLine());
  await installSlurm(progressLine());
  await installRsync(progressLine());
  let counts: TestCounts = { passed: 0, failed: 0, skipped: 0 };
  for (const [name, command] of Object.entries(CHECKS)) {
    counts = addCounts(counts, await runCheck(name, () => runDeno(project, command)));
  }
  counts = addCounts(counts, await runCheck("notebooks: format, types and lint", () => notebooksAreSound(project)));
  const screenshots = join(project.root, "results", "latest", "screenshots");
  if (args.length === 0) await Deno.remove(screenshots, { recursive: true }).catch(() => {}); // those of other runs
  counts = addCounts(counts, await runTests(project, args));
  if (await Deno.stat(screenshots).catch(() => undefined)) console.log(`Pictures of the pages: ${screenshots}`);
  console.log(countLine(counts));
  return counts.failed ? 1 : 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
