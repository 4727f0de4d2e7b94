/**
 * The run of an experiment, whatever happened before: loaded if it was trained, gone on with if it was interrupted.
 *
 * @module
 */
import { join } from "@std/path";
import { disposeTree } from "../backend/tensor_tree.ts";
import type { BackendInformation } from "../backend/use_backend.ts";
import { contentOf, type RunData } from "../data/open_data.ts";
import { checkSplit } from "../data/split.ts";
import { type Experiment, runHash } from "../experiment/experiment.ts";
import { removeTemporaries } from "../files/atomic_file.ts";
import { tryLock, waitForLock } from "../files/lock.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { findCheckpoint, removeCheckpoints, saveCheckpoint } from "./checkpoint_store.ts";
import type { Run, RunImage } from "./run.ts";
import { loadRun, runDirectory, storeRun } from "./run_store.ts";
import { train, type TrainedNetwork, type TrainingEvent } from "./train.ts";

/** What happens on the way to a run. */
export type RunEvent =
  | Exclude<TrainingEvent, { kind: "trained" }>
  | { readonly kind: "loaded"; readonly run: Run }
  /** After which epoch it goes on, and after how many steps of the next one. */
  | { readonly kind: "resumed"; readonly epoch: number; readonly step: number }
  | { readonly kind: "warning"; readonly message: string };

/** Told of every event; training waits for it, and ends early, saved, where it throws. */
export type RunListener = (event: RunEvent) => void | Promise<void>;

/** Options of {@linkcode trainOrLoad}. */
export interface RunOptions {
  /** Folder that holds the runs. */
  readonly runs: string;
  /** What computes: part of the run's name and record. */
  readonly backend: BackendInformation;
  /** Seconds between checkpoints, which are of the last step; 0: one a step. Default 30, more where saving is slow. */
  readonly checkpointSeconds?: number;
  /** Hears what happens. */
  readonly onEvent?: RunListener;
  /** Where it is aborted, training ends after the step under way, is saved, and throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The file in a run's folder that who trains it locks. */
export const LOCK_FILE = "run.lock";

/** Longest share of the time that saving checkpoints may take. */
const LARGEST_SAVING_SHARE = 0.05;

/**
 * The run of an experiment: loaded if it is in the store, else trained, with a checkpoint now and then, and stored. Who
 * leaves early (by the signal, by an error in `onEvent`) leaves a checkpoint of the last step. One process at a time trains
 * a run; a second one waits and loads it.
 *
 * @throws {Error} When an image is in two parts of the split or in none; when training fails: the message says then which
 *   checkpoint is the last good one.
 */
export async function trainOrLoad(experiment: Experiment, data: RunData, options: RunOptions): Promise<Run> {
  const { runs, backend, signal, onEvent = () => {} } = options;
  checkSplit(data.split, data.dataset.ids.length);
  const hash = runHash(experiment, data.fingerprint, backend.name);
  const folder = runDirectory(runs, hash);
  let run = await loadRun(runs, hash);
  if (!run) {
    signal?.throwIfAborted();
    await Deno.mkdir(folder, { recursive: true });
    const lockFile = join(folder, LOCK_FILE);
    let lock = await tryLock(lockFile);
    if (typeof lock === "string") {
      await onEvent({ kind: "warning", message: `This run is being trained by ${lock}; waiting for it to end.` });
      lock = await waitForLock(lockFile, { signal });
    }
    using _lock = lock;
    run = await loadRun(runs, hash); // Another process may have finished it meanwhile.
    if (!run) {
      await removeTemporaries(folder);
      const { network, lastGood } = await trainWithCheckpoints(experiment, data, { ...options, folder });
      const { best, last } = network;
      try {
        run = runOf(hash, experiment, data, network, backend);
        await storeRun(runs, run, { best, last });
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
  await onEvent({ kind: "loaded", run });
  return run;
}

async function trainWithCheckpoints(
  experiment: Experiment,
  { dataset, split, fingerprint }: RunData,
  { folder, signal, backend, checkpointSeconds = 30, onEvent = () => {} }: RunOptions & { readonly folder: string },
): Promise<{ network: TrainedNetwork; lastGood: string }> {
  const owner = { experiment, data: fingerprint, backend: backend.name };
  const { checkpoint, warning } = await findCheckpoint(folder, owner);
  let lastGood = "There is no checkpoint yet.";
  const noteGood = ({ progress: { epoch, partialEpoch } }: Checkpoint) =>
    lastGood = `The last checkpoint is from ${epoch} whole epochs and ${partialEpoch?.step ?? 0} steps, in ${folder}.`;
  try {
    if (warning) await onEvent({ kind: "warning", message: warning });
    if (checkpoint) {
      const { epoch, partialEpoch } = checkpoint.progress;
      noteGood(checkpoint);
      await onEvent({ kind: "resumed", epoch, step: partialEpoch?.step ?? 0 });
    }
  } catch (error) {
    if (checkpoint) disposeTree([checkpoint.state, checkpoint.bestWeights]); // training has not taken them yet
    throw error;
  }

  let [lastSaved, pause] = [performance.now(), 1000 * checkpointSeconds];
  const save = async (state: Checkpoint) => {
    const start = performance.now();
    await saveCheckpoint(folder, state, owner);
    noteGood(state);
    lastSaved = performance.now();
    if (checkpointSeconds > 0) {
      pause = Math.max(1000 * checkpointSeconds, (lastSaved - start) / LARGEST_SAVING_SHARE);
    }
  };
  /** Whether an error is of whoever listens, who has left, and not of the training. */
  let left = false;
  try {
    for await (const event of train(dataset, split, experiment, { resumeFrom: checkpoint })) {
      if (event.kind === "trained") return { network: event.network, lastGood };
      let unsaved = true;
      try {
        if (performance.now() - lastSaved >= pause) {
          const failure = await save(event.checkpoint).catch((error: Error) => error);
          unsaved = failure !== undefined;
          if (failure) {
            lastSaved = performance.now();
            await onEvent({
              kind: "warning",
              message: `Cannot save a checkpoint: ${failure.message}. ${lastGood}`,
            });
          }
        }
        await onEvent(event);
        signal?.throwIfAborted();
      } catch (error) {
        left = true;
        if (unsaved) {
          await save(event.checkpoint).catch((failure) => {
            throw cannotSave("save the training that ends early", failure, lastGood);
          });
        }
        throw error;
      }
    }
  } catch (error) {
    if (left) throw error;
    throw new Error(`${(error as Error).message} ${lastGood}`, { cause: error });
  }
  throw new Error("Training ended without a network.");
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
  { dataset, split, fingerprint }: RunData,
  { progress, test }: TrainedNetwork,
  backend: BackendInformation,
): Run {
  const part = (indices: readonly number[]): RunImage[] =>
    indices.map((index) => ({ id: dataset.ids[index], content: contentOf(dataset, index) }));
  return {
    hash,
    experiment,
    backend: backend.name,
    data: fingerprint,
    parts: { train: part(split.train), validation: part(split.validation), test: part(split.test) },
    history: progress.history,
    test,
    epsilons: progress.epsilons,
    bestEpoch: progress.bestEpoch,
    seconds: progress.history.reduce((sum, row) => sum + row.seconds, 0),
    environment: {
      backend: `${backend.name} ${backend.version}`,
      device: backend.device,
      deno: Deno.version.deno,
      platform: `${Deno.build.os} ${Deno.build.arch}`,
      finishedAt: new Date().toISOString(),
    },
  };
}
