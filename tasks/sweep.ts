/**
 * `deno task sweep`: the runs of a study.
 *
 * @module
 */
import { join } from "node:path";
import { Option } from "@commander-js/extra-typings";
import type { BackendInformation } from "../lib/backend/use_backend.ts";
import type { RunData } from "../lib/data/open_data.ts";
import { runHash } from "../lib/experiment/experiment.ts";
import type { StudyRun } from "../lib/experiment/study_runs.ts";
import { tryLock } from "../lib/files/lock.ts";
import { writeRecord } from "../lib/results/record_store.ts";
import { recordRun } from "../lib/training/record_run.ts";
import { loadRun, runDirectory } from "../lib/training/run_store.ts";
import { LOCK_FILE } from "../lib/training/train_or_load.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { type OutputKind, requireOutput, writeOutput } from "./cli/output_file.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { startNothingMore } from "./cli/start_nothing_more.ts";
import { TaskError } from "./cli/task_error.ts";
import { type Jobs, jobsWord, pathOption } from "./cli/values.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { setup } from "./setup.ts";
import { externalImages, lacksExternal } from "./training/external_images.ts";
import { type TrainingProgress, trainingProgress } from "./training/progress.ts";
import { recordedRuns, requireUsedData, selectedRuns, type Selection, withSelection } from "./training/selection.ts";
import { fittingJobs, RUN_BYTES, sharingWorkers, thisMachine } from "../lib/training/shares.ts";
import { type SideBySideResult, trainSideBySide, type WaitingRuns } from "./training/side_by_side.ts";
import { readStudy } from "./training/study_file.ts";
import { orders, tell, toldProgress } from "./training/sweep_worker.ts";
import { openWanted, type TrainingPlaces, trainRuns } from "./training/train_runs.ts";

/** The file of --json. */
const LIST_FILE: OutputKind = { option: "--json", known: /^\{\s*"runs": \[\s*(\]|\{\s*"name": )/ };

/** Which runs, and where everything is. */
interface Sweep {
  readonly selection: Selection;
  readonly places: TrainingPlaces;
  /** Folder of the published data sets. */
  readonly data?: string;
}

/** Trains the selected runs one after another, but for those that have their record. */
async function sweep(wanted: Sweep, line: ProgressLine): Promise<SideBySideResult> {
  const read = recordReader(line.say);
  const waiting = waitingRuns(wanted.selection, read);
  async function* runs() {
    for (let run; (run = await waiting.next());) yield run;
  }
  const passed = { recorded: 0, busy: 0 };
  const shown = { line, progress: trainingProgress(line, waiting.count) };
  const trained = await trainUnrecorded(runs(), wanted, shown, read, (why) => passed[why]++);
  return { trained, ...passed, failed: [] };
}

/** Trains the selected runs by so many workers, each a process of this task. */
async function sweepSideBySide(
  jobs: number,
  word: string,
  results: string,
  { selection, places: { runs, backend, log }, data }: Sweep,
  line: ProgressLine,
): Promise<SideBySideResult> {
  const { root } = projectFolder();
  const read = recordReader(line.say);
  await readImages({ selection, data }, read, line);
  const workers = await sharingWorkers([
    ...[Deno.execPath(), "run", "-q", "--no-prompt", "--no-check", "-P=training", "--config", join(root, "deno.json")],
    ...[join(root, "tasks", "sweep.ts"), word, "--worker", "--backend", backend, "--runs", runs, "--results", results],
    ...(data === undefined ? [] : ["--data", data]),
    ...(log === undefined ? [] : ["--log", log]),
  ], jobs);
  return await trainSideBySide(workers, waitingRuns(selection, read), line);
}

/**
 * Reads all images that runs without a record need, each once, so that the workers find them in the cache. Where some are
 * wrong the workers go on with the others, and tell.
 *
 * @throws {TaskError} where none can be read
 */
async function readImages(
  { selection, data }: Pick<Sweep, "selection" | "data">,
  read: typeof recordedRuns,
  line: ProgressLine,
): Promise<void> {
  const { runs, recorded } = await read(selection);
  const open = runs.filter(({ record }) => !recorded.has(record));
  const sets = new Map(open.map((run) => {
    const { data: { dataset, own, groups }, experiment: { imageSize, imageCount, splitSeed, fit, maskValues } } = run;
    return [JSON.stringify([dataset, own, groups, imageSize, imageCount, splitSeed, fit, maskValues]), run];
  }));
  const faults: Error[] = [];
  for (const run of sets.values()) {
    await openWanted(withPlaces(run, data), { ...line, say() {} }).catch((fault: Error) => faults.push(fault));
  }
  if (sets.size > 0 && faults.length === sets.size) throw faults[0];
}

/** A run with the places of its images. */
function withPlaces<Run extends StudyRun>(run: Run, data: string | undefined) {
  const { own, groups } = run.data;
  return { ...run, places: { data, own, groups, cache: projectFolder().cache } };
}

/** Trains the runs that {@linkcode trainSideBySide} tells this process. */
async function work(wanted: Sweep): Promise<void> {
  async function* runs() {
    for await (const run of orders(tell, Deno.stdin.readable)) yield* selectedRuns({ ...wanted.selection, run }, []);
  }
  const shown = toldProgress(tell);
  const onPassed = (why: "recorded" | "busy") => tell({ event: "passed", why });
  await trainUnrecorded(runs(), wanted, shown, recordReader(shown.line.say), onPassed);
}

/** The selected runs, each once. Records are read for each: a choice may have become possible, others may record too. */
function waitingRuns(selection: Selection, read: typeof recordedRuns): WaitingRuns<StudyRun> {
  const seen = new Set<string>();
  let count = 0;
  return {
    count: () => count,
    async next() {
      const { runs } = await read(selection);
      count = runs.length;
      const next = runs.find(({ record }) => !seen.has(record));
      if (next) seen.add(next.record);
      return next;
    },
  };
}

/** Reads the records; of those that are damaged each is told once. */
function recordReader(say: (message: string) => void): typeof recordedRuns {
  const told = new Set<string>();
  return async (selection) => {
    const read = await recordedRuns(selection);
    for (const { place, message } of read.damaged) {
      if (!told.has(place)) say(message);
      told.add(place);
    }
    return read;
  };
}

/**
 * Trains what has no record for the images that lie there now, and tells why others are passed over.
 *
 * @returns how many were trained
 */
async function trainUnrecorded(
  runs: AsyncIterable<StudyRun>,
  { selection, places, data }: Sweep,
  shown: { readonly line: ProgressLine; readonly progress: TrainingProgress },
  read: typeof recordedRuns,
  onPassed: (why: "recorded" | "busy") => void,
): Promise<number> {
  const { study, folder, run: onlyRun } = selection;
  const { say } = shown.line;
  const external = externalImages(study, { data, cache: projectFolder().cache }, say);
  async function* wanted() {
    for await (const run of runs) yield withPlaces(run, data);
  }
  const needs = async (run: StudyRun, opened: RunData, { name }: BackendInformation) => {
    const hash = runHash(run.experiment, opened.fingerprint, name);
    const record = (await read({ ...selection, run: run.record })).recorded.get(run.record)?.record;
    const images = await external(run.experiment, opened); // what is wrong with them is told before hours of training
    const complete = record && (!lacksExternal(record, images) || !await loadRun(places.runs, hash));
    if (record?.run === hash && complete) {
      onPassed("recorded");
      return false;
    }
    if (record && record.run !== hash) {
      say(`${run.name}: its record is of other images (run ${record.run}); training anew`);
    }
    if (onlyRun === undefined && await isBusy(runDirectory(places.runs, hash))) {
      onPassed("busy");
      return false;
    }
    return true;
  };
  return await trainRuns(wanted(), places, shown, async ({ record, experiment }, run, opened) => {
    const images = await external(experiment, opened);
    await writeRecord(folder, record, await recordRun(run, opened, places.runs, images));
  }, needs);
}

/** Whether another process trains the run at this moment. */
async function isBusy(folder: string): Promise<boolean> {
  if (!await Deno.stat(folder).then(() => true, () => false)) return false;
  const lock = await tryLock(join(folder, LOCK_FILE));
  if (typeof lock === "string") return true;
  lock[Symbol.dispose]();
  return false;
}

/** Records are written after hours of training: whether they can be is tried before. */
async function requireWritable(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.remove(await Deno.makeTempFile({ dir: folder }));
}

/** Prints the runs and whether they have a record; for programs writes which records they leave. */
async function list(selection: Selection, json: string | undefined): Promise<void> {
  if (json !== undefined) await requireOutput(json, LIST_FILE);
  const { runs, recorded } = await recordedRuns(selection);
  const lines = runs.map(({ name, record }) => {
    const found = recorded.get(record);
    return found ? `recorded  ${name}  ${found.place}` : `to train  ${name}`;
  });
  console.log([...lines, `${runs.length} runs, ${recorded.size} of them recorded`].join("\n"));
  if (json === undefined) return;
  const listed = runs.map(({ name, record }) => ({ name, record: join(selection.study.name, "records", record) }));
  await writeOutput(json, JSON.stringify({ runs: listed }, null, 1) + "\n", LIST_FILE);
}

/** How many runs at once: what the user says or, with auto, what fits; no more than wait. */
async function chosenJobs(jobs: Jobs, selection: Selection, gpu: boolean, line: ProgressLine): Promise<number> {
  if (jobs === 1) return 1;
  const { runs, recorded } = await recordedRuns(selection);
  const open = runs.filter(({ record }) => !recorded.has(record)).map(({ experiment }) => experiment);
  if (open.length < 2) return 1;
  const machine = { ...await thisMachine(), gpu };
  if (jobs === "auto") return fittingJobs(open, machine);
  const chosen = Math.min(jobs, open.length);
  const [needed, free] = [chosen * RUN_BYTES, machine.memory].map((bytes) => `${(bytes / 2 ** 30).toFixed(1)} GB`);
  if (chosen * RUN_BYTES > machine.memory) line.say(`${chosen} runs at once may take ${needed}, and ${free} are free.`);
  return chosen;
}

export const command = withSelection(
  taskCommand(
    "deno task sweep",
    "Trains the runs of a study, one after another or several at once, and leaves a record of each. What has its " +
      "record for the images that lie there now is passed over, so a long study can be done in pieces: interrupt it with " +
      "Ctrl-C, and the same command goes on. Several sweeps of one study may run side by side.",
  )
    .option("--list", "prints the runs and whether they have a record, trains nothing")
    .addOption(pathOption("--json <file>", "with --list: writes { runs: [{ name, record }] }"))
    .addOption(
      new Option("--run <record>", "only the run of this record; waits where another process trains it")
        .conflicts(["seeds", "only", "list"]),
    )
    .addOption(
      new Option(
        "--jobs <number>",
        "how many are trained side by side, or auto: as many as this machine trains fastest; each takes about 1 GB",
      ).argParser(jobsWord).default(1 as Jobs).conflicts(["run", "list"]),
    )
    .addOption(new Option("--worker", "trains what is told on standard input").hideHelp())
    .addOption(
      pathOption("--log <file>", "JSON lines with train/loss, val/dice, …; by default log.jsonl among the runs")
        .conflicts("list"),
    ),
)
  .addHelpText(
    "after",
    `
--jobs gives each run its share of the cores, and as many threads. auto is one run a core for networks up to the size of
quick's, one run for two cores up to small's, else one run; on a GPU one; and no more than free memory holds at 1 GB each.
The numbers are those of a run alone with as many threads. Another number of threads adds in another order: results differ
from the last digits on, as on another machine. The record tells the number where it is not that of the cores.

Images from elsewhere that a study names lie where its file says, or in external/ of --data; without them records have no
scores on them, until the same command is given again.

\`deno task results STUDY\` makes tables from the records.`,
  )
  .action(async (word, { list: isList, json, jobs: wantedJobs, worker, results, data, ...options }, self) => {
    const { backend, seeds, only, run, runs, log } = options;
    if (json !== undefined && !isList) {
      throw new TaskError("Cannot use --json without --list: it writes the list of runs.", 2);
    }
    const study = await readStudy(word);
    if (self.getOptionValueSource("data") === "cli") requireUsedData(study, data!);
    const selection: Selection = { study, folder: join(results, study.name), backend, seeds, only, run };
    const wanted = { selection, places: { runs, backend, log }, data };
    if (isList && self.getOptionValueSource("runs") === "cli") {
      throw new TaskError("Cannot use --runs with --list: it lists the runs of the study.", 2);
    }
    if (isList) return await list(selection, json);
    if (worker && import.meta.main) await startNothingMore();
    if (worker) return await work(wanted);
    await requireWritable(selection.folder);
    const line = progressLine();
    const started = performance.now();
    const gpu = backend === "tensorflow" ? await setup({ progress: line }) === "gpu" : backend === "webgpu";
    const jobs = await chosenJobs(wantedJobs, selection, gpu, line);
    if (jobs === 1 && import.meta.main) await startNothingMore();
    const { trained, recorded, busy, failed } = jobs === 1
      ? await sweep(wanted, line)
      : await sweepSideBySide(jobs, word, results, wanted, line);
    console.log(
      [
        `${trained} ${trained === 1 ? "run" : "runs"} trained in ${duration((performance.now() - started) / 1000)}`,
        `${recorded} had their record`,
        ...(busy > 0 ? [`${busy} are being trained by another process`] : []),
      ].join(", ") + `. \`deno task results ${word}\` makes the tables.`,
    );
    if (failed.length > 0) {
      throw new TaskError(
        `Cannot train ${failed.join(", ")}: see above. The same command goes on with what is missing.`,
      );
    }
  });

if (import.meta.main) await runCommandLine(command);
