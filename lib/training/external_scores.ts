/**
 * What a finished network gets on images that had no part in its training: sets from elsewhere, and its own test images
 * changed in stated ways.
 *
 * @module
 */
import type { RunData } from "../data/open_data.ts";
import { corruptedImages, CORRUPTION_CASES } from "../data/corruptions.ts";
import type { SegmentationDataset } from "../data/segmentation_dataset.ts";
import type { Experiment } from "../experiment/experiment.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import type { ExternalRecord } from "../results/run_record.ts";
import { scoreImages, type Scorer } from "./score_images.ts";

/** Images to score. */
export interface ExternalImages {
  /** The images. */
  readonly dataset: SegmentationDataset;
  /** How they were changed, as in `"blur-2"`; empty: as they are. */
  readonly change: string;
}

/** Decimals of a record's numbers, which has thousands of them: of images as they are, and of changed ones. */
const DECIMALS = 4, DECIMALS_CHANGED = 3;

/** The test images of a run with each corruption at each strength. */
export async function changedTestImages({ dataset, split }: RunData): Promise<ExternalImages[]> {
  const changed: ExternalImages[] = [];
  for (const one of CORRUPTION_CASES) {
    const images = await corruptedImages(dataset, split.test, one);
    changed.push({ dataset: images, change: `${one.corruption}-${one.strength}` });
  }
  return changed;
}

/**
 * Scores images with a run's last weights. Of images as they are it tells Dice, D, entropy and predicted share, from as
 * many passes as training made; of changed ones Dice alone.
 *
 * @param scorer with the thesis' D among its signals
 */
export async function scoreExternal(
  scorer: Scorer,
  weights: UNetWeights,
  { passes: count, seed, batchSize }: Pick<Experiment, "passes" | "seed" | "batchSize">,
  sets: readonly ExternalImages[],
): Promise<ExternalRecord[]> {
  const records: ExternalRecord[] = [];
  for (const { dataset, change } of sets) {
    const predicted: number[] = [];
    const asTheyAre = change === "";
    const rounded = (value: number) => Number(value.toFixed(asTheyAre ? DECIMALS : DECIMALS_CHANGED));
    const scores = await scoreImages(scorer, weights, { dataset, indices: [...dataset.ids.keys()], batchSize }, {
      ...(asTheyAre && {
        passes: { count, seed, labels: ["external", dataset.name] },
        onBatch: ({ indices, probability }) => {
          indices.forEach((_, position) => predicted.push(lesionShare(probability, position, dataset.size ** 2)));
        },
      }),
    });
    records.push({
      dataset: dataset.name,
      pixels: dataset.fingerprint,
      change,
      weights: "last",
      images: scores.length,
      dice: scores.map(({ dice }) => rounded(dice)),
      difficulty: asTheyAre ? scores.map(({ difficulty }) => rounded(difficulty!)) : [],
      entropy: asTheyAre ? scores.map(({ entropy }) => rounded(entropy!)) : [],
      predicted: predicted.map(rounded),
    });
  }
  return records;
}

/** Share of an image's pixels above probability 0.5. */
function lesionShare(probability: Float32Array, position: number, pixels: number): number {
  let lesion = 0;
  for (let pixel = position * pixels; pixel < (position + 1) * pixels; pixel++) if (probability[pixel] > 0.5) lesion++;
  return lesion / pixels;
}
