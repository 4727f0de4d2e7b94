/**
 * `deno task bench`: this project side by side with PyTorch.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { basename, join, resolve } from "node:path";
import { type BenchPlan, DEFAULT_SIZES, parseWorkSize, type WorkSize } from "../bench/bench_plan.ts";
import {
  type BenchReport,
  casesCsv,
  disturbanceNote,
  growthCsv,
  ratioRows,
  readReport,
  reportMarkdown,
  steadyTable,
} from "../bench/bench_report.ts";
import { PRECISIONS, WORKS } from "../bench/messages.ts";
import {
  EPOCH_CASES,
  epochMachine,
  type EpochResult,
  epochsMarkdown,
  measureEpochs,
  writeImageFiles,
} from "../bench/epochs.ts";
import { runBench } from "../bench/run_bench.ts";
import { ourWorker } from "../bench/worker_process.ts";
import { tryLock } from "../lib/files/lock.ts";
import { openOwnFolder, type OwnFolder } from "../lib/files/own_folder.ts";
import { runCommand } from "./cli/child_process.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { type OutputKind, requireOutput, writeOutput } from "./cli/output_file.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { plainly, TaskError } from "./cli/task_error.ts";
import { listOf, pathOption, positiveNumber, userPath, wholeNumber } from "./cli/values.ts";
import { setup } from "./setup.ts";
import { pytorchEnvironment, requirePytorch } from "./setup/environments.ts";
import { ensureEnvironment } from "./setup/pinned_environment.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";

/** The file of --json. */
const ROWS_FILE: OutputKind = { option: "--json", known: /^\{\s*"rows": \[\s*(\]|\{\s*"work": )/ };

/** What to measure and where to put it. Paths are absolute. */
export interface BenchOptions {
  readonly plan: BenchPlan;
  readonly results: string;
  /** Whether whole trainings are measured as well. */
  readonly epochs?: true;
  /** Folder of image files for whole trainings. */
  readonly images?: string;
  readonly json?: string;
  /** A Python that has PyTorch; undefined: the project's own environment. */
  readonly pytorch?: string;
  readonly resume?: true;
}

/** What can be measured: repetitions of steps, and whole trainings. */
const ALL_WORKS = [...WORKS, "epoch"] as const;

/** The task's command line. */
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
      new Option("--work <list>", "train and mc: one repetition; epoch: whole trainings from image files to scores")
        .argParser(listOf(ALL_WORKS)).default([...WORKS] as (typeof ALL_WORKS)[number][], WORKS.join(",")),
    )
    .addOption(
      pathOption("--images <folder>", "what --work epoch trains on: images/ and masks/; by default synthetic files"),
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
    .option("--rounds <number>", "quiet rounds of a case", positiveNumber, 7)
    .option(
      "--seconds <number>",
      "no further round begins after this time; three are always measured",
      positiveNumber,
      20,
    )
    .option("--patience <number>", "seconds of a case to wait for a quiet machine", wholeNumber, 20)
    .addOption(
      pathOption("--results <folder>", "where tables and charts go; the committed measurement is in results/bench")
        .default(join(projectFolder().root, "runs", "bench"), "runs/bench"),
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
    .action(
      ({ sizes, work, precision, growth, profile = false, compile, rounds, seconds, patience, ...places }, self) => {
        const works = WORKS.filter((name) => work.includes(name));
        if (places.images && !work.includes("epoch")) {
          throw new TaskError("Cannot use --images: it is what --work epoch trains on.", 2);
        }
        if (works.length === 0) {
          const other = self.options.map((option) => option.attributeName()).find((name) =>
            !["work", "images", "results", "pytorch"].includes(name) &&
            self.getOptionValueSource(name as "work") === "cli"
          );
          if (other) throw new TaskError(`Cannot use --${other} with --work epoch alone: it is for train and mc.`, 2);
        }
        const plan = {
          sizes: sizes ?? DEFAULT_SIZES.map(parseWorkSize),
          works,
          precisions: precision ?? PRECISIONS,
          nativePrecisionsOnly: precision === undefined,
          growth: growth ?? sizes === undefined,
          ...{ profile, compile, rounds, seconds, patience },
        };
        return measure({ plan, ...(work.includes("epoch") ? { epochs: true as const } : {}), ...places });
      },
    );
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
  if (options.epochs) await measureTrainings(project, python, options.images, folder, line);
  for (const name of plan.works.length === 0 ? STEP_FILES : options.epochs ? [] : TRAINING_FILES) {
    await folder.keep(name);
  }
  if (plan.works.length === 0) {
    await folder.finish();
    return;
  }
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

/** What repetitions of steps come to, and what whole trainings do: measuring one keeps the other's files. */
const STEP_FILES = ["bench", "growth"].flatMap((name) =>
  ["json", "md", "csv", "png", "vl.json"].map((end) => `${name}.${end}`)
);
const TRAINING_FILES = ["epoch.json", "epoch.md"];

/** Measures whole trainings and writes what they came to. */
async function measureTrainings(
  { root }: ProjectFolder,
  python: string,
  images: string | undefined,
  folder: OwnFolder,
  line: ProgressLine,
): Promise<void> {
  const results: EpochResult[] = [];
  const shown = images === undefined ? "synthetic files" : basename(resolve(images));
  const machine = `${await epochMachine(python)} Images: ${shown}.`;
  const made = images === undefined ? await Deno.makeTempDir({ prefix: "polydice_images_" }) : undefined;
  try {
    if (made) {
      line.show("Writing image files");
      await writeImageFiles(root, made);
    }
    for (const one of EPOCH_CASES) {
      const observe = (doing: string) => line.show(`Whole training, ${one.profile}: ${doing}`);
      results.push(await measureEpochs({ root, python }, one, images ?? made!, observe));
      const files = {
        "epoch.json": JSON.stringify(results, null, 2) + "\n",
        "epoch.md": epochsMarkdown(results, machine),
      };
      for (const [name, text] of Object.entries(files)) await folder.write(name, new TextEncoder().encode(text));
    }
    line.say(`${epochsMarkdown(results, machine)}\nWritten to ${folder.path}`);
  } finally {
    if (made) await Deno.remove(made, { recursive: true });
  }
}

/** The charts' files by their names, drawn in a process: the library that makes PNG files needs a permission more. */
async function drawCharts({ root }: ProjectFolder, report: BenchReport): Promise<Map<string, Uint8Array>> {
  const folder = await Deno.makeTempDir({ prefix: "polydice_charts_" });
  try {
    const data = join(folder, "bench.json");
    await Deno.writeTextFile(data, JSON.stringify(report));
    const permissions = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-sys", "--allow-ffi"];
    const command = [Deno.execPath(), "run", "-q", ...permissions, join(root, "bench", "charts.ts"), folder];
    const { status, lines } = await runCommand(command);
    if (status !== 0) throw new TaskError(`Cannot draw the charts:\n${lines.slice(-12).join("\n")}`);
    await Deno.remove(data);
    const files = new Map<string, Uint8Array>();
    for await (const { name } of Deno.readDir(folder)) files.set(name, await Deno.readFile(join(folder, name)));
    return files;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Two benches at once would measure each other. */
async function lockBench({ cache }: ProjectFolder): Promise<Disposable> {
  const lock = await tryLock(join(cache, "bench.lock"));
  if (typeof lock !== "string") return lock;
  throw new TaskError(
    `Cannot measure: another bench (${lock}) is running, and the two would disturb each other. Wait for it.`,
  );
}

if (import.meta.main) {
  await runCommandLine(benchCommand((options) => plainly(() => bench(options, projectFolder(), progressLine()))));
}
