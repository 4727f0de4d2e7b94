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
import { didYouMean, pathOption, wholeNumbers } from "./cli/values.ts";
import { duration, type ProgressLine, progressLine } from "./cli/progress_line.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { setup } from "./setup.ts";
import { TaskError } from "./cli/task_error.ts";
import { type RunOptions, withRunOptions } from "./training/options.ts";
import { readStudy, studyNames } from "./training/study_file.ts";
import { externalImages, lacksExternal } from "./training/external_images.ts";
import { trainRuns } from "./training/train_runs.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

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
    "Trains the runs of a study one after another and leaves a record of each. What has its record for the images that " +
      "lie there now is passed over, so a long study can be done in pieces: interrupt it with Ctrl-C, and the same " +
      "command goes on. Several sweeps of one study may run side by side.",
  )
    .option("--list", "prints the runs and whether they have a record, trains nothing")
    .addOption(pathOption("--json <file>", "with --list: writes { runs: [{ name, record }] }"))
    .addOption(
      new Option("--run <record>", "only the run of this record; waits where another process trains it")
        .conflicts(["seeds", "only", "list"]),
    )
    .addOption(
      pathOption("--log <file>", "JSON lines with train/loss, val/dice, …; by default log.jsonl among the runs"),
    ),
)
  .addHelpText(
    "after",
    "\nImages from elsewhere that a study names lie where its file says, or in external/ of --data; without them records " +
      "have no scores on them, until the same command is given again.\n`deno task results STUDY` makes tables from the " +
      "records.",
  )
  .action(async (word, options) => {
    const { results, backend, seeds, only, run, runs, data, log } = options;
    const study = await readStudy(word);
    const selection: Selection = { study, folder: join(results, study.name), backend, seeds, only, run };
    if (options.json !== undefined && !options.list) {
      throw new TaskError("Cannot use --json without --list: it writes the list of runs.", 2);
    }
    if (options.list) return await list(selection, options.json);
    const line = progressLine();
    const started = performance.now();
    if (backend === "tensorflow") await setup({ progress: line });
    const { trained, recorded, busy } = await sweep(selection, { runs, backend, log }, { data }, line);
    console.log(
      [
        `${trained} ${trained === 1 ? "run" : "runs"} trained in ${duration((performance.now() - started) / 1000)}`,
        `${recorded} had their record`,
        ...(busy > 0 ? [`${busy} are being trained by another process`] : []),
      ].join(", ") + `. \`deno task results ${word}\` makes the tables.`,
    );
  });

/** Prints the runs and whether they have a record. */
async function list(selection: Selection, json: string | undefined): Promise<void> {
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
    await writeFileAtomically(json, JSON.stringify({ runs: listed }, null, 1) + "\n");
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

/** Trains what has no record for the images that lie there now. */
async function sweep(
  selection: Selection,
  places: Parameters<typeof trainRuns>[2],
  { data }: Pick<DataPlaces, "data">,
  line: ProgressLine,
): Promise<{ trained: number; recorded: number; busy: number }> {
  const { folder, backend } = selection;
  const seen = new Set<string>();
  let count = 0, recorded = 0, busy = 0;
  const told = new Set<string>();
  const read = async () => {
    const { records, damaged } = await recordsOf(selection);
    for (const { message } of damaged.filter(({ place }) => !told.has(place))) line.say(message);
    for (const { place } of damaged) told.add(place);
    return records.map(({ record }) => record);
  };
  /** Asked for anew after each run: a choice may have become possible, another process may have recorded some. */
  async function* waiting() {
    for (;;) {
      const runs = selectedRuns(selection, await read());
      count = runs.length;
      const next = runs.find(({ record }) => !seen.has(record));
      if (!next) return;
      seen.add(next.record);
      const { own, groups } = next.data;
      yield { ...next, places: { data, own, groups, cache } };
    }
  }
  const cache = join(projectFolder().root, ".cache");
  const external = externalImages(selection.study, { data, cache }, line.say);
  const needs = async (run: StudyRun, opened: RunData, { name }: BackendInformation) => {
    const hash = runHash(run.experiment, opened.fingerprint, name);
    const record = recordsByRun([run], backend, await read()).get(run.record);
    const images = await external(run.experiment, opened); // what is wrong with them is told before hours of training
    const complete = record && (!lacksExternal(record, images) || !await loadRun(places.runs, hash));
    if (record?.run === hash && complete) {
      recorded++;
      return false;
    }
    if (record && record.run !== hash) {
      line.say(`${run.name}: its record is of other images (run ${record.run}); training anew`);
    }
    if (selection.run === undefined && await isBusy(runDirectory(places.runs, hash))) {
      busy++;
      return false;
    }
    return true;
  };
  const trained = await trainRuns(waiting(), () => count, places, line, async ({ record, experiment }, run, opened) => {
    const images = await external(experiment, opened);
    await writeRecord(folder, record, await recordRun(run, opened, places.runs, images));
  }, needs);
  return { trained, recorded, busy };
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
