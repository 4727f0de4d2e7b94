/**
 * Which runs of a study: chosen on the command line, each with the record that it may have.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { type Command, type CommandUnknownOpts, InvalidArgumentError } from "@commander-js/extra-typings";
import { experimentHash } from "../../lib/experiment/experiment.ts";
import type { Study } from "../../lib/experiment/study.ts";
import { runOfRecord, runsOf, type StudyRun } from "../../lib/experiment/study_runs.ts";
import { type FoundRecord, readStudyRecords } from "../../lib/results/record_store.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { TaskError } from "../cli/task_error.ts";
import { didYouMean, pathOption, wholeNumbers } from "../cli/values.ts";
import { projectFolder } from "../setup/project_folder.ts";
import { isFolder, type RunOptions, withRunOptions } from "./options.ts";
import { studyNames } from "./study_file.ts";

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
  const wordsOf = ({ data, method }: StudyRun) => [data.dataset, data.split, method];
  const kinds = [0, 1, 2].map((kind) => new Set(runs.map((run) => wordsOf(run)[kind])));
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
  const selected = runs.filter((run) =>
    wordsOf(run).every((word, kind) => wanted[kind].length === 0 || wanted[kind].includes(word)) &&
    (seeds?.includes(run.experiment.seed) ?? true)
  );
  if (selected.length > 0) return selected;
  throw new TaskError(`Cannot sweep ${study.name}: it has no run of all these; --list shows its runs.`, 2);
}

/** The selected runs, the record of each that has one by the name of its file, and the records that can't be read. */
export async function recordedRuns(selection: Selection) {
  const { study, folder, backend } = selection;
  const { records, damaged } = await readStudyRecords(dirname(folder), study, { backend });
  const runs = selectedRuns(selection, records.map(({ record }) => record));
  const found = new Map(records.map((one) => [experimentHash(one.record.experiment, one.record.backend), one]));
  const recorded = new Map<string, FoundRecord>();
  for (const { experiment, record } of runs) {
    const one = found.get(experimentHash(experiment, backend));
    if (one) recorded.set(record, one);
  }
  return { runs, recorded, damaged };
}

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

/** What {@linkcode withSelection} adds; absolute paths. */
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
      pathOption("--results <folder>", "folder of the studies' records")
        .default(join(projectFolder().root, "results"), "results"),
    );
  return withRunOptions(selecting as unknown as Command<[...Args, string], Values & SelectionOptions>);
}

function wordList(text: string): string[] {
  const words = text.split(",").map((word) => word.trim());
  if (words.includes("")) throw new InvalidArgumentError("Expected words with commas between, as in adaptive,dice.");
  return words;
}
