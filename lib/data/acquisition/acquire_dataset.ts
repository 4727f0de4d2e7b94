/**
 * Puts a published data set into a folder, whole and checked, or not at all.
 *
 * While it works, everything lies in a hidden folder beside the data set's; the last step renames the finished data
 * set.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import type { RealDataset } from "../real_dataset.ts";
import { checkRelease, type ReleaseCheck, type ReleaseCheckOptions } from "./check_release.ts";
import { download, type DownloadEvent, type DownloadOptions } from "./download.ts";
import { openSource } from "./open_source.ts";
import { readReleases, type Release } from "./published_release.ts";

/** What happens while a data set is acquired. */
export type AcquisitionEvent =
  | DownloadEvent
  /** Files that are unpacked or copied and checked, of how many. */
  | { readonly kind: "checked"; readonly done: number; readonly total: number };

/** Which data set, from where and to where. */
export interface AcquisitionOptions {
  readonly definition: RealDataset;
  /** Folder that will hold the data set's own, which is called by its title. */
  readonly directory: string;
  /** Archive or folder to take; without it the data set is downloaded. */
  readonly from?: string;
  /** Releases with their checksums; by default the project's lists. */
  readonly releases?: readonly Release[];
  /** Address of the archive; by default the official one. */
  readonly url?: string;
  /** How to download; by default as {@linkcode download} does. */
  readonly download?: Pick<DownloadOptions, "tries" | "firstWaitMs" | "stallMs">;
  readonly onEvent?: (event: AcquisitionEvent) => void;
}

/** A data set that is there. */
export interface Acquisition {
  /** Its folder. */
  readonly folder: string;
  /** The format of its release, as in "TIFF". */
  readonly format: string;
  /** Images and masks. */
  readonly files: number;
  /** Whether it was there before, checked and right. */
  readonly before: boolean;
}

/** Most findings that an error lists; the number of all of them stands in it too. */
const MOST_LISTED = 20;
/** Most bytes of a downloaded archive, by those of the unpacked data set: packing saves some and adds little. */
const MOST_PACKED = 1.5;

/**
 * Acquires a data set: takes it from an archive or a folder or downloads its archive, unpacks it, compares every file
 * with the published SHA-256 and renames the finished folder to `directory`/title. Where that folder is there already,
 * it is checked and left as it is.
 *
 * Names in an archive are only looked up: a file is written under its published name, and only if its content is the
 * published one. Whatever fails, nothing is left; what a killed call left is removed by the next.
 *
 * Two acquisitions of one data set into one folder must not run at once; the caller sees to that.
 *
 * @throws If the download fails, if files are missing or not the published ones (they are listed), if the folder is
 * there and something else is in it, or if the disk cannot be written.
 */
export async function acquireDataset(options: AcquisitionOptions): Promise<Acquisition> {
  const { definition, directory, from, url = definition.source, onEvent } = options;
  const folder = join(directory, definition.title), work = workFolder(definition, directory);
  await removeFolder(work);
  if (await hasEntries(folder)) {
    const what = `Cannot put ${definition.title} into "${directory}": there is a folder "${folder}" that is not the ` +
      `published one; move it away or choose another place`;
    return { folder, before: true, ...await checkSource(what, folder, options) };
  }
  const unpacked = join(work, "unpacked"), archive = from ?? join(work, "archive");
  await Deno.mkdir(unpacked, { recursive: true });
  try {
    if (from === undefined) {
      const mostBytes = MOST_PACKED * definition.official.bytes;
      await download({ ...options.download, url, file: archive, mostBytes, onEvent });
    }
    const what = `Cannot accept ${from === undefined ? "the download" : `"${from}"`} as ${definition.title}`;
    const take = (target: string, bytes: Uint8Array) => writeThrough(join(unpacked, target), bytes);
    const check = await checkSource(what, archive, options, take);
    // Empty, as was seen; on some systems a rename onto it would fail.
    await Deno.remove(folder).catch(() => {});
    await Deno.rename(unpacked, folder);
    return { folder, before: false, ...check };
  } finally {
    await removeFolder(work);
  }
}

/** The hidden folder in which a data set is put together. */
export function workFolder({ name }: Pick<RealDataset, "name">, directory: string): string {
  return join(directory, `.${name}.unfinished`);
}

/** Checks an archive or a folder; throws an error that begins with `what` if anything is wrong with it. */
async function checkSource(
  what: string,
  path: string,
  { definition, releases = readReleases(definition), onEvent }: AcquisitionOptions,
  take?: ReleaseCheckOptions["take"],
): Promise<{ format: string; files: number }> {
  let check: ReleaseCheck;
  try {
    using source = await openSource(path);
    const onProgress: ReleaseCheckOptions["onProgress"] = (progress) => onEvent?.({ kind: "checked", ...progress });
    check = await checkRelease(source, { path, definition, releases, take, onProgress });
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
  const { format, files, findings } = check;
  if (format !== undefined && findings.length === 0) return { format, files };
  const lines = findings.slice(0, MOST_LISTED), more = findings.length - lines.length;
  const number = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  throw new Error([`${what}: ${number}`, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n  "));
}

async function hasEntries(folder: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(folder)) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return false;
}

/** Writes a file and waits until the disk has it, because the rename of its folder must not reach the disk first. */
async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    using file = await Deno.open(path, { write: true, createNew: true });
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    await file.syncData();
  } catch (error) {
    throw new Error(`Cannot write "${path}": ${(error as Error).message}`, { cause: error });
  }
}

/** Removes a folder with all that is in it, if it is there. */
async function removeFolder(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
