/**
 * Trains runs one after another, with progress, log and plain errors.
 *
 * @module
 */
import { join } from "node:path";
import { type BackendInformation, useBackend } from "../../lib/backend/use_backend.ts";
import { type DataChoice, type DataPlaces, openData, type RunData } from "../../lib/data/open_data.ts";
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { Interrupted, listenForInterruption } from "../../lib/training/interruption.ts";
import type { Run } from "../../lib/training/run.ts";
import { type RunEvent, type RunListener, trainOrLoad } from "../../lib/training/train_or_load.ts";
import type { ProgressLine } from "../cli/progress_line.ts";
import { plainError, plainly, TaskError } from "../cli/task_error.ts";
import { openTrainingLog } from "./log.ts";
import type { TrainingProgress } from "./progress.ts";
import { rememberPlaces } from "./stored_runs.ts";

/** A run to train. */
export interface WantedRun {
  /** In words. */
  readonly name: string;
  readonly experiment: Experiment;
  readonly places: DataPlaces;
}

/** Where runs go and what computes. */
export interface TrainingPlaces {
  readonly runs: string;
  readonly backend: string;
  /** File of the log; default: `log.jsonl` among the runs. */
  readonly log?: string;
  readonly checkpointSeconds?: number;
  /** Told of every event of every run; training waits for it. */
  readonly follow?: (data: RunData, event: RunEvent) => Promise<void>;
}

/**
 * Trains or loads each run and hands it over.
 *
 * @param needs Whether a run has to be trained, told by its opened images; default: every one.
 * @returns How many were trained or loaded; the others were passed over.
 * @throws {TaskError} with status 130, 143, … where a signal ends it; what was under way is saved
 */
export async function trainRuns<Wanted extends WantedRun>(
  wanted: Iterable<Wanted> | AsyncIterable<Wanted>,
  places: TrainingPlaces,
  { line, progress }: { readonly line: ProgressLine; readonly progress: TrainingProgress },
  finish: (wanted: Wanted, run: Run, data: RunData) => Promise<void>,
  needs: (wanted: Wanted, data: RunData, backend: BackendInformation) => Promise<boolean> = () => Promise.resolve(true),
): Promise<number> {
  using interruption = listenForInterruption();
  const { signal } = interruption;
  const backend = await useBackend(places.backend);
  line.say(`Computing with ${backend.name} ${backend.version} on ${backend.device}`);
  const log = await openTrainingLog(places.log ?? join(places.runs, "log.jsonl"), line.say);
  const open = openedOnce(line);
  let done = 0, index = 0;
  for await (const one of wanted) {
    const { name, experiment } = one;
    try {
      const data = await open(one);
      const position = index++;
      if (!await needs(one, data, backend)) continue;
      progress.begin(position, name);
      const started = performance.now();
      let wasThere = false;
      const { runs, checkpointSeconds, follow } = places;
      const onEvent: RunListener = async (event) => {
        wasThere ||= event.kind === "loaded";
        progress.follow(experiment, event);
        log(name, experiment, event);
        await follow?.(data, event);
      };
      const run = await trainOrLoad(experiment, data, { runs, backend, checkpointSeconds, signal, onEvent });
      await rememberPlaces(runs, run.hash, one.places);
      await finish(one, run, data);
      progress.end(run, wasThere ? undefined : (performance.now() - started) / 1000);
      done++;
      signal.throwIfAborted();
    } catch (error) {
      if (!(error instanceof Interrupted)) throw plainError(error);
      throw new TaskError(error.message, error.status);
    } finally {
      line.clear();
    }
  }
  return done;
}

/** Opens images once for all runs that share them. */
function openedOnce(line: ProgressLine): (wanted: WantedRun) => Promise<RunData> {
  const opened = new Map<string, RunData>();
  return async (wanted) => {
    const key = JSON.stringify([choiceOf(wanted), wanted.places]);
    const data = opened.get(key) ?? await openWanted(wanted, line);
    opened.set(key, data);
    return data;
  };
}

/** Opens a run's images with progress, and tells what a user should know about them. */
export async function openWanted(wanted: WantedRun, line: ProgressLine): Promise<RunData> {
  const choice = choiceOf(wanted);
  const onProgress: DataPlaces["onProgress"] = ({ done, total }) =>
    line.show(`Reading ${choice.dataset}: ${done} of ${total} images`);
  const data = await plainly(() => openData(choice, { ...wanted.places, onProgress })).finally(() => line.clear());
  for (const note of data.dataset.notes) line.say(`${choice.dataset}: ${note}`);
  return data;
}

function choiceOf({ experiment }: WantedRun): DataChoice {
  const { dataset, imageCount, imageSize, fit, maskValues, split, splitSeed } = experiment;
  return { dataset, imageCount, imageSize, fit, maskValues, split, splitSeed };
}
