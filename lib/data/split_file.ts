/**
 * The lists of names that come with the library, in `data/splits`.
 *
 * @module
 */

const FOLDER = new URL("../../data/splits/", import.meta.url);

/**
 * The text of a list.
 *
 * @param name Its file's name, such as `"kvasir_120_val.txt"`.
 * @throws {Error} When the library was imported from a registry, where it has no files beside it.
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
