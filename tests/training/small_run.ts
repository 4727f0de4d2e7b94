/**
 * The smallest training run that still has every part: for tests.
 *
 * @module
 */
import type { SegmentationDataset } from "../../lib/data/segmentation_dataset.ts";
import type { Split } from "../../lib/data/split.ts";
import { syntheticDataset } from "../../lib/data/synthetic_dataset.ts";
import { defineExperiment, type Experiment } from "../../lib/training/experiment.ts";
import { train, type TrainedNetwork, type TrainingEvent } from "../../lib/training/train.ts";

/** Twelve images of 16 × 16 pixels. */
export const dataset: SegmentationDataset = syntheticDataset({ count: 12, size: 16, seed: 3 });

/** Seven, two and three of them; the last training batch of four is smaller. */
export const split: Split = { kind: "random", train: [0, 1, 2, 3, 4, 5, 6], validation: [7, 8], test: [9, 10, 11] };

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

/** Trains to the end and collects what happened. */
export async function trainFully(
  experiment: Experiment,
  resumeFrom?: Parameters<typeof train>[3],
): Promise<{ events: TrainingEvent[]; result: TrainedNetwork }> {
  const events: TrainingEvent[] = [];
  const training = train(dataset, split, experiment, resumeFrom);
  let next = await training.next();
  for (; !next.done; next = await training.next()) events.push(next.value);
  return { events, result: next.value };
}
