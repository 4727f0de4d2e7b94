/**
 * Opens the images of an experiment and splits them.
 *
 * @module
 */
import { loadDataset, type LoadOptions } from "../lib/data/load_dataset.ts";
import { splitDataset } from "../lib/data/split_dataset.ts";
import type { Experiment } from "../lib/training/experiment.ts";
import type { RunData } from "../lib/training/train_or_load.ts";
import { plainError } from "./plain_error.ts";
import type { ProgressLine } from "./cli/progress_line.ts";

/** What of an experiment says which images there are and which are for what. */
export type DataChoice = Pick<Experiment, "dataset" | "imageCount" | "imageSize" | "split" | "splitSeed">;

/** Where images lie. */
export interface DataPlaces {
  /** Folder of real images, absolute. */
  readonly data?: string;
  /** Folder of the image cache, absolute. */
  readonly cache: string;
}

/**
 * Loads a data set, through the cache, and splits it.
 *
 * @throws {TaskError} where it is missing or its files are wrong
 */
export async function openRunData(choice: DataChoice, places: DataPlaces, line: ProgressLine): Promise<RunData> {
  const { dataset: name, imageCount, imageSize, split: kind, splitSeed } = choice;
  try {
    const dataset = await loadDataset({
      name: name as LoadOptions["name"],
      directory: places.data,
      size: imageSize,
      count: imageCount || undefined,
      seed: splitSeed,
      cacheDirectory: places.cache,
      onProgress: ({ done, total }) => line.show(`Reading ${name}: ${done} of ${total} images`),
    });
    return { dataset, split: splitDataset(dataset, { kind, seed: splitSeed }) };
  } catch (error) {
    throw plainError(error);
  } finally {
    line.clear();
  }
}
