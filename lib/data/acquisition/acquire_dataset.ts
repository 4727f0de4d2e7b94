/**
 * Puts a published data set into a folder, whole and checked, or not at all.
 *
 * While it works, everything lies in a hidden folder beside the data set's; the last step renames the finished data
 * set.
 *
 * @module
 */
import { dirname, join } from "@std/path";
import { ifThere } from "../../files/atomic_file.ts";
import type { RealDataset } from "../real_dataset.ts";
import { download, type DownloadEvent, type DownloadOptions } from "./download.ts";
import type { FileSource } from "./file_source.ts";
import { openSource } from "./open_source.ts";
import { matchRelease, readReleases, type Release, sha256 } from "./published_release.ts";

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
  readonly from?: string;
  readonly releases?: readonly Release[];
  readonly url?: string;
  readonly download?: Pick<DownloadOptions, "tries" | "firstWaitMs" | "stallMs">;
  readonly onEvent?: (event: AcquisitionEvent) => void;
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
 * @returns Its folder, the format of its release as in "TIFF", its number of images and masks, and whether it was there
 * before, checked and right.
 * @throws If the download fails, if files are missing or not the published ones (they are listed), if the folder is
 * there and something else is in it, or if the disk cannot be written.
 */
export async function acquireDataset(
  options: AcquisitionOptions,
): Promise<{ folder: string; format: string; files: number; before: boolean }> {
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
    const take: Take = (target, bytes) => writeThrough(join(unpacked, target), bytes);
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

/** What to do with each published file: its path in the release and its bytes. */
type Take = (target: string, bytes: Uint8Array) => Promise<void>;

/** Checks an archive or a folder; throws an error that begins with `what` if anything is wrong with it. */
async function checkSource(
  what: string,
  path: string,
  options: AcquisitionOptions,
  take?: Take,
): Promise<{ format: string; files: number }> {
  let check;
  try {
    using source = await openSource(path);
    check = await checkRelease(source, path, options, take);
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
  const { format, files, findings } = check;
  if (findings.length === 0) return { format, files };
  const lines = findings.slice(0, MOST_LISTED), more = findings.length - lines.length;
  const number = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  throw new Error([`${what}: ${number}`, ...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n  "));
}

/**
 * Reads a source's files of a data set and compares their SHA-256 with the published ones: a finding for each image or
 * mask that is missing or another.
 *
 * A source holds one release of the data set, that of which it has the most files. Of two files for one target one has
 * to be right. Extras that differ are left out.
 */
async function checkRelease(
  source: FileSource,
  path: string,
  { definition, releases = readReleases(definition), onEvent }: AcquisitionOptions,
  take?: Take,
): Promise<{ format: string; files: number; findings: string[] }> {
  const match = matchRelease(releases, definition.layouts, source.paths);
  if (match === undefined) {
    const wanted = releases.map(({ format, files }) => `${files.size} ${format} files`).join(" or ");
    const finding = `"${path}" holds no file of ${definition.title}: expected ${wanted}`;
    return { format: "", files: 0, findings: [finding] };
  }
  const { release, targets } = match;
  const right = new Set<string>(), wrong = new Map<string, string>();
  let done = 0;
  for await (const { index, bytes } of source.read(new Set(targets.keys()))) {
    const target = targets.get(index)!, file = join(path, source.paths[index]);
    const published = release.files.get(target) ?? release.extras.get(target)!, found = sha256(bytes);
    if (found !== published) {
      wrong.set(target, `"${file}" is not the published file: expected SHA-256 ${published}, found ${found}`);
    } else if (!right.has(target)) {
      await take?.(target, bytes);
      right.add(target);
    }
    onEvent?.({ kind: "checked", done: ++done, total: targets.size });
  }
  const left = [...release.files.keys()].filter((target) => !right.has(target));
  const findings = left.map((target) => wrong.get(target) ?? `"${target}" is missing in "${path}"`);
  return { format: release.format, files: release.files.size - left.length, findings };
}

async function hasEntries(folder: string): Promise<boolean> {
  return ((await ifThere(Array.fromAsync(Deno.readDir(folder)))) ?? []).length > 0;
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
  await ifThere(Deno.remove(path, { recursive: true }));
}
