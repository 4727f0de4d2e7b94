/**
 * Opens a data set by its name, wherever it comes from.
 *
 * @module
 */
import { join } from "@std/path";
import { projectDirectory } from "../project_directory.ts";
import { randomStream, shuffled } from "../random/random_stream.ts";
import { CVC_CLINICDB } from "./cvc_clinicdb.ts";
import { cachedDataset } from "./image_cache.ts";
import type { ReadProgress } from "./image_pairs.ts";
import { KVASIR_SEG } from "./kvasir_seg.ts";
import { type DatasetFolders, findRealDataset, loadRealDataset, type RealDataset } from "./real_dataset.ts";
import { type SegmentationDataset, subset } from "./segmentation_dataset.ts";
import { syntheticDataset } from "./synthetic_dataset.ts";

/** The data sets that can be opened. */
export const DATASET_NAMES = ["synthetic", "kvasir-seg", "cvc-clinicdb"] as const;

/** Name of a data set that can be opened. */
export type DatasetName = typeof DATASET_NAMES[number];

/** The published data sets. */
export const REAL_DATASETS: readonly RealDataset[] = [KVASIR_SEG, CVC_CLINICDB];

/** Images of the synthetic data set where no number is given. */
export const SYNTHETIC_COUNT = 400;

/** Which data set to open, and how. */
export interface LoadOptions {
  /** Which data set. */
  readonly name: DatasetName;
  /** Folder of a real data set or the one that holds it; without it the project's `data/`. Not used for "synthetic". */
  readonly directory?: string;
  /** Height = width of every image, pixels. */
  readonly size: number;
  /** Number of images: of a real data set at most so many, drawn by the seed; without it all (synthetic: 400). */
  readonly count?: number;
  /** Seed of the synthetic images or of the drawn subset. */
  readonly seed: number;
  /** Folder of the image cache; without it nothing is stored. */
  readonly cacheDirectory?: string;
  /** Told while a real data set's files are read. */
  readonly onProgress?: ReadProgress;
}

/** A real data set that lies in a folder. */
export interface FoundDataset extends DatasetFolders {
  /** Which data set it is. */
  readonly name: DatasetName;
}

/** Where the project keeps downloaded data sets. */
export function projectDataDirectory(): string {
  return join(projectDirectory(), "data");
}

/**
 * The real data sets in `directory` (one's own folder or one that holds several), by default in the project's `data/`:
 * none, one or both.
 */
export function findDatasets(directory: string = projectDataDirectory()): FoundDataset[] {
  return REAL_DATASETS.flatMap((definition) => {
    const folders = findRealDataset(definition, directory);
    return folders === undefined ? [] : [{ name: definition.name as DatasetName, ...folders }];
  });
}

/**
 * Opens a data set: renders the synthetic one, or reads a real one, through the cache where a folder for it is given.
 *
 * A real data set is always read whole, so that it can be checked and cached once; `count` then takes a random subset in
 * the order of the whole.
 *
 * @throws If the name is unknown, if a real data set is not found, or if its files are wrong (all of them are told).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const dataset = await loadDataset({ name: "synthetic", size: 16, count: 3, seed: 1 });
 * assertEquals([dataset.ids.length, dataset.trueDifficulty?.length], [3, 3]);
 * ```
 */
export async function loadDataset(options: LoadOptions): Promise<SegmentationDataset> {
  const { name, directory = projectDataDirectory(), seed, count } = options;
  if (name === "synthetic") return await loadSynthetic(options);
  const definition = REAL_DATASETS.find((candidate) => candidate.name === name);
  if (definition === undefined) {
    throw new Error(`Cannot open data set "${name}": expected one of ${DATASET_NAMES.join(", ")}`);
  }
  const whole = await loadRealDataset(definition, { ...options, directory });
  if (count === undefined || count >= whole.ids.length) return whole;
  const drawn = shuffled([...whole.ids.keys()], randomStream(seed, "subset")).slice(0, count);
  return subset(whole, drawn.sort((a, b) => a - b));
}

/** The synthetic data set; the first image stands in the cache's source, so that another renderer makes it anew. */
async function loadSynthetic(options: LoadOptions): Promise<SegmentationDataset> {
  const { size, seed, count = SYNTHETIC_COUNT, cacheDirectory } = options;
  const make = () => syntheticDataset({ count, size, seed });
  if (cacheDirectory === undefined) return make();
  const file = join(cacheDirectory, `synthetic-${size}px-seed${seed}-${count}.images`);
  const { fingerprint } = syntheticDataset({ count: 1, size, seed });
  return await cachedDataset({ file, source: [count, size, seed, fingerprint] }, make);
}
