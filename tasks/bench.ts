/**
 * `deno task bench`: this project side by side with PyTorch.
 *
 * @module
 */
import { join } from "node:path";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { type BenchPlan, DEFAULT_SIZES, parseWorkSize, type WorkSize } from "../bench/bench_plan.ts";
import { type BenchReport, ratioRows, readReport } from "../bench/bench_report.ts";
import { casesCsv, disturbanceNote, growthCsv, reportMarkdown, steadyTable } from "../bench/report_tables.ts";
import { PRECISIONS, WORKS } from "../bench/messages.ts";
import { runBench } from "../bench/run_bench.ts";
import { ourWorker } from "../bench/worker_process.ts";
import { runCommand } from "./cli/child_process.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { type OutputKind, requireOutput, writeOutput } from "./cli/output_file.ts";
import { listOf, pathOption, userPath, wholeNumber } from "./cli/values.ts";
import { tryLock } from "../lib/files/lock.ts";
import { openOwnFolder } from "../lib/files/own_folder.ts";
import { plainError } from "./plain_error.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";
import { pytorchEnvironment, requirePytorch } from "./setup/environments.ts";
import { ensureEnvironment } from "./setup/pinned_environment.ts";
import { setup } from "./setup.ts";
import { TaskError } from "./cli/task_error.ts";

/** The file of --json. */
const ROWS_FILE: OutputKind = { option: "--json", known: /^\{\s*"rows": \[\s*(\]|\{\s*"work": )/ };

/** What to measure and where to put it. Paths are absolute. */
export interface BenchOptions {
  readonly plan: BenchPlan;
  /** Folder for tables and charts. */
  readonly results: string;
  /** A file for scripts. */
  readonly json?: string;
  /** A Python that has PyTorch; undefined: the project's own environment. */
  readonly pytorch?: string;
  /** Whether to go on with an interrupted bench. */
  readonly resume?: true;
}

/**
 * The task's command line.
 *
 * @param measure what is done with the options
 */
export function benchCommand(measure: (options: BenchOptions) => Promise<void> | void) {
  return taskCommand(
    "deno task bench",
    "Measures this project side by side with PyTorch, in turns on one machine: training steps and the difficulty of a data " +
      "set by MC Dropout (N = 10). Writes bench.md, .csv, .json and charts. Installs PyTorch into the project's folder once.",
  )
    .option(
      "--sizes <list>",
      `base width/image size/batch, as in 8/64/16,16/96/8 (default: ${DEFAULT_SIZES.join(",")})`,
      workSizes,
    )
    .addOption(
      new Option("--work <list>", "train, mc").argParser(listOf(WORKS)).default([...WORKS], WORKS.join(",")),
    )
    .option(
      "--precision <list>",
      `${PRECISIONS.join(", ")}; by default those that the device has instructions for`,
      listOf(PRECISIONS),
    )
    .addOption(
      new Option(
        "--growth",
        "measures growth of time and memory with images, N and image size as well; by default only where --sizes is not given",
      ),
    )
    .addOption(new Option("--no-growth", "without it"))
    .option("--profile", "measures where the time goes, by the kinds of oneDNN's kernels, on both sides")
    .option(
      "--no-compile",
      "leaves torch.compile out of PyTorch's settings: compiling takes up to minutes a size, once",
    )
    .option("--rounds <number>", "quiet rounds of a case", fromOne, 7)
    .option("--seconds <number>", "no further round begins after this time; three are always measured", fromOne, 20)
    .option("--patience <number>", "seconds of a case to wait for a quiet machine", wholeNumber, 20)
    .addOption(
      pathOption("--results <folder>", "where tables and charts go")
        .default(join(projectFolder().root, "results", "bench"), "results/bench"),
    )
    .addOption(
      pathOption(
        "--json <file>",
        "also writes { rows: [{ work, size, precision, ours, peer, ratio }] }: medians in ms, peer / ours",
      ),
    )
    .option("--pytorch <python>", "a Python that has PyTorch, instead of installing one", programOrPath)
    .option("--resume", "goes on with an interrupted bench of the results folder")
    .addHelpText(
      "after",
      "\nRatios above 1 mean that we are faster. Other programs disturb: rounds in which they were busy are left out where\n" +
        "enough others remain, and the table says how busy they were.",
    )
    .action(({ sizes, work, precision, growth, profile = false, compile, rounds, seconds, patience, ...places }) => {
      const plan = {
        sizes: sizes ?? DEFAULT_SIZES.map(parseWorkSize),
        works: work,
        precisions: precision ?? PRECISIONS,
        nativePrecisionsOnly: precision === undefined,
        growth: growth ?? sizes === undefined,
        ...{ profile, compile, rounds, seconds, patience },
      };
      return measure({ plan, ...places });
    });
}

function workSizes(list: string): WorkSize[] {
  return [...new Set(list.split(","))].map((text) => {
    try {
      return parseWorkSize(text.trim());
    } catch (error) {
      throw new InvalidArgumentError(`${(error as Error).message}.`);
    }
  });
}

function fromOne(value: string): number {
  const number = wholeNumber(value);
  if (number > 0) return number;
  throw new InvalidArgumentError("Expected a whole number from 1.");
}

/** A program's name as it is, a path from the user's folder. */
function programOrPath(value: string): string {
  return /[\\/]/.test(value) ? userPath(value) : value;
}

/**
 * Sets both sides up, measures them and writes the results.
 *
 * @throws {Error} "Cannot write …" where the folder holds what no bench made; nothing is measured then
 * @throws {TaskError} where a side can't be set up, fails, or the bench is interrupted
 */
export async function bench(options: BenchOptions, project: ProjectFolder, line: ProgressLine): Promise<void> {
  const started = performance.now();
  const { plan, results, json } = options;
  if (json) await requireOutput(json, ROWS_FILE);
  using folder = await openOwnFolder(results, { task: "bench" });
  const processor = await setup({ project, progress: line });
  const { compileCache, ...pytorch } = pytorchEnvironment(project, processor);
  if (options.pytorch) await requirePytorch(options.pytorch);
  const { python } = options.pytorch ? { python: options.pytorch } : await ensureEnvironment(pytorch, project, line);
  using _lock = await lockBench(project);

  const write = (name: string, text: string) => folder.write(name, new TextEncoder().encode(text));
  const save = (report: BenchReport) => write("bench.json", JSON.stringify(report, null, 2) + "\n");
  // Only what a bench has written, as it has written it.
  const isOurs = options.resume && await folder.keep("bench.json");
  const earlier = isOurs ? await readReport(join(folder.path, "bench.json")) : undefined;
  if (options.resume && !earlier) line.say(`Nothing to go on with in ${results}: beginning anew`);
  let report: BenchReport;
  try {
    report = await runBench(plan, { ours: ourWorker(), python, compileCache }, line, save, earlier);
  } catch (error) {
    if (!(error instanceof TaskError) || error.status < 128) throw error;
    throw new TaskError("Interrupted. The same command with --resume goes on after the last case.", error.status);
  }
  await save(report);
  await write("bench.md", reportMarkdown(report));
  await write("bench.csv", casesCsv(report));
  if (report.growth.length) await write("growth.csv", growthCsv(report));
  for (const [name, bytes] of await drawCharts(project, report)) await folder.write(name, bytes);
  await folder.finish();
  if (json) await writeOutput(json, JSON.stringify({ rows: ratioRows(report) }, null, 2) + "\n", ROWS_FILE);
  line.say(`\n${steadyTable(report)}\n\n${disturbanceNote(report)}`);
  line.say(`Tables and charts: ${results}${json ? `, rows: ${json}` : ""}`);
  line.say(`Measured in ${duration((performance.now() - started) / 1000)}`);
}

/**
 * The charts' files by their names, drawn in a process of its own: the library that makes PNG files needs a permission
 * that tasks do not have.
 */
async function drawCharts({ root }: ProjectFolder, report: BenchReport): Promise<[string, Uint8Array][]> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_charts_" });
  try {
    await Deno.writeTextFile(join(folder, "bench.json"), JSON.stringify(report));
    const permissions = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-ffi"];
    const command = [Deno.execPath(), "run", "-q", ...permissions, join(root, "bench", "charts.ts"), folder];
    const { status, lines } = await runCommand(command);
    if (status !== 0) throw new TaskError(`Cannot draw the charts:\n${lines.slice(-12).join("\n")}`);
    const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).filter((name) =>
      name !== "bench.json"
    );
    return await Promise.all(
      names.map(async (name): Promise<[string, Uint8Array]> => [name, await Deno.readFile(join(folder, name))]),
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Two benches at once would measure each other. */
async function lockBench({ cache }: ProjectFolder): Promise<Disposable> {
  const lock = await tryLock(join(cache, "bench.lock"));
  if (typeof lock !== "string") return lock;
  throw new TaskError(
    `Cannot measure: another bench (${lock}) is at it, and the two would disturb each other. Wait for it.`,
  );
}

if (import.meta.main) {
  const measure = (options: BenchOptions) => bench(options, projectFolder(), progressLine());
  await runCommandLine(benchCommand((options) =>
    measure(options).catch((error) => {
      throw plainError(error);
    })
  ));
}
