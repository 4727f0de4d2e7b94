/**
 * Reports of made-up runs: nothing is trained.
 *
 * @module
 */
import { syntheticDataset } from "../../lib/data/synthetic_dataset.ts";
import { frameworkPicture } from "../../lib/notebook/plots/framework_diagram.ts";
import { inspectionOf } from "../../lib/report/inspection_pictures.ts";
import { pageImage } from "../../lib/report/page_image.ts";
import type { ReportContent } from "../../lib/report/report_content.ts";
import type { MethodRun } from "../../lib/training/train_method.ts";
import { defineExperiment } from "../../lib/training/experiment.ts";
import type { InspectedImage } from "../../lib/training/inspection.ts";
import { METHOD_NAMES, type MethodName, METHODS } from "../../lib/training/methods.ts";
import type { Run } from "../../lib/training/run.ts";

const EPOCHS = 6;

/** A run whose numbers follow from its method's place, for images with these names. */
export function madeRun(name: MethodName, ids: readonly string[], { dataset = "synthetic", seed = 1 } = {}): Run {
  const place = METHOD_NAMES.indexOf(name as typeof METHOD_NAMES[number]);
  const experiment = defineExperiment({ ...METHODS[name].settings, dataset, seed, epochs: EPOCHS });
  const epochs = Array.from({ length: EPOCHS }, (_, index) => index + 1);
  const score = (index: number) => Math.min(1, 0.4 + 0.03 * place + (0.5 * index) / ids.length);
  return {
    hash: `abc${place}`,
    experiment,
    fingerprint: "f",
    counts: { train: 20, validation: 4, test: ids.length },
    history: epochs.map((epoch) => ({
      epoch,
      trainLoss: 1 / (epoch + place),
      valDice: 0.1 * epoch,
      valIou: 0.08 * epoch,
      meanEpsilon: 0,
      seconds: 1,
    })),
    test: ids.flatMap((id, index) =>
      (["best", "last"] as const).map((weights) => ({
        id,
        weights,
        dice: score(index) - (weights === "last" ? 0.1 : 0),
        iou: score(index) / 2,
        precision: score(index),
        recall: 1 - score(index) / 2,
      }))
    ),
    epsilons: name !== "adaptive" ? [] : [2, 4, 6].flatMap((epoch) =>
      Array.from({ length: 20 }, (_, index) => ({
        epoch,
        id: `train-${index}`,
        difficulty: 0.01 * index,
        normalized: index / 10 - 1,
        epsilon: (0.5 * ((index * epoch) % 20)) / 20,
      }))
    ),
    bestEpoch: EPOCHS,
    seconds: 6,
    environment: {
      backend: "tensorflow 2.21.0",
      device: "CPU: made up",
      deno: "2.9.6",
      platform: "linux x86_64",
      finishedAt: "2026-01-02T03:04:05.000Z",
    },
  };
}

/** A method with a made-up run. */
export function madeMethod(
  name: MethodName,
  ids: readonly string[],
  options: Parameters<typeof madeRun>[2] = {},
): MethodRun {
  const run = madeRun(name, ids, options);
  return { method: METHODS[name], run, candidates: [run] };
}

/** Synthetic images with made-up predictions: the mask, moved to the right and blurred at its edge. */
export function madeInspection(ids: readonly string[], size = 32): InspectedImage[] {
  const { images, masks } = syntheticDataset({ count: ids.length, size, seed: 4 });
  const pixels = size ** 2;
  return ids.map((id, index) => {
    const mask = masks.subarray(index * pixels, (index + 1) * pixels);
    const probability = Float32Array.from(mask, (_, at) => 0.8 * (mask[at - index % 8] ?? 0) + 0.1);
    return {
      id,
      size,
      image: images.subarray(3 * index * pixels, 3 * (index + 1) * pixels),
      mask,
      probability,
      mutualInformation: Float32Array.from(probability, (value) => 0.2 * value * (1 - value)),
      predictiveEntropy: Float32Array.from(probability, (value) => value * (1 - value)),
      difficulty: 0.03 - 0.001 * index,
      dice: 0.4 + (0.5 * index) / ids.length,
    };
  });
}

/** Names of as many made-up test images. */
export function madeIds(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `image-${index}`);
}

/** What a made-up report is to have; the rest is made up as well. */
export interface MadeParts extends Partial<Omit<ReportContent, "dataset">> {
  readonly ids?: string[];
  readonly dataset?: string;
}

/** A report of all five methods. */
export async function madeReport(
  { ids = madeIds(12), dataset = "synthetic", ...changes }: MadeParts = {},
): Promise<ReportContent> {
  const counts = { train: 20, validation: 4, test: ids.length };
  return {
    profile: "quick",
    results: METHOD_NAMES.map((name) => madeMethod(name, ids, { dataset })),
    missing: [],
    inspection: await inspectionOf(madeInspection(ids), { method: "Adaptive PolyDice-1", passes: 10 }),
    framework: pageImage(frameworkPicture()),
    notebooks: [{ href: "notebooks/1_made.html", title: "1 · Made up", question: "Does the link work?" }],
    madeAt: "2026-01-02T03:04:05.000Z",
    ...changes,
    dataset: { name: dataset, size: 32, split: "grouped", counts, notes: [] },
  };
}
