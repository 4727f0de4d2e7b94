/**
 * What the loaders of the real data sets share: finding the folder, reading the pairs through the cache, and holding the
 * whole official set against its known polyp area.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "@std/path";
import sharp from "sharp";
import { cachedDataset } from "./image_cache.ts";
import { listImagePairs, loadImagePairs, type ReadProgress } from "./image_pairs.ts";
import { type SegmentationDataset, segmentationDataset } from "./segmentation_dataset.ts";

/** Where the checksums of a release's files stand. */
export interface PublishedRelease {
  /** What tells it from the others, as in "TIFF". */
  readonly format: string;
  /** File of `data/checksums`. */
  readonly manifest: string;
  /** Folder with which its lines in that file begin. */
  readonly folder: string;
}

/** What is known about a published data set. */
export interface RealDataset {
  /** The name by which it is chosen, as in "kvasir-seg". */
  readonly name: string;
  /** The name its authors gave it, which is also its folder's. */
  readonly title: string;
  /** Where users get it. */
  readonly source: string;
  /** Pairs of folders, relative to the data set's, in which releases of it keep images and masks. */
  readonly layouts: readonly { readonly images: string; readonly masks: string }[];
  /** Extensions of its image files, in lower case with the dot. */
  readonly extensions: readonly string[];
  /**
   * Of the whole official set: the number of pairs, the polyp pixels of all masks at native size, and the bytes of its
   * largest release unpacked.
   */
  readonly official: { readonly count: number; readonly foreground: number; readonly bytes: number };
  /** The forms in which its files are published and have known checksums, the preferred one first. */
  readonly releases: readonly PublishedRelease[];
  /** What its authors allow, one sentence a line. */
  readonly terms: readonly string[];
  /** The group of every id, and notes on ids without a known one. */
  readonly groupsOf: (ids: readonly string[]) => { groups: string[]; notes: string[] };
}

/** Where a real data set lies: paths of its two folders. */
export interface DatasetFolders {
  /** Folder of the images. */
  readonly images: string;
  /** Folder of the masks. */
  readonly masks: string;
}

/** How a real data set is read. */
export interface RealDatasetOptions {
  /** The data set's folder or the one above it. */
  readonly directory: string;
  /** Height = width of every image, pixels. */
  readonly size: number;
  /** Folder of the cache; without it every call decodes all files. */
  readonly cacheDirectory?: string;
  readonly onProgress?: ReadProgress;
}

/** Raised when reading the same files would give other pixels than before, so that caches are made anew. */
const READING_VERSION = 1;

/**
 * The folders of a data set in `directory` itself or in a folder with the data set's title inside it, or nothing where
 * no known layout with at least one image file of its kind is there.
 */
export function findRealDataset(definition: RealDataset, directory: string): DatasetFolders | undefined {
  return placesOf(definition, directory).find((folders) =>
    isFolder(folders.masks) && filesIn(folders.images).some((file) => hasExtension(definition, file))
  );
}

/**
 * Reads a whole real data set to `size` × `size`, from the cache where it holds the same files at the same size.
 *
 * Where the folder holds exactly as many pairs as the official set, the total polyp area at native size has to be the
 * known one, as anything else means a damaged or exchanged mask. A folder with another number of pairs is the user's own
 * selection and is taken as it is. Empty masks are allowed and noted.
 *
 * @throws If the data set is not found, if files are missing, unreadable or do not fit together (all of them are told),
 * or if the official set's polyp area is another.
 */
export async function loadRealDataset(
  definition: RealDataset,
  { directory, size, cacheDirectory, onProgress }: RealDatasetOptions,
): Promise<SegmentationDataset> {
  const folders = findRealDataset(definition, directory);
  if (folders === undefined) throw new Error(datasetNotFound(definition, directory));
  const listing = await listImagePairs(folders, definition.extensions);

  const read = async () => {
    const { images, masks, foreground } = await loadImagePairs(listing, size, onProgress);
    const ids = listing.pairs.map(({ id }) => id);
    checkForeground(definition, foreground, folders.masks);
    const { groups, notes } = definition.groupsOf(ids);
    const empty = ids.filter((_, index) => foreground[index] === 0);
    if (empty.length > 0) notes.push(`${empty.length} masks without a polyp: ${empty.join(", ")}`);
    return segmentationDataset({ name: definition.name, size, ids, images, masks, groups, notes });
  };
  if (cacheDirectory === undefined) return await read();
  const place = createHash("sha256").update(resolve(folders.images)).digest("hex").slice(0, 8);
  return await cachedDataset({
    file: join(cacheDirectory, `${definition.name}-${size}px-${place}.images`),
    source: [READING_VERSION, sharp.versions, size, listing.state],
  }, read);
}

/** Every pair of folders in which a data set may lie below `directory`, in the order of search. */
function placesOf({ title, layouts }: RealDataset, directory: string): DatasetFolders[] {
  return [directory, join(directory, title), join(directory, title.toLowerCase())].flatMap((root) =>
    layouts.map(({ images, masks }) => ({ images: join(root, images), masks: join(root, masks) }))
  );
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}

function filesIn(folder: string): string[] {
  return isFolder(folder) ? [...Deno.readDirSync(folder)].map(({ name }) => name) : [];
}

function hasExtension({ extensions }: RealDataset, file: string): boolean {
  return extensions.some((extension) => file.toLowerCase().endsWith(extension));
}

/** Says where a data set was looked for and how to get it. */
export function datasetNotFound(definition: RealDataset, directory: string): string {
  const { name, title, source } = definition;
  return `Cannot find ${title}: ${searchResult(definition, directory)}; get it by \`deno task data ${name}\`, which ` +
    `fetches ${source} (for research and education only) or takes what you have, or name the folder "${title}" or the ` +
    `one that holds it`;
}

/** What was found in place of a data set. */
function searchResult(definition: RealDataset, directory: string): string {
  const { title, extensions, layouts } = definition;
  if (!isFolder(directory)) return `there is no folder "${resolve(directory)}"`;
  const otherFiles = placesOf(definition, directory).find(({ images, masks }) => isFolder(images) && isFolder(masks));
  if (otherFiles !== undefined) return `"${otherFiles.images}" has no file that ends in ${extensions.join(" or ")}`;
  const wanted = layouts.map(({ images, masks }) => `"${images}" with "${masks}"`).join(" or ");
  return `looked in "${resolve(directory)}" and "${resolve(directory, title)}" for the folders ${wanted}`;
}

function checkForeground(definition: RealDataset, foreground: readonly number[], masks: string): void {
  const { name, title, official } = definition;
  const total = foreground.reduce((sum, count) => sum + count, 0);
  if (foreground.length === official.count && total !== official.foreground) {
    throw new Error(
      `Cannot use ${title}: expected ${official.foreground} polyp pixels in its ${official.count} masks, found ${total}; ` +
        `\`deno task data verify --data "${dirname(masks)}" --dataset ${name}\` names the files that differ from the ` +
        `published ones`,
    );
  }
}
