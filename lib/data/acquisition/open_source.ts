/**
 * Opens a ZIP or RAR archive, or a folder.
 *
 * @module
 */
import { join, resolve } from "@std/path";
import { kindOf } from "../../files/regular_file.ts";
import type { FileSource, SourceLimits, UncheckedSource } from "./file_source.ts";
import { rarSource } from "./rar_source.ts";
import { zipSource } from "./zip_source.ts";

/** Many times what the published data sets need: 2001 files, the largest 0.5 MB, together 271 MB. */
const SOURCE_LIMITS: SourceLimits = { entries: 50_000, fileBytes: 64_000_000, bytes: 4_000_000_000 };

/** The first bytes of a file, as Latin-1. */
const SIGNATURES = { zip: ["PK\x03\x04", "PK\x05\x06"], rar: ["Rar!\x1a\x07"] };

/**
 * Opens an archive or a folder; the kind of archive is told by its first bytes, not by its name.
 *
 * @throws If there is nothing at the path, if it is another kind of file, if the archive is damaged, is one part of
 * several, wants a password or holds more than the limits allow, or if an entry's path would leave its folder.
 */
export async function openSource(path: string, limits: SourceLimits = SOURCE_LIMITS): Promise<FileSource> {
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) return checked(folderSource(path), limits, () => {});
    if (!info.isFile) throw new Error(`expected a ZIP or RAR archive or a folder, found ${kindOf(info)}`);
    const start = await firstBytes(path), begins = (bytes: string) => start.startsWith(bytes);
    if (SIGNATURES.zip.some(begins)) return checked(await zipSource(path, limits), limits, checkEntryPath);
    if (SIGNATURES.rar.some(begins)) return checked(await rarSource(path, limits), limits, checkEntryPath);
    const text = start.replaceAll(/[^\x20-\x7e]/g, "·").slice(0, 24);
    throw new Error(`expected a ZIP or RAR archive or a folder, found a file that begins with "${text}"`);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file or folder" : (error as Error).message;
    throw new Error(`Cannot open "${resolve(path)}": ${reason}`, { cause: error });
  }
}

/** A source that holds no more, all together and in each file that is read, than it may; else it is closed. */
function checked(
  source: UncheckedSource,
  { entries, bytes, fileBytes }: SourceLimits,
  checkPath: (path: string) => void,
): FileSource {
  const { paths, sizes } = source, all = sizes.reduce((sum, size) => sum + size, 0);
  try {
    paths.forEach(checkPath);
    if (sizes.length > entries) throw new Error(`expected at most ${entries} entries, found ${sizes.length}`);
    if (!(all <= bytes)) throw new Error(`expected at most ${bytes} bytes unpacked, found ${all}`);
  } catch (error) {
    source[Symbol.dispose]();
    throw error;
  }
  return {
    ...source,
    async *read(indices) {
      const large = [...indices].find((index) => sizes[index] > fileBytes);
      if (large !== undefined) {
        throw new Error(`expected at most ${fileBytes} bytes of "${paths[large]}", found ${sizes[large]}`);
      }
      yield* source.read(indices);
    },
  };
}

/**
 * Throws unless a path of an archive's entry, which its maker chose, stays inside the folder of the archive on every
 * system: no root, no drive, no "..", no control character.
 *
 * @param path with "/" or "\" between folders
 */
function checkEntryPath(path: string): void {
  const entry = `the archive's entry ${JSON.stringify(path)}`, parts = path.split(/[/\\]/);
  if (parts.includes("..")) throw new Error(`${entry} leaves its folder`);
  if (parts[0] === "" || /^[A-Za-z]:/.test(path)) throw new Error(`${entry} has an absolute path`);
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(path)) throw new Error(`${entry} has a control character`);
}

async function firstBytes(path: string): Promise<string> {
  using file = await Deno.open(path);
  const start = new Uint8Array(64);
  return String.fromCharCode(...start.subarray(0, await file.read(start) ?? 0));
}

/** The files of a folder and its subfolders, without hidden ones. Links to files are read, to folders not followed. */
function folderSource(path: string): UncheckedSource {
  const paths: string[] = [], sizes: number[] = [];
  const walk = (folder: string) => {
    for (const { name, isDirectory } of [...Deno.readDirSync(join(path, folder))].sort(byName)) {
      if (name.startsWith(".")) continue;
      const inside = folder === "" ? name : `${folder}/${name}`;
      const size = isDirectory ? undefined : fileSize(join(path, inside));
      if (isDirectory) walk(inside);
      else if (size !== undefined) {
        paths.push(inside);
        sizes.push(size);
      }
    }
  };
  walk("");
  async function* read(indices: ReadonlySet<number>) {
    for (const index of indices) yield { index, bytes: await Deno.readFile(join(path, paths[index])) };
  }
  return { paths, sizes, read, [Symbol.dispose]: () => {} };
}

function byName(a: Deno.DirEntry, b: Deno.DirEntry): number {
  return a.name < b.name ? -1 : 1;
}

/** Bytes of the file that a path leads to; nothing where it is another thing, or a link that leads nowhere or in a circle. */
function fileSize(path: string): number | undefined {
  try {
    const { isFile, size } = Deno.statSync(path);
    return isFile ? size : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.FilesystemLoop) return undefined;
    throw error;
  }
}
