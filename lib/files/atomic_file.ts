/**
 * Files that are there whole or not at all. Imports no package: the tasks that install them write by it too.
 *
 * @module
 */

import { readRegularFile, type RegularFileOptions } from "./regular_file.ts";

const TEMPORARY = /\.[0-9a-f]{8}\.tmp$/;

/**
 * Writes a file under a temporary name, flushes it to the disk and renames it, so that no reader sees half of it. Where
 * that fails, what was there stays, and the temporary file goes.
 *
 * @param beforeRename Called when the new file is whole on the disk, and the old one is still in its place.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  beforeRename?: () => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    {
      using file = await Deno.open(temporary, { write: true, createNew: true });
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      await file.sync();
    }
    await beforeRename?.();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/**
 * Removes what writers that were killed left in a folder. Nobody may be writing there meanwhile.
 *
 * @param isOurs Tells by a file's final name whether its temporary one may go; by default all may.
 */
export async function removeTemporaries(folder: string, isOurs = (_name: string) => true): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    if (TEMPORARY.test(name) && isOurs(finalName(name))) await Deno.remove(`${folder}/${name}`);
  }
}

/** The name that a temporary file would have got; another file's own name. */
export function finalName(name: string): string {
  return name.replace(TEMPORARY, "");
}

/**
 * A regular file's bytes, or undefined if there is nothing.
 *
 * @throws {Deno.errors.InvalidData} as `readRegularFile()`
 */
export async function readIfThere(
  path: string,
  options?: RegularFileOptions,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await readRegularFile(path, options);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
