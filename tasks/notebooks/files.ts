/**
 * The notebooks of a folder, in the order in which they are read.
 *
 * @module
 */
import { basename, join } from "node:path";

/**
 * Finds the notebooks whose names begin with a number, `1_loss_geometry.ipynb`, in the order of the numbers.
 *
 * @param folder where they lie
 * @returns absolute paths where the folder's is; none where there is no such folder
 */
export async function findNotebooks(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (/^\d+_.*\.ipynb$/.test(name)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort((a, b) => parseInt(a) - parseInt(b) || (a < b ? -1 : 1)).map((name) => join(folder, name));
}

/** The number that a notebook's name begins with. */
export function notebookNumber(path: string): number {
  return parseInt(basename(path));
}

/** A notebook's name without folder and ending. */
export function notebookName(path: string): string {
  return basename(path, ".ipynb");
}
