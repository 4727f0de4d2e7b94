/**
 * Opens a data set by its name, wherever it comes from.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "@std/path";
import sharp from "sharp";
import { projectDirectory } from "../project_directory.ts";
import { randomStream, shuffled } from "../random/random_stream.ts";
import { shellWord } from "../text/escape.ts";
import { DATASET_NAMES, type DatasetName } from "./dataset_reference.ts";
import { CVC_CLINICDB } from "./cvc_clinicdb.ts";
import { cachedDataset } from "./image_cache.ts";
import type { FileFinding, ReadProgress } from "./image_pairs.ts";
import { type ImageSource, ownSource, publishedSource, readSource, withLists } from "./image_source.ts";
import { KVASIR_SEG } from "./kvasir_seg.ts";
import { type DatasetFolders, findRealDataset, type RealDataset } from "./real_dataset.ts";
import type { Fit } from "./resize_image.ts";
import { type SegmentationDataset, subset } from "./segmentation_dataset.ts";
import { syntheticDataset } from "./synthetic/dataset.ts";

/** The published data sets. */
export const REAL_DATASETS: readonly RealDataset[] = [KVASIR_SEG, CVC_CLINICDB];

/** Images of the synthetic data set where no number is given. */
export const SYNTHETIC_COUNT = 400;

/** Which data set to open, and how. */
export interface LoadOptions {
  /** Which data set: one of {@linkcode DATASET_NAMES}, or what `own` images are called. */
  readonly name: string;
  /** Folder of a published data set or the one that holds it; without it the project's `data/`. */
  readonly directory?: string;
  /** Path of a user's own images: a folder or a list of pairs. */
  readonly own?: string;
  /** Path of a list of groups of a user's own images. */
  readonly groups?: string;
  /** Height = width of every image, pixels. */
  readonly size: number;
  /** How images that are not square are brought to that size; default "stretch". */
  readonly fit?: Fit;
  /** Of a user's own masks the values that are lesion, as in "1,2"; by default the masks say it. */
  readonly maskValues?: string;
  /** Number of images: of image files at most so many, drawn by the seed; without it all (synthetic: 400). */
  readonly count?: number;
  /** Seed of the synthetic images or of the drawn subset. */
  readonly seed: number;
  /** Folder of the image cache; without it nothing is stored. */
  readonly cacheDirectory?: string;
  /** Told while image files are read. */
  readonly onProgress?: ReadProgress;
}

/** Raised when reading the same files would give other pixels than before, so that caches are made anew. */
const READING_VERSION = 3;

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
 * The one real data set that a folder holds; the synthetic one without a folder.
 *
 * @throws {Error} Where it holds none, or two.
 */
export function datasetIn(directory: string | undefined): DatasetName {
  if (directory === undefined) return "synthetic";
  const names = findDatasets(directory).map(({ name }) => name);
  if (names.length === 1) return names[0];
  throw new Error(
    names.length === 0
      ? `Cannot choose a data set: found neither Kvasir-SEG nor CVC-ClinicDB in ${directory}; \`deno task data\` gets them, ` +
        `and --dataset ${shellWord(directory)} reads images of your own.`
      : `Cannot choose a data set: ${directory} holds ${names.join(" and ")}; name one with --dataset.`,
  );
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
 * Opens a data set: renders the synthetic one, or reads image files, through the cache where a folder for it is given.
 *
 * Image files are always read whole, so that they can be checked and cached once; `count` then takes a random subset in
 * the order of the whole.
 *
 * @throws If the name is unknown, if nothing is found, or if files are wrong (all of them are told).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const dataset = await loadDataset({ name: "synthetic", size: 16, count: 3, seed: 1 });
 * assertEquals([dataset.ids.length, dataset.trueDifficulty?.length], [3, 3]);
 * ```
 */
export async function loadDataset(options: LoadOptions): Promise<SegmentationDataset> {
  const { name, own, seed, count, size, fit = "stretch", maskValues = "", cacheDirectory, onProgress } = options;
  if (name === "synthetic" && own === undefined) return await loadSynthetic(options);
  const source = await openSource(options);
  if (source.published && maskValues !== "") {
    throw new Error(
      `Cannot read the masks of "${name}" by the values ${maskValues}: a published data set has its own rule`,
    );
  }
  const read = async () => {
    const { dataset, findings } = await readSource(source, { size, fit, maskValues, onProgress });
    throwFindings(findings);
    return dataset!;
  };
  const slot = cacheDirectory && cacheSlot(source, cacheDirectory, { size, fit, maskValues });
  const whole = withLists(slot ? await cachedDataset(slot, read) : await read(), source);
  if (count === undefined || count >= whole.ids.length) return whole;
  const drawn = shuffled([...whole.ids.keys()], randomStream(seed, "subset")).slice(0, count);
  return subset(whole, drawn.sort((a, b) => a - b));
}

/** The files of a published data set, or of a user's own. */
export async function openSource(
  { name, own, groups, directory = projectDataDirectory() }: Pick<LoadOptions, "name" | "own" | "groups" | "directory">,
): Promise<ImageSource> {
  if (own !== undefined) return await ownSource(name, own, groups);
  const definition = REAL_DATASETS.find((candidate) => candidate.name === name);
  if (definition === undefined) {
    throw new Error(
      `Cannot open data set "${name}": expected one of ${DATASET_NAMES.join(", ")}, or the path of your own images`,
    );
  }
  return await publishedSource(definition, directory);
}

/** Throws with all findings at once, so that one look mends the folder. */
function throwFindings(findings: readonly FileFinding[]): void {
  if (findings.length === 0) return;
  const files = findings.length === 1 ? "1 wrong file" : `${findings.length} wrong files`;
  throw new Error([`Cannot read the data set: found ${files}`, ...findings.map(({ message }) => message)].join("\n  "));
}

/** Where a source is cached: all that its pixels follow from stands in the slot. */
function cacheSlot(source: ImageSource, folder: string, how: { size: number; fit: Fit; maskValues: string }) {
  const { name, root, listing } = source;
  const place = createHash("sha256").update(JSON.stringify([root, how])).digest("hex").slice(0, 8);
  const pairs = listing.pairs.map(({ id, image, mask, moreMasks }) => [id, image, mask, moreMasks]);
  const wrong = listing.findings.map(({ message }) => message);
  return {
    file: join(folder, `${name}-${how.size}px-${place}.images`),
    source: [READING_VERSION, sharp.versions, how, pairs, listing.notes, wrong, listing.state],
  };
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
