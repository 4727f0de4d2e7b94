/**
 * The run of an experiment, whatever happened before: loaded if it was trained, gone on with if it was interrupted.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import type { BackendInformation } from "../backend/use_backend.ts";
import type { SegmentationDataset } from "../data/segmentation_dataset.ts";
import { checkSplit, type Split } from "../data/split.ts";
import { removeTemporaries } from "../files/atomic_file.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { findCheckpoint, removeCheckpoints, saveCheckpoint } from "./checkpoint_store.ts";
import { type Experiment, experimentHash } from "./experiment.ts";
import type { Run, RunEnvironment } from "./run.ts";
import { tryRunLock, waitForRunLock } from "./run_lock.ts";
import { loadRun, runDirectory, storeRun } from "./run_store.ts";
import { train, type TrainedNetwork, type TrainingEvent } from "./train.ts";

/** What happens on the way to a run. */
export type RunEvent =
  | TrainingEvent
  | { readonly kind: "loaded"; readonly run: Run }
  /** After which epoch it goes on, and after how many steps of the next one. */
  | { readonly kind: "resumed"; readonly epoch: number; readonly step: number }
  | { readonly kind: "warning"; readonly message: string };

/** Images and how they are split. */
export interface RunData {
  /** The images. */
  readonly dataset: SegmentationDataset;
  /** Which images are for what. */
  readonly split: Split;
}

/** Options of {@linkcode trainOrLoad}. */
export interface RunOptions {
  /** Folder that holds the runs. */
  readonly directory: string;
  /** What computes: part of the run's name and record. */
  readonly backend: BackendInformation;
  /** Seconds between checkpoints, which are of the last step; 0: one a step. Default 30, more where saving is slow. */
  readonly checkpointSeconds?: number;
  /** Where it is aborted, training ends after the step under way, is saved, and throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Longest share of the time that saving checkpoints may take. */
const LARGEST_SAVING_SHARE = 0.05;

/**
 * The run of an experiment: loaded if it is in the store, else trained, with a checkpoint now and then, and stored. Who
 * leaves early (by `break`, by the signal) leaves a checkpoint of the last step. One process at a time trains a run; a
 * second one waits and loads it.
 *
 * @returns What happens on the way, and the run.
 * @throws {Error} When an image is in two parts of the split or in none; when training fails: the message says then which
 *   checkpoint is the last good one.
 */
export async function* trainOrLoad(
  experiment: Experiment,
  data: RunData,
  options: RunOptions,
): AsyncGenerator<RunEvent, Run> {
  const { directory, signal } = options;
  checkSplit(data.split, data.dataset.ids.length);
  const hash = experimentHash(experiment, data.dataset.fingerprint);
  const folder = runDirectory(directory, hash);
  let run = await loadRun(directory, hash);
  if (!run) {
    signal?.throwIfAborted();
    await Deno.mkdir(folder, { recursive: true });
    let lock = await tryRunLock(folder);
    if (typeof lock === "string") {
      yield { kind: "warning", message: `This run is being trained by ${lock}; waiting for it to end.` };
      lock = await waitForRunLock(folder, { signal });
    }
    using _lock = lock;
    run = await loadRun(directory, hash); // Another process may have finished it meanwhile.
    if (!run) {
      await removeTemporaries(folder);
      const { trained, lastGood } = yield* trainWithCheckpoints(experiment, data, { ...options, folder });
      const { best, last } = trained;
      run = runOf(hash, experiment, data, trained, options.backend);
      try {
        await storeRun(directory, run, { best, last });
      } catch (error) {
        throw cannotSave("store the run", error, lastGood);
      } finally {
        disposeTree([best, last]);
      }
      await removeCheckpoints(folder);
      return run;
    }
  }
  await removeCheckpoints(folder); // A process that was killed right after it stored the run has left them.
  yield { kind: "loaded", run };
  return run;
}

async function* trainWithCheckpoints(
  experiment: Experiment,
  { dataset, split }: RunData,
  { folder, signal, checkpointSeconds = 30 }: RunOptions & { readonly folder: string },
): AsyncGenerator<RunEvent, { trained: TrainedNetwork; lastGood: string }> {
  const owner = { experiment, fingerprint: dataset.fingerprint };
  const { checkpoint, warning } = await findCheckpoint(folder, owner);
  if (warning) yield { kind: "warning", message: warning };
  let lastGood = "There is no checkpoint yet.";
  const noteGood = ({ progress: { epoch, partialEpoch } }: Checkpoint) =>
    lastGood = `The last checkpoint is from ${epoch} whole epochs and ${partialEpoch?.step ?? 0} steps, in ${folder}.`;
  if (checkpoint) {
    const { epoch, partialEpoch } = checkpoint.progress;
    noteGood(checkpoint);
    yield { kind: "resumed", epoch, step: partialEpoch?.step ?? 0 };
  }

  const training = train(dataset, split, experiment, { resumeFrom: checkpoint });
  let [lastSaved, pause] = [performance.now(), 1000 * checkpointSeconds];
  /** The newest state where it is not on the disk; its tensors live until the next event is asked for. */
  let unsaved: Checkpoint | undefined;
  const save = async () => {
    const start = performance.now();
    const saving = unsaved!;
    await saveCheckpoint(folder, saving, owner);
    noteGood(saving);
    unsaved = undefined;
    lastSaved = performance.now();
    if (checkpointSeconds > 0) {
      pause = Math.max(1000 * checkpointSeconds, (lastSaved - start) / LARGEST_SAVING_SHARE);
    }
  };
  const leave = async () => {
    try {
      if (unsaved) await save();
    } catch (error) {
      throw cannotSave("save the training that ends early", error, lastGood);
    } finally {
      await training.return(undefined as never);
    }
  };
  try {
    for (;;) {
      unsaved = undefined;
      const event = await training.next().catch((error: Error) => {
        throw new Error(`${error.message} ${lastGood}`, { cause: error });
      });
      if (event.done) return { trained: event.value, lastGood };
      unsaved = event.value.checkpoint;
      if (performance.now() - lastSaved >= pause) {
        const failure = await save().catch((error: Error) => error);
        if (failure) {
          lastSaved = performance.now();
          yield { kind: "warning", message: `Cannot save a checkpoint: ${failure.message}. ${lastGood}` };
        }
      }
      yield event.value;
      signal?.throwIfAborted();
    }
  } finally {
    await leave();
  }
}

/** What to say where a file can't be written: most often the disk is full. */
function cannotSave(action: string, error: unknown, lastGood: string): Error {
  const { message } = error as Error;
  return new Error(`Cannot ${action}: ${message}; make room on the disk and train again. ${lastGood}`, {
    cause: error,
  });
}

function runOf(
  hash: string,
  experiment: Experiment,
  { dataset, split }: RunData,
  { progress, test }: TrainedNetwork,
  backend: BackendInformation,
): Run {
  return {
    hash,
    experiment,
    fingerprint: dataset.fingerprint,
    counts: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    history: progress.history,
    test,
    epsilons: progress.epsilons,
    bestEpoch: progress.bestEpoch,
    seconds: progress.history.reduce((sum, row) => sum + row.seconds, 0),
    environment: environmentOf(backend),
  };
}

function environmentOf(backend: BackendInformation): RunEnvironment {
  return {
    backend: `${backend.name} ${backend.version}`,
    device: backend.device,
    deno: Deno.version.deno,
    platform: `${Deno.build.os} ${Deno.build.arch}`,
    finishedAt: new Date().toISOString(),
  };
}
