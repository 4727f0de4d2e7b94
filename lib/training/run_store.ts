/**
 * Where runs are kept: one folder a run, named by the hash of its experiment and data. Asked for a run that is there,
 * the store loads it; asked for one that was interrupted, it goes on.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { disposeTree } from "../backend/tensor_tree.ts";
import type { tf } from "../backend/tf.ts";
import type { BackendInformation } from "../backend/use_backend.ts";
import type { SegmentationDataset } from "../data/segmentation_dataset.ts";
import type { Split } from "../data/split.ts";
import { decodeSafetensors, encodeSafetensors } from "../model/safetensors.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { type Experiment, experimentHash } from "./experiment.ts";
import { readIfThere, writeAtomically } from "./atomic_file.ts";
import type { Run, RunEnvironment } from "./run.ts";
import { train, type TrainingEvent } from "./train.ts";

/** What happens on the way to a run. */
export type RunEvent =
  | TrainingEvent
  | { readonly kind: "loaded"; readonly run: Run }
  | { readonly kind: "resumed"; readonly epoch: number }
  | { readonly kind: "warning"; readonly message: string };

/** Images and how they are split. */
export interface RunData {
  readonly dataset: SegmentationDataset;
  readonly split: Split;
}

/** Options of {@linkcode trainOrLoad}. */
export interface RunOptions {
  /** Folder that holds the runs. */
  readonly directory: string;
  readonly backend: BackendInformation;
  /** Seconds between checkpoints; they are written at the ends of epochs. */
  readonly checkpointSeconds?: number;
}

const RUN_FILE = "run.json";
const CHECKPOINT_FILE = "checkpoint.safetensors";

/** Folder of a run. */
export function runDirectory(directory: string, hash: string): string {
  return join(directory, hash);
}

/**
 * The run of an experiment: loaded if it is in the store, else trained, with a checkpoint now and then, and stored.
 *
 * @returns What happens on the way, and the run.
 */
export async function* trainOrLoad(
  experiment: Experiment,
  data: RunData,
  options: RunOptions,
): AsyncGenerator<RunEvent, Run> {
  const { dataset, split } = data;
  const hash = experimentHash(experiment, dataset.fingerprint, options.backend.name);
  const stored = await loadRun(options.directory, hash);
  if (stored) {
    yield { kind: "loaded", run: stored };
    return stored;
  }
  const folder = runDirectory(options.directory, hash);
  await Deno.mkdir(folder, { recursive: true });
  const checkpointFile = join(folder, CHECKPOINT_FILE);
  const { checkpoint, warning } = await loadCheckpoint(checkpointFile, hash);
  if (warning) yield { kind: "warning", message: warning };
  if (checkpoint) yield { kind: "resumed", epoch: checkpoint.progress.epoch };

  const training = train(dataset, split, experiment, { resumeFrom: checkpoint });
  let lastSaved = performance.now();
  let event = await training.next();
  for (; !event.done; event = await training.next()) {
    if (event.value.kind === "epoch") {
      const due = performance.now() - lastSaved > 1000 * (options.checkpointSeconds ?? 30);
      if (due) {
        await writeAtomically(checkpointFile, await encodeCheckpoint(event.value.checkpoint, hash));
        lastSaved = performance.now();
      }
    }
    yield event.value;
  }
  const { best, last, progress, test } = event.value;
  const files = {
    best: await encodeSafetensors({ ...best.trainable, ...best.statistics }, { run: hash, weights: "best" }),
    last: await encodeSafetensors({ ...last.trainable, ...last.statistics }, { run: hash, weights: "last" }),
  };
  disposeTree([best, last]);
  for (const [name, bytes] of Object.entries(files)) await writeAtomically(join(folder, weightsFile(name)), bytes);
  const run: Run = {
    hash,
    experiment,
    fingerprint: dataset.fingerprint,
    counts: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    history: progress.history,
    test,
    epsilons: progress.epsilons,
    bestEpoch: progress.bestEpoch,
    seconds: progress.history.reduce((sum, row) => sum + row.seconds, 0),
    environment: environmentOf(options.backend),
  };
  const checksums = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  // Last, so that a folder with this file is complete.
  const text = JSON.stringify({ format: 1, checksums, ...run }, null, 1);
  await writeAtomically(join(folder, RUN_FILE), new TextEncoder().encode(text));
  await Deno.remove(checkpointFile).catch(() => {});
  return run;
}

/** A stored run, or undefined if there is none that is complete. */
export async function loadRun(directory: string, hash: string): Promise<Run | undefined> {
  const bytes = await readIfThere(join(runDirectory(directory, hash), RUN_FILE));
  if (!bytes) return undefined;
  try {
    const { format: _format, checksums: _checksums, ...run } = JSON.parse(new TextDecoder().decode(bytes));
    return run as Run;
  } catch (error) {
    throw new Error(`Cannot read run ${hash}: ${RUN_FILE} is damaged; delete its folder to train it again.`, {
      cause: error,
    });
  }
}

/**
 * The weights of a stored run; the caller disposes them.
 *
 * @throws {Error} When the file is missing or its SHA-256 is not the recorded one.
 */
export async function loadWeights(directory: string, hash: string, which: "best" | "last"): Promise<UNetWeights> {
  const folder = runDirectory(directory, hash);
  const [record, bytes] = await Promise.all([
    Deno.readTextFile(join(folder, RUN_FILE)),
    Deno.readFile(join(folder, weightsFile(which))),
  ]);
  if (JSON.parse(record).checksums?.[which] !== sha256(bytes)) {
    throw new Error(
      `Cannot load the ${which} weights of run ${hash}: their SHA-256 is not the recorded one, the file is damaged. ` +
        "Delete the run's folder to train it again.",
    );
  }
  const entries = Object.entries(decodeSafetensors(bytes).tensors);
  const isStatistic = ([name]: [string, tf.Tensor]) => name.includes(".running_");
  return {
    trainable: Object.fromEntries(entries.filter((entry) => !isStatistic(entry))),
    statistics: Object.fromEntries(entries.filter(isStatistic)),
  };
}

async function loadCheckpoint(
  file: string,
  hash: string,
): Promise<{ checkpoint?: Checkpoint; warning?: string }> {
  const bytes = await readIfThere(file);
  if (!bytes) return {};
  try {
    return { checkpoint: decodeCheckpoint(bytes, hash) };
  } catch (error) {
    return { warning: `${(error as Error).message} The run starts from the beginning.` };
  }
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

function weightsFile(which: string): string {
  return `weights_${which}.safetensors`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
