/**
 * A finished run in a folder without any training: for tests of what is done with runs.
 *
 * @module
 */
import { disposeTree } from "../../lib/backend/tensor_tree.ts";
import { defineExperiment, type Experiment, runHash } from "../../lib/experiment/experiment.ts";
import { initializeWeights } from "../../lib/model/unet_weights.ts";
import type { Run, TestRow } from "../../lib/training/run.ts";
import { storeRun } from "../../lib/training/run_store.ts";

const FINGERPRINT = { pixels: "f".repeat(64), groups: "e".repeat(64), members: "d".repeat(64) };

/** The record of a run of two epochs and two test images, with made-up scores. */
export function madeRun(changes: Partial<Experiment> = {}): Run {
  const experiment = defineExperiment({
    dataset: "synthetic",
    imageSize: 16,
    baseWidth: 2,
    depth: 2,
    epochs: 2,
    ...changes,
  });
  const scores = (id: string, weights: TestRow["weights"], dice: number): TestRow => ({
    id,
    weights,
    dice,
    iou: dice / (2 - dice),
    precision: dice,
    recall: dice,
  });
  const epoch = { trainLoss: 0.5, valIou: 0.4, meanEpsilon: 0, seconds: 1 };
  const images = (...ids: string[]) =>
    ids.map((id) => ({ id, content: id.charCodeAt(0).toString(16).padEnd(16, "0") }));
  return {
    hash: runHash(experiment, FINGERPRINT, "tensorflow"),
    experiment,
    backend: "tensorflow",
    data: FINGERPRINT,
    parts: { train: images("t", "u", "v", "w", "x", "y", "z"), validation: images("m", "n"), test: images("a", "b") },
    history: [{ ...epoch, epoch: 1, valDice: 0.75 }, { ...epoch, epoch: 2, valDice: 0.5 }],
    test: [scores("a", "best", 0.5), scores("b", "best", 1), scores("a", "last", 0.25), scores("b", "last", 0.75)],
    epsilons: [],
    bestEpoch: 1,
    seconds: 2,
    environment: {
      backend: "tensorflow 2.21.0",
      device: "CPU: some processor, 2 cores",
      deno: "2.9.6",
      platform: "linux x86_64",
      finishedAt: "2026-01-02T03:04:05.000Z",
    },
  };
}

/** Stores such a run with new weights: seed 1 for the best epoch's, seed 2 for the last one's. */
export async function storeMadeRun(runs: string, changes: Partial<Experiment> = {}): Promise<Run> {
  const run = madeRun(changes);
  await Deno.mkdir(`${runs}/${run.hash}`, { recursive: true });
  const [best, last] = [1, 2].map((seed) => initializeWeights(run.experiment, seed));
  await storeRun(runs, run, { best, last });
  disposeTree([best, last]);
  return run;
}
