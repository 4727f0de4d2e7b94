/**
 * Unpacks the published files of a data set into a folder of their own.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import type { RealDataset } from "../real_dataset.ts";
import { checkRelease, type FileProgress, type ReleaseCheck } from "./check_release.ts";
import { openSource } from "./open_source.ts";
import type { Release } from "./published_release.ts";

/** What to unpack, and where to. */
export interface UnpackOptions {
  /** Archive or folder. */
  readonly path: string;
  /** Folder to make; what an earlier, interrupted call left there is removed. */
  readonly folder: string;
  readonly definition: RealDataset;
  readonly releases: readonly Release[];
  readonly onProgress?: FileProgress;
}

/**
 * Writes every file of the source whose content is the published one, under its published name, into a new folder, and
 * returns the check of all of them. A source that cannot be opened or read is a finding. Unless there is none, the
 * folder is removed again.
 *
 * @throws If the disk cannot be written; the folder is then removed too.
 */
export async function unpackDataset(options: UnpackOptions): Promise<ReleaseCheck> {
  const { folder } = options;
  await removeFolder(folder);
  await Deno.mkdir(folder, { recursive: true });
  try {
    const check = await unpack(options);
    if (check.findings.length > 0) await removeFolder(folder);
    return check;
  } catch (error) {
    await removeFolder(folder).catch(() => {});
    throw error;
  }
}

async function unpack({ path, folder, definition, releases, onProgress }: UnpackOptions): Promise<ReleaseCheck> {
  const take = async (target: string, bytes: Uint8Array) => {
    const file = join(folder, target);
    try {
      await Deno.mkdir(dirname(file), { recursive: true });
      await writeThrough(file, bytes);
    } catch (error) {
      throw new Error(`Cannot write "${file}": ${(error as Error).message}`, { cause: error });
    }
  };
  let opened;
  try {
    opened = await openSource(path);
  } catch (error) {
    return { files: 0, findings: [{ file: path, message: (error as Error).message }], notes: [] };
  }
  using source = opened;
  return await checkRelease(source, { path, definition, releases, take, onProgress });
}

/** Writes a file and waits until the disk has it, because the rename of its folder must not reach the disk first. */
async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  await file.syncData();
}

/** Removes a folder with all that is in it, if it is there. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
