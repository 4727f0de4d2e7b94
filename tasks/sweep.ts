/**
 * `deno task sweep`: the runs of a study.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { type Command, type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import type { BackendInformation } from "../lib/backend/use_backend.ts";
import type { DataPlaces, RunData } from "../lib/data/open_data.ts";
import { experimentHash } from "../lib/experiment/experiment.ts";
import { runHash } from "../lib/experiment/run_hash.ts";
import type { Study } from "../lib/experiment/study.ts";
import { runOfRecord, runsOf, type StudyRun } from "../lib/experiment/study_runs.ts";
import { tryLock } from "../lib/files/lock.ts";
import { readStudyRecords, writeRecord } from "../lib/results/record_store.ts";
import type { RunRecord } from "../lib/results/run_record.ts";
import { recordRun } from "../lib/training/record_run.ts";
import { loadRun, runDirectory } from "../lib/training/run_store.ts";
import { LOCK_FILE } from "../lib/training/train_or_load.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { type OutputKind, requireOutput, writeOutput } from "./cli/output_file.ts";
import { didYouMean, pathOption, wholeNumbers } from "./cli/values.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { startNothingMore } from "./cli/start_nothing_more.ts";
import { setup } from "./setup.ts";
import { TaskError } from "./cli/task_error.ts";
import { isFolder, type RunOptions, withRunOptions } from "./training/options.ts";
import { type TrainingProgress, trainingProgress } from "./training/progress.ts";
import { fittingJobs, type Jobs, jobsWord, RUN_BYTES, sharingWorkers, thisMachine } from "./training/shares.ts";
import { type SideBySideResult, trainSideBySide } from "./training/side_by_side.ts";
import { readStudy, studyNames } from "./training/study_file.ts";
import { externalImages, lacksExternal } from "./training/external_images.ts";
import { orders, type Tell, tell, toldProgress } from "./training/sweep_worker.ts";
import { type TrainingPlaces, trainRuns } from "./training/train_runs.ts";

/** The file of --json. */
const LIST_FILE: OutputKind = { option: "--json", known: /^\{\s*"runs": \[\s*(\]|\{\s*"name": )/ };

/** Which runs of a study, and where its records are. */
export interface Selection {
  readonly study: Study;
  /** Folder of the study's records. */
  readonly folder: string;
  readonly backend: string;
  /** Undefined: all. */
  readonly seeds?: readonly number[];
  /** Names of methods, data sets and splits; undefined: all. */
  readonly only?: readonly string[];
  /** The run of this record and no other. */
  readonly run?: string;
}

/**
 * The runs that are selected, with what their records say so far.
 *
 * @throws {TaskError} with status 2 where a word of `only` is in no run, or no run is selected
 */
export function selectedRuns(
  { study, backend, seeds, only, run }: Selection,
  records: readonly RunRecord[],
): StudyRun[] {
  if (run !== undefined) {
    const found = runOfRecord(study, run, { backend });
    if (found) return [found];
    throw new TaskError(
      `Cannot train --run ${run}: the study ${study.name} has no run of that record; --list --json tells the names.`,
      2,
    );
  }
  const runs = runsOf(study, records, { backend });
  const kinds = [
    new Set(runs.map(({ data }) => data.dataset)),
    new Set(runs.map(({ data }) => data.split)),
    new Set(runs.map(({ method }) => method)),
  ];
  const unknown = only?.find((word) => !kinds.some((kind) => kind.has(word)));
  if (unknown !== undefined) {
    const words = kinds.flatMap((kind) => [...kind]);
    throw new TaskError(
      `Cannot select runs by --only ${unknown}: the study ${study.name} has ${words.join(", ")}.` +
        didYouMean(unknown, words),
      2,
    );
  }
  const wanted = kinds.map((kind) => only?.filter((word) => kind.has(word)) ?? []);
  const selected = runs.filter(({ data, method, experiment }) =>
    [data.dataset, data.split, method].every((word, index) =>
      wanted[index].length === 0 || wanted[index].includes(word)
    ) &&
    (seeds?.includes(experiment.seed) ?? true)
  );
  if (selected.length === 0) {
    throw new TaskError(`Cannot sweep ${study.name}: it has no run of all these; --list shows its runs.`, 2);
  }
  return selected;
}

/** Which runs of a study; absolute paths. */
export type SelectionOptions = {
  readonly seeds?: readonly number[];
  readonly only?: readonly string[];
  /** Folder of the published data sets. */
  readonly data?: string;
  /** Folder of the studies' records. */
  readonly results: string;
};

/** Adds what says which runs of which study, and where things are. */
export function withSelection<Args extends unknown[], Values extends Record<string, unknown>>(
  command: Command<Args, Values>,
): Command<[...Args, string], Values & SelectionOptions & RunOptions> {
  const selecting = (command as CommandUnknownOpts)
    .argument("<study>", `its name (${studyNames().join(", ")}) or the path of a file of your own`)
    .option("--seeds <list>", "only these seeds, as in 1-5", wholeNumbers)
    .option("--only <list>", "only these methods, data sets or splits, with commas between", wordList)
    .addOption(pathOption("--data <folder>", "folder that holds Kvasir-SEG or CVC-ClinicDB", "POLYDICE_DATA"))
    .addOption(
      pathOption("--results <folder>", "folder of the studies' records").default(
        join(projectFolder().root, "results"),
        "results",
      ),
    );
  return withRunOptions(selecting as unknown as Command<[...Args, string], Values & SelectionOptions>);
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
  .action(async (word, options, self) => {
    const { results, backend, seeds, only, run, runs, data, log } = options;
    const study = await readStudy(word);
    if (self.getOptionValueSource("data") === "cli") requireUsedData(study, data!);
    const selection: Selection = { study, folder: join(results, study.name), backend, seeds, only, run };
    if (options.json !== undefined && !options.list) {
      throw new TaskError("Cannot use --json without --list: it writes the list of runs.", 2);
    }
    if (options.list) return await list(selection, options.json);
    const places = { runs, backend, log };
    if (options.worker && import.meta.main) await startNothingMore();
    if (options.worker) return await work(selection, places, { data }, tell);
    const line = progressLine();
    const started = performance.now();
    const gpu = backend === "tensorflow" ? await setup({ progress: line }) === "gpu" : backend === "webgpu";
    const jobs = await chosenJobs(options.jobs, selection, gpu, line);
    if (jobs === 1 && import.meta.main) await startNothingMore();
    const { trained, recorded, busy, failed = [] } = jobs === 1
      ? await sweep(selection, places, { data }, line)
      : await sweepSideBySide(jobs, { word, ...options }, selection, line);
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

/**
 * Refuses a folder of published data sets that a study would not look into, or that is not there.
 *
 * @throws {TaskError} with status 2
 */
export function requireUsedData({ blocks, external }: Study, data: string): void {
  const all = [...blocks.flatMap((block) => block.data), ...external];
  if (external.length === 0 && all.every(({ dataset, own }) => dataset === "synthetic" || own !== undefined)) {
    throw new TaskError("Cannot use --data: it is for the published data sets, and the study has none of them.", 2);
  }
  if (!isFolder(data)) throw new TaskError(`Cannot read --data "${data}": there is no such folder.`, 2);
}

/** Prints the runs and whether they have a record. */
async function list(selection: Selection, json: string | undefined): Promise<void> {
  if (json !== undefined) await requireOutput(json, LIST_FILE);
  const { records } = await recordsOf(selection);
  const places = new Map(records.map(({ place, record }) => [record, place]));
  const runs = selectedRuns(selection, records.map(({ record }) => record));
  const recorded = recordsByRun(runs, selection.backend, records.map(({ record }) => record));
  const lines = runs.map((run) => {
    const record = recorded.get(run.record);
    return `${record ? "recorded" : "to train"}  ${run.name}${record ? `  ${places.get(record)}` : ""}`;
  });
  console.log([...lines, `${runs.length} runs, ${lines.filter((text) => text.startsWith("r")).length} of them recorded`]
    .join("\n"));
  if (json !== undefined) {
    const listed = runs.map(({ name, record }) => ({ name, record: join(selection.study.name, "records", record) }));
    await writeOutput(json, JSON.stringify({ runs: listed }, null, 1) + "\n", LIST_FILE);
  }
}

/** The records that a study has, those that count in from other studies included. */
function recordsOf({ study, folder, backend }: Selection) {
  return readStudyRecords(dirname(folder), study, { backend });
}

/** The record of each run that has one, by the name of its file. */
export function recordsByRun(
  runs: readonly StudyRun[],
  backend: string,
  records: readonly RunRecord[],
): Map<string, RunRecord> {
  const found = new Map(records.map((record) => [experimentHash(record.experiment, record.backend), record]));
  return new Map(runs.flatMap(({ experiment, record: name }) => {
    const record = found.get(experimentHash(experiment, backend));
    return record ? [[name, record] as const] : [];
  }));
}

/** Folder of the image cache. */
const CACHE = join(projectFolder().root, ".cache");

/** A run of a study as it is trained. */
type PlacedRun = StudyRun & { readonly places: DataPlaces };

function placed(run: StudyRun, { data }: Pick<DataPlaces, "data">): PlacedRun {
  const { own, groups } = run.data;
  return { ...run, places: { data, own, groups, cache: CACHE } };
}

/** Reads the records; of those that are damaged each is told once. */
function recordReader(selection: Selection, say: (message: string) => void): () => Promise<RunRecord[]> {
  const told = new Set<string>();
  return async () => {
    const { records, damaged } = await recordsOf(selection);
    for (const { message } of damaged.filter(({ place }) => !told.has(place))) say(message);
    for (const { place } of damaged) told.add(place);
    return records.map(({ record }) => record);
  };
}

/** The selected runs, each once. Records are read for each: a choice may have become possible, others may record too. */
function waitingRuns(selection: Selection, read: () => Promise<RunRecord[]>) {
  const seen = new Set<string>();
  let count = 0;
  return {
    count: () => count,
    async next(): Promise<StudyRun | undefined> {
      const runs = selectedRuns(selection, await read());
      count = runs.length;
      const next = runs.find(({ record }) => !seen.has(record));
      if (next) seen.add(next.record);
      return next;
    },
  };
}

/** Trains what has no record for the images that lie there now. */
async function sweep(
  selection: Selection,
  places: TrainingPlaces,
  data: Pick<DataPlaces, "data">,
  line: ProgressLine,
): Promise<Omit<SideBySideResult, "failed"> & { failed?: undefined }> {
  const waiting = waitingRuns(selection, recordReader(selection, line.say));
  async function* wanted() {
    for (let run; (run = await waiting.next());) yield placed(run, data);
  }
  const passed = { recorded: 0, busy: 0 };
  const progress = trainingProgress(line, waiting.count);
  const trained = await trainUnrecorded(wanted(), selection, places, data, { line, progress }, (why) => passed[why]++);
  return { trained, ...passed };
}

/** Trains what has no record among these runs, and tells why others are passed over. */
async function trainUnrecorded(
  wanted: AsyncIterable<PlacedRun>,
  selection: Selection,
  places: TrainingPlaces,
  { data }: Pick<DataPlaces, "data">,
  shown: { readonly line: ProgressLine; readonly progress: TrainingProgress },
  onPassed: (why: "recorded" | "busy") => void,
): Promise<number> {
  const { study, folder, backend, run: onlyRun } = selection;
  const { say } = shown.line;
  const read = recordReader(selection, say);
  const external = externalImages(study, { data, cache: CACHE }, say);
  const needs = async (run: StudyRun, opened: RunData, { name }: BackendInformation) => {
    const hash = runHash(run.experiment, opened.fingerprint, name);
    const record = recordsByRun([run], backend, await read()).get(run.record);
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
  return await trainRuns(wanted, places, shown, async ({ record, experiment }, run, opened) => {
    const images = await external(experiment, opened);
    await writeRecord(folder, record, await recordRun(run, opened, places.runs, images));
  }, needs);
}

/** Trains the runs that {@linkcode trainSideBySide} tells this process. */
async function work(
  selection: Selection,
  places: TrainingPlaces,
  data: Pick<DataPlaces, "data">,
  tell: Tell,
): Promise<void> {
  async function* wanted() {
    for await (const run of orders(tell, Deno.stdin.readable)) {
      const [found] = selectedRuns({ ...selection, run }, []);
      yield placed(found, data);
    }
  }
  await trainUnrecorded(wanted(), selection, places, data, toldProgress(tell), (why) => tell({ event: "passed", why }));
}

/** How many runs at once: what the user says or, with auto, what fits; no more than wait. */
async function chosenJobs(jobs: Jobs, selection: Selection, gpu: boolean, line: ProgressLine): Promise<number> {
  if (jobs === 1) return 1;
  const records = (await recordsOf(selection)).records.map(({ record }) => record);
  const runs = selectedRuns(selection, records);
  const recorded = recordsByRun(runs, selection.backend, records);
  const open = runs.filter(({ record }) => !recorded.has(record)).map(({ experiment }) => experiment);
  if (open.length < 2) return 1;
  const machine = { ...await thisMachine(), gpu };
  if (jobs === "auto") return fittingJobs(open, machine);
  const chosen = Math.min(jobs, open.length);
  const [needed, free] = [chosen * RUN_BYTES, machine.memory].map((bytes) => `${(bytes / 2 ** 30).toFixed(1)} GB`);
  if (chosen * RUN_BYTES > machine.memory) line.say(`${chosen} runs at once may take ${needed}, and ${free} are free.`);
  return chosen;
}

/** Trains the selected runs by so many workers. */
async function sweepSideBySide(
  jobs: number,
  { word, results, runs, backend, data, log }: RunOptions & SelectionOptions & { word: string; log?: string },
  selection: Selection,
  line: ProgressLine,
): Promise<SideBySideResult> {
  const { root } = projectFolder();
  const workers = await sharingWorkers([
    ...[Deno.execPath(), "run", "-q", "--no-prompt", "--no-check", "-P=training", "--config", join(root, "deno.json")],
    ...[join(root, "tasks", "sweep.ts"), word, "--worker", "--backend", backend, "--runs", runs, "--results", results],
    ...(data === undefined ? [] : ["--data", data]),
    ...(log === undefined ? [] : ["--log", log]),
  ], jobs);
  return await trainSideBySide(workers, waitingRuns(selection, recordReader(selection, line.say)), line);
}

/** Whether another process trains the run at this moment. */
async function isBusy(folder: string): Promise<boolean> {
  if (!await Deno.stat(folder).then(() => true, () => false)) return false;
  const lock = await tryLock(join(folder, LOCK_FILE));
  if (typeof lock === "string") return true;
  lock[Symbol.dispose]();
  return false;
}

function wordList(text: string): string[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.includes("")) throw new InvalidArgumentError("Expected words with commas between, as in adaptive,dice.");
  return words;
}

if (import.meta.main) await runCommandLine(command);
