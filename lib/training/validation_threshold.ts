/**
 * The threshold that validation images choose.
 *
 * @module
 */
import type { ImageSelection } from "../data/batches.ts";
import { metricsOfConfusion } from "../metrics/segmentation_metrics.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import { mean } from "../statistics/mean.ts";
import { scoreImages, type Scorer } from "./score_images.ts";

/** The thresholds there are to choose from: 0.05, 0.10, … 0.95. */
export const THRESHOLDS: readonly number[] = Array.from({ length: 19 }, (_, index) => (index + 1) / 20);

/** A chosen threshold, and the mean Dice of the images that chose it. */
export interface ChosenThreshold {
  readonly threshold: number;
  readonly dice: number;
}

/**
 * The threshold with the highest mean Dice per image at working size; of equal ones the one nearest to 0.5.
 *
 * @param selection Validation images; never those that the threshold is then tested on.
 * @throws {RangeError} When there is no image.
 */
export async function chooseThreshold(
  scorer: Scorer,
  weights: UNetWeights,
  selection: ImageSelection,
  onProgress?: (done: number, total: number) => void,
): Promise<ChosenThreshold> {
  if (selection.indices.length === 0) throw new RangeError("Cannot choose a threshold: expected at least one image");
  const { masks, size } = selection.dataset, pixels = size * size;
  const dices = THRESHOLDS.map((): number[] => []);
  await scoreImages(scorer, weights, selection, {
    onProgress,
    onBatch: ({ indices, probability }) =>
      indices.forEach((image, position) => {
        const mask = masks.subarray(image * pixels, (image + 1) * pixels);
        const byThreshold = diceAt(probability.subarray(position * pixels, (position + 1) * pixels), mask);
        byThreshold.forEach((dice, index) => dices[index].push(dice));
      }),
  });
  const candidates = THRESHOLDS.map((threshold, index) => ({ threshold, dice: mean(dices[index]) }));
  return candidates.reduce((best, other) => {
    const isNearer = Math.abs(other.threshold - 0.5) < Math.abs(best.threshold - 0.5);
    return other.dice > best.dice || (other.dice === best.dice && isNearer) ? other : best;
  });
}

/** Dice of one image at every threshold. */
function diceAt(probability: Float32Array, mask: Uint8Array): number[] {
  /** Pixels that are above so many thresholds, background and lesion. */
  const above = [0, 1].map(() => new Int32Array(THRESHOLDS.length + 1));
  const least = THRESHOLDS.map(Math.fround);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    let count = 0;
    while (count < least.length && probability[pixel] > least[count]) count++;
    above[mask[pixel]][count]++;
  }
  const lesion = above[1].reduce((sum, count) => sum + count, 0);
  const metrics = metricsOfConfusion(THRESHOLDS.map((_, index) => {
    const [falsePositives, truePositives] = above.map((counts) =>
      counts.subarray(index + 1).reduce((sum, count) => sum + count, 0)
    );
    return { truePositives, falsePositives, falseNegatives: lesion - truePositives, trueNegatives: 0 };
  }));
  return metrics.dice;
}
