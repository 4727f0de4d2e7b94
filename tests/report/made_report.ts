/**
 * Reports of made-up runs: nothing is trained.
 *
 * @module
 */
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";
import { frameworkPicture } from "../../lib/notebook/plots/framework_diagram.ts";
import { inspectionOf } from "../../lib/report/inspection_pictures.ts";
import { pageImage } from "../../lib/report/page_image.tsx";
import type { ReportContent } from "../../lib/report/report_content.ts";
import { resultsOf } from "../../lib/results/results_of.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import type { InspectedImage } from "../../lib/training/inspection.ts";
import type { EpsilonRow } from "../../lib/training/run.ts";
import { madeRecords, madeStudy } from "../results/made_records.ts";

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

/** ε of 20 training images at three updates. */
function madeEpsilons(): EpsilonRow[] {
  return [1, 2, 3].flatMap((epoch) =>
    Array.from({ length: 20 }, (_, index) => ({
      epoch,
      id: `train-${index}`,
      difficulty: 0.01 * index,
      normalized: index / 10 - 1,
      epsilon: (0.5 * ((index * epoch) % 20)) / 20,
      error: 0.05 * index,
    }))
  );
}

/** What a made-up report is to have; the rest is made up as well. */
export interface MadeParts extends Partial<Omit<ReportContent, "dataset" | "results">> {
  readonly ids?: readonly string[];
  readonly dataset?: string;
  readonly seeds?: readonly number[];
  /** Changes the records of the five methods, or leaves some out. */
  readonly change?: (records: RunRecord[]) => RunRecord[];
}

/** A report of all five methods. */
export async function madeReport(
  { ids = madeIds(12), dataset = "synthetic", seeds = [1], change = (all) => all, ...changes }: MadeParts = {},
): Promise<ReportContent> {
  const methods = ["dice", "focal", "polydice1", "polydice1-fixed", "adaptive"];
  const study = madeStudy({
    profile: "quick",
    set: { imageSize: 16 },
    runs: [{ data: [{ dataset }], methods, seeds }],
  });
  return {
    dataset: { size: 32, counts: { train: 20, validation: 4, test: ids.length }, notes: [] },
    results: resultsOf(study, change(madeRecords(study, { ids }))),
    controller: { interval: 3, passes: 10, range: [0, 0.5], epsilons: madeEpsilons() },
    // Pictures take their time, and are not drawn where they are not asked for.
    inspection: "inspection" in changes
      ? undefined
      : await inspectionOf(madeInspection(ids), { method: "Adaptive PolyDice-1", passes: 10 }),
    framework: pageImage(frameworkPicture()),
    notebooks: [{ href: "notebooks/1_made.html", title: "1 · Made up", question: "Does the link work?" }],
    madeAt: "2026-01-02T03:04:05.000Z",
    ...changes,
  };
}
