/**
 * `deno task reproduce`: the thesis from end to end.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { basename, join, relative } from "node:path";
import { BACKEND_NAMES } from "../lib/backend/use_backend.ts";
import { PROFILE_NAMES } from "../lib/experiment/profiles.ts";
import { openOwnFolder, type OwnFolder } from "../lib/files/own_folder.ts";
import { checkNotebooks } from "./check_notebooks.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { plainly, TaskError } from "./cli/task_error.ts";
import { pathOption, wholeNumber } from "./cli/values.ts";
import { findNotebooks, notebookName, notebookNumber } from "./notebooks/cells.ts";
import { failureText, startNotebook } from "./notebooks/run_notebook.ts";
import {
  type MeasuredSeconds,
  readKnownSeconds,
  updateMeasuredSeconds,
  writeMeasuredSeconds,
} from "./notebooks/time_left.ts";
import { makeReport, openPage, REPORT_FILE } from "./report.ts";
import { reproduceProgress } from "./reproduce/reproduce_progress.ts";
import { chosenProcessor, setup } from "./setup.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";
import { chosenData, PROFILE_HELP, withDataOptions } from "./training/options.ts";

export const command = withDataOptions(
  taskCommand(
    "deno task reproduce",
    "Runs the notebooks of the thesis from top to bottom and writes a table of results and a report.",
  )
    .addOption(
      new Option("--profile <name>", PROFILE_HELP)
        .choices(PROFILE_NAMES).default("quick" as const).env("POLYDICE_PROFILE"),
    ),
)
  .addOption(
    new Option("--seed <number>", "whole number from which all randomness derives").argParser(wholeNumber).default(1)
      .env("POLYDICE_SEED"),
  )
  .addOption(
    new Option("--backend <name>", "what computes").choices(BACKEND_NAMES).default("tensorflow" as const).env(
      "POLYDICE_BACKEND",
    ),
  )
  .addOption(
    pathOption("--results <folder>", "where report, table and executed notebooks go", "POLYDICE_RESULTS").default(
      join(projectFolder().root, "results", "latest"),
      "results/latest",
    ),
  )
  .option("--notebooks <list>", "only these, as in 1,3", notebookNumbers)
  .option("--open", "shows the report in the default browser")
  .option("--cpu", "the build of TensorFlow to set up, where none is installed or another one")
  .option("--gpu", "the same, for NVIDIA GPUs")
  .option("--verbose", "prints what the notebooks print")
  .action(async (options, self) => {
    await reproduce({ ...options, ...chosenData(options, self) }, projectFolder(), progressLine());
  });

/** What to reproduce. */
export type ReproduceOptions = Omit<ReturnType<typeof command.opts>, "split" | "set"> & ReturnType<typeof chosenData>;

/**
 * Checks the notebooks, runs them one after the other, stops at the first that fails, and makes the report. What they make
 * is gathered in a folder of the cache, and goes from there into the results, whole files only.
 *
 * @throws {TaskError} naming notebook, cell and line of a failure; the partly executed copy is kept. Or where the report
 *   can't be made; all else is kept then
 */
export async function reproduce(options: ReproduceOptions, project: ProjectFolder, line: ProgressLine): Promise<void> {
  const started = performance.now();
  const notebooks = await chosenNotebooks(options, project);
  const processor = chosenProcessor(options);
  using results = await plainly(() => openOwnFolder(options.results, { task: "reproduce" }));
  const problems = await setUpAndCheck(notebooks, { processor, project, progress: line });
  line.say([`Profile ${options.profile}`, options.dataset, `seed ${options.seed}`, options.backend].join(" · "));
  if (problems.length) throw new TaskError(`The notebooks have errors:\n${problems.join("\n")}`);

  await Deno.mkdir(project.cache, { recursive: true });
  const gathered = await Deno.makeTempDir({ dir: project.cache, prefix: "reproduce-" });
  try {
    const variables = notebookVariables(options, gathered);
    await runNotebooks({ options, project, notebooks, results, gathered, variables }, line);
    await handOver(gathered, results);
    await sayTable(gathered, options.results, line);
    line.show("Making the report");
    await results.remove(REPORT_FILE); // that of a former run, should this one's fail
    await makeReport(gathered, variables, project).finally(() => line.clear());
    await handOver(gathered, results);
    await results.finish();
  } finally {
    await Deno.remove(gathered, { recursive: true }).catch(() => {});
  }
  line.say(`Reproduced in ${duration((performance.now() - started) / 1000)}`);
  const report = join(options.results, REPORT_FILE);
  const unopened = options.open ? await openPage(report) : undefined;
  if (unopened) line.say(unopened);
  line.say(`Report: ${report}`);
}

/** Sets up what is missing and checks the notebooks meanwhile; returns what is wrong with them. */
async function setUpAndCheck(
  notebooks: readonly string[],
  options: Parameters<typeof setup>[0] & { readonly progress: ProgressLine },
): Promise<string[]> {
  const [check, ready] = await Promise.allSettled([
    checkNotebooks(notebooks),
    setup(options).then(() => options.progress.show("Checking the notebooks")),
  ]);
  options.progress.clear();
  if (ready.status === "rejected") throw ready.reason;
  if (check.status === "rejected") throw check.reason;
  return check.value;
}

async function runNotebooks(
  { options, project, notebooks, results, gathered, variables }: {
    readonly options: ReproduceOptions;
    readonly project: ProjectFolder;
    readonly notebooks: readonly string[];
    readonly results: OwnFolder;
    readonly gathered: string;
    readonly variables: Record<string, string>;
  },
  line: ProgressLine,
): Promise<void> {
  const kind = { profile: options.profile, dataset: options.dataset, backend: options.backend };
  const known = await readKnownSeconds(project.cache, kind);
  const now: MeasuredSeconds = {};
  const { verbose } = options;
  const progress = reproduceProgress({ names: notebooks.map(notebookName), known, line, verbose });
  const executedCopy = (notebook: string) => join(gathered, "executed", basename(notebook));
  const start = (notebook: string) =>
    startNotebook({ project, notebook, executed: executedCopy(notebook), env: variables });
  await using kernels = new AsyncDisposableStack();
  let next = kernels.use(start(notebooks[0]));
  for (const [index, notebook] of notebooks.entries()) {
    progress.begin(index);
    const kept = async () => {
      const isThere = await Deno.stat(executedCopy(notebook)).then(() => true, () => false);
      return isThere ? `Partly executed copy: ${join(options.results, "executed", basename(notebook))}` : "";
    };
    const running = next;
    try {
      if (index + 1 < notebooks.length) next = kernels.use(start(notebooks[index + 1])); // while this one computes
      const failure = await running.run(progress.follow);
      if (failure) throw new TaskError(`${failureText(basename(notebook), failure)}\n\n${await kept()}`.trim());
    } catch (error) {
      progress.stop();
      await handOver(gathered, results);
      if (!(error instanceof TaskError) || error.status < 128) throw error;
      throw new TaskError(`Interrupted in ${basename(notebook)}. ${await kept()}`.trim(), error.status);
    }
    Object.assign(now, { [notebookName(notebook)]: progress.finish() });
    await writeMeasuredSeconds(project.cache, kind, updateMeasuredSeconds(known.here, now));
  }
}

/** The variables by which the notebooks learn the options. */
function notebookVariables(options: ReproduceOptions, results: string): Record<string, string> {
  const { profile, seed, backend, dataset, split, set, places } = options;
  const variables: Record<string, string | undefined> = {
    POLYDICE_PROFILE: profile,
    POLYDICE_SEED: `${seed}`,
    POLYDICE_BACKEND: backend,
    POLYDICE_RESULTS: results,
    POLYDICE_DATASET: places.own ?? dataset,
    POLYDICE_DATA: places.data,
    POLYDICE_GROUPS: places.groups,
    POLYDICE_SPLIT: split,
    POLYDICE_FIT: set.fit,
    POLYDICE_MASK_VALUE: set.maskValues,
  };
  // Empty counts as not set: what the user's own environment says is read already.
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value ?? ""]));
}

/** Puts every file of a folder into the results. */
async function handOver(gathered: string, results: OwnFolder, folder = gathered): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await handOver(gathered, results, path);
    else await results.write(relative(gathered, path).replaceAll("\\", "/"), await Deno.readFile(path));
  }
}

async function chosenNotebooks({ notebooks }: ReproduceOptions, project: ProjectFolder): Promise<string[]> {
  const all = await findNotebooks(project.notebooks);
  if (all.length === 0) throw new TaskError(`Cannot find notebooks in ${project.notebooks}.`);
  const numbers = all.map(notebookNumber);
  const missing = notebooks?.filter((number) => !numbers.includes(number)) ?? [];
  if (missing.length) {
    throw new TaskError(`Cannot run notebook ${missing.join(", ")}: there are ${numbers.join(", ")}.`, 2);
  }
  return all.filter((path) => notebooks?.includes(notebookNumber(path)) ?? true);
}

async function sayTable(gathered: string, results: string, line: ProgressLine): Promise<void> {
  const table = join(results, "results.md");
  const text = await Deno.readTextFile(join(gathered, "results.md")).catch(() => undefined);
  if (text !== undefined) line.say(`\n${text.trim()}\n`);
  line.say(`Executed notebooks: ${join(results, "executed")}`);
  if (text !== undefined) line.say(`Table: ${table} (.csv, .json)`);
}

function notebookNumbers(list: string): number[] {
  if (/^\d+(,\d+)*$/.test(list)) return [...new Set(list.split(",").map(Number))].sort((a, b) => a - b);
  throw new InvalidArgumentError("Expected numbers with commas between, as in 1,3.");
}

if (import.meta.main) await runCommandLine(command);
