/**
 * What is known about a published data set, and where it lies.
 *
 * @module
 */
import { dirname, join, resolve } from "@std/path";
import { imageFilesIn, kindOf } from "./image_pairs.ts";

/** What is known about a published data set. */
export interface RealDataset {
  /** The name by which it is chosen, as in "kvasir-seg". */
  readonly name: string;
  /** The name its authors gave it, which is also its folder's. */
  readonly title: string;
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
  /**
   * The forms in which its files are published, the preferred one first: what tells it from the others, as in "TIFF", and
   * where its checksums stand, which are the lines of a file of `data/checksums` that begin with a folder.
   */
  readonly releases: readonly { readonly format: string; readonly manifest: string; readonly folder: string }[];
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

/**
 * The folders of a data set in `directory` itself or in a folder with the data set's title inside it, or nothing where
 * no known layout with at least one image file of its kind is there.
 */
export function findRealDataset(definition: RealDataset, directory: string): DatasetFolders | undefined {
  const { extensions } = definition;
  return placesOf(definition, directory).find(({ images, masks }) =>
    isFolder(masks) && isFolder(images) && imageFilesIn(images, { extensions }).length > 0
  );
}

/** Every pair of folders in which a data set may lie below `directory`, in the order of search. */
function placesOf({ title, layouts }: RealDataset, directory: string): DatasetFolders[] {
  return [directory, join(directory, title), join(directory, title.toLowerCase())].flatMap((root) =>
    layouts.map(({ images, masks }) => ({ images: join(root, images), masks: join(root, masks) }))
  );
}

function isFolder(path: string): boolean {
  return kindOf(path) === "folder";
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

/**
 * What is wrong with the masks of as many pairs as the official set has, whose lesion area at native size is known: any
 * other means a damaged or exchanged mask. A folder with another number of pairs is the user's own selection.
 */
export function foregroundFinding(
  { name, title, official }: RealDataset,
  foreground: readonly number[],
  masks: string,
): string | undefined {
  const total = foreground.reduce((sum, count) => sum + count, 0);
  if (foreground.length !== official.count || total === official.foreground) return undefined;
  const verify = `\`deno task data verify --data "${dirname(masks)}" --dataset ${name}\``;
  return `Cannot use ${title}: expected ${official.foreground} polyp pixels in its ${official.count} masks, found ` +
    `${total}; ${verify} names the files that differ from the published ones`;
}

/** The lists of names that come with the library. */
const FOLDER = new URL("../../data/splits/", import.meta.url);

/**
 * The text of a list of `data/splits`, such as "kvasir_120_val.txt".
 *
 * @throws When the library was imported from a registry, where it has no files beside it.
 */
export function readSplitFile(name: string, folder: URL = FOLDER): string {
  if (folder.protocol !== "file:") {
    throw new Error(
      `Cannot read the list "${name}": the library was imported from ${folder.origin} and has no files beside it. ` +
        "Use a checkout of the project for CVC-ClinicDB and for Kvasir-SEG's published split, or give images and split " +
        "by segmentationDataset() and splitDataset().",
    );
  }
  return Deno.readTextFileSync(new URL(name, folder));
}
