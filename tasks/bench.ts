/**
 * `deno task bench`: this project side by side with PyTorch.
 *
 * @module
 */
import { join } from "node:path";
import { type BenchReport, ratioRows, readReport } from "../bench/bench_report.ts";
import { casesCsv, disturbanceNote, growthCsv, reportMarkdown, steadyTable } from "../bench/report_tables.ts";
import { runBench } from "../bench/run_bench.ts";
import { ourWorker } from "../bench/worker_process.ts";
import { BENCH_HELP, type BenchOptions, parseBenchOptions } from "./bench_options.ts";
import { runCommand } from "./cli/child_process.ts";
import { tryExclusiveLock } from "./exclusive_lock.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";
import { pytorchEnvironment, requirePytorch } from "./setup/environments.ts";
import { ensureEnvironment } from "./setup/pinned_environment.ts";
import { setup } from "./setup.ts";
import { runTask, TaskError } from "./cli/task_error.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

/**
 * Sets both sides up, measures them and writes the results.
 *
 * @throws {TaskError} where a side can't be set up, fails, or the bench is interrupted
 */
export async function bench(options: BenchOptions, project: ProjectFolder, line: ProgressLine): Promise<void> {
  const started = performance.now();
  const { plan, results, json } = options;
  const processor = await setup({ project, progress: line });
  const { compileCache, ...pytorch } = pytorchEnvironment(project, processor);
  if (options.pytorch) await requirePytorch(options.pytorch);
  const { python } = options.pytorch ? { python: options.pytorch } : await ensureEnvironment(pytorch, project, line);
  using _lock = await lockBench(project);

  const record = join(results, "bench.json");
  const save = (report: BenchReport) => writeFileAtomically(record, JSON.stringify(report, null, 2) + "\n");
  const earlier = options.resume ? await readReport(record) : undefined;
  if (options.resume && !earlier) line.say(`Nothing to go on with in ${results}: beginning anew`);
  let report: BenchReport;
  try {
    report = await runBench(plan, { ours: ourWorker(), python, compileCache }, line, save, earlier);
  } catch (error) {
    if (!(error instanceof TaskError) || error.status < 128) throw error;
    throw new TaskError("Interrupted. The same command with --resume goes on after the last case.", error.status);
  }
  await save(report);
  await writeFileAtomically(join(results, "bench.md"), reportMarkdown(report));
  await writeFileAtomically(join(results, "bench.csv"), casesCsv(report));
  if (report.growth.length) await writeFileAtomically(join(results, "growth.csv"), growthCsv(report));
  if (json) await writeFileAtomically(json, JSON.stringify({ rows: ratioRows(report) }, null, 2) + "\n");
  await drawCharts(project, record);
  line.say(`\n${steadyTable(report)}\n\n${disturbanceNote(report)}`);
  line.say(`Tables and charts: ${results}${json ? `, rows: ${json}` : ""}`);
  line.say(`Measured in ${duration((performance.now() - started) / 1000)}`);
}

/** Draws in a process of its own: the library that makes PNG files needs a permission that tasks do not have. */
async function drawCharts({ root }: ProjectFolder, record: string): Promise<void> {
  const permissions = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-ffi"];
  const script = join(root, "bench", "draw_charts.ts");
  const { status, lines } = await runCommand([Deno.execPath(), "run", "-q", ...permissions, script, record]);
  if (status !== 0) throw new TaskError(`Cannot draw the charts:\n${lines.slice(-12).join("\n")}`);
}

/** Two benches at once would measure each other. */
async function lockBench({ cache }: ProjectFolder): Promise<Disposable> {
  const lock = await tryExclusiveLock(join(cache, "bench.lock"));
  if (typeof lock !== "string") return lock;
  throw new TaskError(
    `Cannot measure: another bench (${lock}) is at it, and the two would disturb each other. Wait for it.`,
  );
}

async function main(args: string[]): Promise<number> {
  const project = projectFolder();
  const options = parseBenchOptions(args, project.root, Deno.env.toObject());
  if (!options) {
    console.log(BENCH_HELP);
    return 0;
  }
  await bench(options, project, progressLine());
  return 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
