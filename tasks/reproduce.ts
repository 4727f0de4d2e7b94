/**
 * `deno task reproduce`: the thesis from end to end.
 *
 * @module
 */
import { basename, join } from "node:path";
import { checkNotebooks } from "./check_notebooks.ts";
import { tryExclusiveLock } from "./exclusive_lock.ts";
import { findNotebooks, notebookName, notebookNumber } from "./notebooks/files.ts";
import { failureText, runNotebook } from "./notebooks/run_notebook.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { type ProjectFolder, projectFolder } from "./setup/project_folder.ts";
import {
  checkFolders,
  HELP,
  notebookVariables,
  parseReproduceOptions,
  type ReproduceOptions,
} from "./reproduce_options.ts";
import { makeReport, openPage } from "./report.ts";
import { reproduceProgress } from "./reproduce_progress.ts";
import { setup } from "./setup.ts";
import { runTask, TaskError } from "./cli/task_error.ts";
import {
  type MeasuredSeconds,
  readMeasuredSeconds,
  updateMeasuredSeconds,
  writeMeasuredSeconds,
} from "./notebooks/time_left.ts";

/**
 * Checks the notebooks, runs them one after the other, stops at the first that fails, and makes the report.
 *
 * @param options what to reproduce
 * @param project the checkout
 * @param line shows what is going on
 * @throws {TaskError} naming notebook, cell and line of a failure; the partly executed copy is kept. Or where the report
 * can't be made; all else is kept then
 */
export async function reproduce(options: ReproduceOptions, project: ProjectFolder, line: ProgressLine): Promise<void> {
  const started = performance.now();
  const notebooks = await chosenNotebooks(options, project);
  await checkFolders(options);
  await setup({ processor: options.processor, project, progress: line });
  using _lock = await lockResults(options.results);
  line.say(headline(options));

  line.show("Checking the notebooks");
  const problems = await checkNotebooks(notebooks);
  line.clear();
  if (problems.length) throw new TaskError(`The notebooks have errors:\n${problems.join("\n")}`);

  const executed = (notebook: string) => join(options.results, "executed", basename(notebook));
  for (const notebook of notebooks) await Deno.remove(executed(notebook)).catch(() => {});
  const kind = {
    profile: options.profile,
    dataset: options.dataset ?? (options.data ? "given" : "default"),
    backend: options.backend ?? "default",
  };
  const measured = await readMeasuredSeconds(project.cache, kind);
  const now: MeasuredSeconds = {};
  const progress = reproduceProgress({ names: notebooks.map(notebookName), measured, line, verbose: options.verbose });
  for (const [index, notebook] of notebooks.entries()) {
    progress.begin(index);
    const run = { project, notebook, executed: executed(notebook), env: notebookVariables(options) };
    try {
      const failure = await runNotebook({ ...run, onEvent: progress.follow });
      if (failure) {
        throw new TaskError(`${failureText(basename(notebook), failure)}\n\nPartly executed copy: ${run.executed}`);
      }
    } catch (error) {
      progress.stop();
      if (!(error instanceof TaskError) || error.status < 128) throw error;
      throw new TaskError(`Interrupted in ${basename(notebook)}. Partly executed copy: ${run.executed}`, error.status);
    }
    Object.assign(now, { [notebookName(notebook)]: progress.finish() });
    await writeMeasuredSeconds(project.cache, kind, updateMeasuredSeconds(measured, now));
  }
  await sayResults(options, started, line);
  line.show("Making the report");
  const report = await makeReport(options, project).finally(() => line.clear());
  line.say(`Reproduced in ${duration((performance.now() - started) / 1000)}`);
  const unopened = options.open ? await openPage(report) : undefined;
  if (unopened) line.say(unopened);
  line.say(`Report: ${report}`);
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

async function lockResults(results: string): Promise<Disposable> {
  const lock = await tryExclusiveLock(join(results, ".reproduce.lock"));
  if (typeof lock !== "string") return lock;
  throw new TaskError(
    `Cannot write to ${results}: another reproduce (${lock}) is at it. Wait for it, or choose another folder by --results.`,
  );
}

function headline({ profile, dataset, data, seed, backend }: ReproduceOptions): string {
  const images = dataset ?? (data ? `images from ${data}` : "default data set");
  return [`Profile ${profile}`, images, ...(seed === undefined ? [] : [`seed ${seed}`]), ...(backend ? [backend] : [])]
    .join(" · ");
}

async function sayResults({ results }: ReproduceOptions, started: number, line: ProgressLine): Promise<void> {
  const table = join(results, "results.md");
  const written = await Deno.stat(table).then(({ mtime }) => mtime!.getTime(), () => 0);
  if (written >= performance.timeOrigin + started) line.say(`\n${(await Deno.readTextFile(table)).trim()}\n`);
  line.say(`Executed notebooks: ${join(results, "executed")}`);
  if (written >= performance.timeOrigin + started) line.say(`Table: ${table} (.csv, .json)`);
}

async function main(args: string[]): Promise<number> {
  const project = projectFolder();
  const options = parseReproduceOptions(args, project.root, Deno.env.toObject());
  if (!options) {
    console.log(HELP);
    return 0;
  }
  await reproduce(options, project, progressLine());
  return 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
