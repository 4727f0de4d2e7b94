/**
 * Trains planned runs one after another and leaves a record of each.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { useBackend } from "../lib/backend/use_backend.ts";
import { encodeRunRecord, parseRunRecord, type RunRecord } from "../lib/evaluation/run_record.ts";
import { listenForInterruption } from "../lib/training/interruption.ts";
import { METHODS } from "../lib/training/methods.ts";
import {
  choiceOf,
  describePlanned,
  differencesFromRecord,
  plannedExperiment,
  plannedRecordPath,
  type PlannedRun,
} from "../lib/training/planned_run.ts";
import { PROFILES } from "../lib/training/profiles.ts";
import { recordRun } from "../lib/training/record_run.ts";
import { trainMethod } from "../lib/training/train_method.ts";
import type { RunData } from "../lib/training/train_or_load.ts";
import { type DataPlaces, openRunData } from "./open_run_data.ts";
import { plainError } from "./plain_error.ts";
import type { ProgressLine } from "./cli/progress_line.ts";
import { TaskError } from "./cli/task_error.ts";
import { openTrainingLog } from "./training_log.ts";
import { trainingProgress } from "./training_progress.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

/** Where things are and go. */
export interface TrainingPlaces extends DataPlaces {
  /** Folder of the records, absolute. */
  readonly results: string;
  /** Folder of the runs, absolute: checkpoints and weights. */
  readonly runs: string;
  /** File of the log, absolute; default: `log.jsonl` among the runs. */
  readonly log?: string;
  readonly backend?: string;
  /** Time between checkpoints, s. */
  readonly checkpointSeconds?: number;
}

/** What became of the runs. */
export interface TrainingReport {
  /** Paths of the records that are new. */
  readonly written: readonly string[];
  /** Number of runs whose record was there. */
  readonly recorded: number;
}

/**
 * Trains what has no record yet. A run whose record is there is not trained again, also where its weights are not here:
 * so a long list can be done in pieces, on several days or machines.
 *
 * @throws {TaskError} where a record is of other settings, or on Ctrl-C, with status 130; what was under way is saved
 */
export async function trainPlanned(
  plan: readonly PlannedRun[],
  places: TrainingPlaces,
  line: ProgressLine,
): Promise<TrainingReport> {
  const waiting: PlannedRun[] = [];
  for (const planned of plan) if (!await isRecorded(planned, places.results)) waiting.push(planned);
  const written: string[] = [];
  if (waiting.length === 0) return { written, recorded: plan.length };

  using interruption = listenForInterruption();
  const backend = await useBackend(places.backend);
  line.say(`Computing with ${backend.name} ${backend.version} on ${backend.device}`);
  const directory = places.runs;
  const { checkpointSeconds } = places;
  const options = { directory, backend, signal: interruption.signal, checkpointSeconds };
  const log = await openTrainingLog(places.log ?? join(directory, "log.jsonl"));
  const progress = trainingProgress(line, waiting.length);
  const opened = new Map<string, RunData>();
  for (const [index, planned] of waiting.entries()) {
    const data = await openData(planned, places, opened, line);
    const name = describePlanned(planned);
    progress.begin(index, name);
    const started = performance.now();
    const training = trainMethod(PROFILES[planned.profile], METHODS[planned.method], choiceOf(planned), data, options);
    try {
      let next = await training.next();
      for (; !next.done; next = await training.next()) {
        progress.follow(next.value);
        log(name, next.value);
      }
      const { profile, ablation } = planned;
      const names = { profile, method: ablation?.name, title: ablation?.title };
      const record = await recordRun(next.value, data, directory, names);
      const path = join(places.results, plannedRecordPath(planned));
      await Deno.mkdir(dirname(path), { recursive: true });
      await writeFileAtomically(path, encodeRunRecord(record));
      written.push(path);
      const { history, bestEpoch, hash } = record;
      const { epochs } = plannedExperiment(planned);
      const test = record.test.filter(({ weights }) => weights === "best");
      const dice = test.reduce((sum, row) => sum + row.dice, 0) / test.length;
      line.say(
        `[${index + 1}/${waiting.length}] ${name}: test Dice ${dice.toFixed(4)}, validation Dice ` +
          `${history[bestEpoch - 1].valDice.toFixed(4)} in epoch ${bestEpoch}, ` +
          (history.length < epochs ? `stopped early after ${history.length} of ${epochs} epochs, ` : "") +
          `${((performance.now() - started) / 1000).toFixed(0)} s, run ${hash}`,
      );
    } catch (error) {
      if (!interruption.signal.aborted) throw plainError(error);
      throw new TaskError(`${(interruption.signal.reason as Error).message}`, 130);
    } finally {
      await training.return(undefined as never);
      line.clear();
    }
  }
  return { written, recorded: plan.length - waiting.length };
}

/** Whether the run has its record. */
async function isRecorded(planned: PlannedRun, results: string): Promise<boolean> {
  const path = plannedRecordPath(planned);
  let text;
  try {
    text = await Deno.readTextFile(join(results, path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  const differences = differencesFromRecord(planned, readRecord(text, path));
  if (differences.length === 0) return true;
  throw new TaskError(
    `Cannot train ${describePlanned(planned)}: its record ${path} is of other settings (${differences.join("; ")}). ` +
      "Move the record away, or choose another folder with --results.",
  );
}

function readRecord(text: string, path: string): RunRecord {
  try {
    return parseRunRecord(text, path);
  } catch (error) {
    throw plainError(error);
  }
}

async function openData(
  planned: PlannedRun,
  places: TrainingPlaces,
  opened: Map<string, RunData>,
  line: ProgressLine,
): Promise<RunData> {
  const { dataset, imageCount, imageSize, split, splitSeed } = plannedExperiment(planned);
  const choice = { dataset, imageCount, imageSize, split, splitSeed };
  const key = JSON.stringify(choice);
  const data = opened.get(key) ?? await openRunData(choice, places, line);
  opened.set(key, data);
  return data;
}
