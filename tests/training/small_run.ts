/**
 * The smallest training run that still has every part: for tests.
 *
 * @module
 */
import { backend } from "../backend.ts";
import { tf } from "../../lib/backend/tf.ts";
import { imageBatch } from "../../lib/data/batches.ts";
import { dataFingerprint, type RunData } from "../../lib/data/open_data.ts";
import type { SegmentationDataset } from "../../lib/data/segmentation_dataset.ts";
import type { Split } from "../../lib/data/split.ts";
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";
import { defineExperiment, type Experiment } from "../../lib/experiment/experiment.ts";
import { dropoutSeeds } from "../../lib/model/dropout.ts";
import { initializeWeights, type NamedTensors, type UNetWeights } from "../../lib/model/unet_weights.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import type { Run } from "../../lib/training/run.ts";
import { train, type TrainedNetwork, type TrainingEvent } from "../../lib/training/train.ts";
import { type RunEvent, type RunOptions, trainOrLoad } from "../../lib/training/train_or_load.ts";
import type { TrainBatch, TrainState } from "../../lib/training/train_step.ts";

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

/** A network of this size before its first step. */
export function firstState(size: { readonly baseWidth: number; readonly depth: number }): TrainState {
  const weights = initializeWeights(size, 1);
  return { weights, optimizer: initializeAdam(weights.trainable) };
}

/** The batch of a step of this number, not augmented. */
export function smallBatch(images: readonly number[], step: number, of: SegmentationDataset = dataset): TrainBatch {
  return {
    ...imageBatch(of, images),
    epsilon: tf.fill<tf.Rank.R1>([images.length], 0.3),
    kappa: tf.fill<tf.Rank.R1>([images.length], 8),
    dropout: dropoutSeeds(1, step),
  };
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

/** Size of the network. */
export const NETWORK = { baseWidth: 4, depth: 2 } as const;

/** Weights whose batch norm has seen something: no statistic, scale or offset at its initial value. */
export function usedWeights(): UNetWeights {
  const { trainable, statistics } = initializeWeights(NETWORK, 1);
  const stream = randomStream(1, "used weights");
  const moved = (tensors: NamedTensors, range: (name: string) => [number, number]) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => {
        if (!name.includes(".bn")) return [name, tensor];
        const [from, to] = range(name);
        return [name, tf.tensor1d(Array.from({ length: tensor.size }, () => from + (to - from) * stream.uniform()))];
      }),
    );
  return {
    trainable: moved(trainable, (name) => name.endsWith("weight") ? [0.5, 1.5] : [-0.3, 0.3]),
    statistics: moved(statistics, (name) => name.endsWith("var") ? [0.02, 0.2] : [-0.2, 0.2]),
  };
}
