/**
 * The smallest training run that still has every part: for tests.
 *
 * @module
 */
import { backend } from "../backend.ts";
import { dataFingerprint, type RunData } from "../../lib/data/open_data.ts";
import type { SegmentationDataset } from "../../lib/data/segmentation_dataset.ts";
import type { Split } from "../../lib/data/split.ts";
import { syntheticDataset } from "../../lib/data/synthetic_dataset.ts";
import { defineExperiment, type Experiment } from "../../lib/experiment/experiment.ts";
import type { Run } from "../../lib/training/run.ts";
import { train, type TrainedNetwork, type TrainingEvent } from "../../lib/training/train.ts";
import { type RunEvent, type RunOptions, trainOrLoad } from "../../lib/training/train_or_load.ts";

/** Twelve images of 16 × 16 pixels. */
export const dataset: SegmentationDataset = syntheticDataset({ count: 12, size: 16, seed: 3 });

/** Seven, two and three of them; the last training batch of four is smaller. */
export const split: Split = { kind: "random", train: [0, 1, 2, 3, 4, 5, 6], validation: [7, 8], test: [9, 10, 11] };

/** Both with their fingerprints. */
export const DATA: RunData = runData(dataset, split);

/** A data set and a split with their fingerprints. */
export function runData(dataset: SegmentationDataset, split: Split): RunData {
  return { dataset, split, fingerprint: dataFingerprint(dataset, split) };
}

/** An experiment on them that takes a second. */
export function smallExperiment(changes: Partial<Experiment> = {}): Experiment {
  return defineExperiment({
    dataset: "synthetic",
    imageCount: 12,
    imageSize: 16,
    baseWidth: 2,
    depth: 2,
    epochs: 3,
    batchSize: 4,
    interval: 2,
    passes: 3,
    ...changes,
  });
}

/** Trains to the end and collects what happened before. */
export async function trainFully(
  experiment: Experiment,
  options?: Parameters<typeof train>[3],
): Promise<{ events: Exclude<TrainingEvent, { kind: "trained" }>[]; result: TrainedNetwork }> {
  const events: Exclude<TrainingEvent, { kind: "trained" }>[] = [];
  for await (const event of train(dataset, split, experiment, options)) {
    if (event.kind === "trained") return { events, result: event.network };
    events.push(event);
  }
  throw new Error("no network");
}

/** The run of a small experiment in a folder of runs, and what happened on the way. */
export async function trainSmall(
  runs: string,
  changes: Partial<Experiment> = {},
  { data = DATA, ...options }: Partial<RunOptions> & { readonly data?: RunData } = {},
): Promise<{ run: Run; events: RunEvent[]; kinds: string[] }> {
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => void events.push(event);
  const run = await trainOrLoad(smallExperiment(changes), data, { runs, backend, onEvent, ...options });
  return { run, events, kinds: events.map(({ kind }) => kind) };
}
