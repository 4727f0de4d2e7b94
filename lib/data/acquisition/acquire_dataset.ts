/**
 * Puts a published data set into a folder, whole and checked, or not at all.
 *
 * While it works, everything lies in a hidden folder beside the data set's; the last step renames the finished data
 * set.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import type { FileFinding } from "../file_finding.ts";
import type { RealDataset } from "../real_dataset.ts";
import { checkRelease, type ReleaseCheck } from "./check_release.ts";
import type { DownloadOptions } from "./download.ts";
import { fetchAndUnpack, type FetchEvent } from "./fetch_and_unpack.ts";
import { openSource } from "./open_source.ts";
import { readReleases, type Release } from "./published_release.ts";
import { removeFolder, unpackDataset } from "./unpack_dataset.ts";

/** What happens while a data set is acquired. */
export type AcquisitionEvent =
  | FetchEvent
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
  readonly download?: Pick<DownloadOptions, "waitsMs" | "stallMs" | "mostBytes" | "wait">;
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
  readonly notes: readonly string[];
}

/** Most findings that an error lists; the number of all of them stands in it too. */
const MOST_LISTED = 20;

/**
 * Acquires a data set: takes it from an archive or a folder or downloads its archive, unpacks it, compares every file
 * with the published SHA-256 and renames the finished folder to `directory`/title. Where that folder is there already,
 * it is checked and left as it is.
 *
 * Names in an archive are only looked up: a file is written under its published name, and only if its content is the
 * published one. A downloaded archive that is wrong is removed; one that was put together from pieces is first
 * downloaded once more from the first byte. Whatever fails, nothing is left under the data set's name.
 *
 * Two acquisitions of one data set into one folder must not run at once; the caller sees to that.
 *
 * @throws If the download fails, if files are missing or not the published ones (they are listed), if the folder is
 * there and something else is in it, or if the disk cannot be written.
 */
export async function acquireDataset(options: AcquisitionOptions): Promise<Acquisition> {
  const { definition, directory, releases = readReleases(definition) } = options;
  const folder = join(directory, definition.title), work = workFolder(definition, directory);
  const there = await checkPresent(folder, definition, releases);
  if (there !== undefined) {
    await removeFolder(work);
    return { folder, before: true, format: there.format!, files: there.files, notes: there.notes };
  }
  await Deno.mkdir(work, { recursive: true });
  try {
    return await acquireInto(work, folder, options, releases);
  } finally {
    // Where there is something to go on with, the folder is not empty and stays.
    await Deno.remove(work).catch(() => {});
  }
}

/** Puts a data set together in `work` and renames it to `folder`. */
async function acquireInto(
  work: string,
  folder: string,
  options: AcquisitionOptions,
  releases: readonly Release[],
): Promise<Acquisition> {
  const { definition, from } = options;
  const unpacked = join(work, "unpacked");
  const unpack = (path: string) =>
    unpackDataset({
      path,
      folder: unpacked,
      definition,
      releases,
      onProgress: ({ done, total }) => options.onEvent?.({ kind: "checked", done, total }),
    });
  const { url = definition.source, onEvent } = options;
  const fetching = { ...options.download, url, file: join(work, "archive"), onEvent };
  const check = from === undefined ? await fetchAndUnpack(fetching, unpack) : await unpack(from);
  if (check.findings.length > 0) {
    const what = from === undefined ? "the download" : `"${from}"`;
    throw new Error(listed(`Cannot accept ${what} as ${definition.title}`, check.findings));
  }
  await removeEmptyFolder(folder);
  await Deno.rename(unpacked, folder);
  await removeFolder(work);
  return { folder, before: false, format: check.format!, files: check.files, notes: check.notes };
}

/** Removes a folder if it is there; fails, as it should, if anything is in it. */
async function removeEmptyFolder(folder: string): Promise<void> {
  await Deno.remove(folder).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}

/** The hidden folder in which a data set is put together. */
export function workFolder({ name }: Pick<RealDataset, "name">, directory: string): string {
  return join(directory, `.${name}.unfinished`);
}

/** The check of a data set's folder that is there; nothing where none is, or an empty one. */
async function checkPresent(
  folder: string,
  definition: RealDataset,
  releases: readonly Release[],
): Promise<ReleaseCheck | undefined> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  });
  if (entries.length === 0) return undefined;
  using source = await openSource(folder);
  const check = await checkRelease(source, { path: folder, definition, releases });
  if (check.findings.length === 0) return check;
  const what =
    `Cannot put ${definition.title} into "${dirname(folder)}": there is a folder "${folder}" that is not the ` +
    `published one; move it away or choose another place`;
  throw new Error(listed(what, check.findings));
}

function listed(what: string, findings: readonly FileFinding[]): string {
  const lines = findings.slice(0, MOST_LISTED).map(({ message }) => `\n  ${message}`);
  const more = findings.length - lines.length;
  const number = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  return `${what}: ${number}${lines.join("")}${more > 0 ? `\n  and ${more} more` : ""}`;
}
