/**
 * Opens whatever files come from.
 *
 * @module
 */
import { join, resolve } from "@std/path";
import { kindOf } from "../../files/regular_file.ts";
import { checkEntrySizes, checkFileSize, type FileSource, SOURCE_LIMITS, type SourceLimits } from "./file_source.ts";
import { rarSource } from "./rar_source.ts";
import { zipSource } from "./zip_source.ts";

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
    if (info.isDirectory) return folderSource(path, limits);
    if (!info.isFile) throw new Error(`expected a ZIP or RAR archive or a folder, found ${kindOf(info)}`);
    const start = await firstBytes(path);
    if (SIGNATURES.zip.some((bytes) => start.startsWith(bytes))) return await zipSource(path, limits);
    if (SIGNATURES.rar.some((bytes) => start.startsWith(bytes))) return await rarSource(path, limits);
    const text = start.replaceAll(/[^\x20-\x7e]/g, "·").slice(0, 24);
    throw new Error(`expected a ZIP or RAR archive or a folder, found a file that begins with "${text}"`);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file or folder" : (error as Error).message;
    throw new Error(`Cannot open "${resolve(path)}": ${reason}`, { cause: error });
  }
}

async function firstBytes(path: string): Promise<string> {
  using file = await Deno.open(path);
  const start = new Uint8Array(64);
  return String.fromCharCode(...start.subarray(0, await file.read(start) ?? 0));
}

/** The files of a folder and its subfolders, without hidden ones. Links to files are read, to folders not followed. */
function folderSource(path: string, limits: SourceLimits): FileSource {
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
  checkEntrySizes(sizes, limits);
  async function* read(indices: ReadonlySet<number>) {
    for (const index of indices) {
      checkFileSize(paths[index], sizes[index], limits);
      yield { index, bytes: await Deno.readFile(join(path, paths[index])) };
    }
  }
  return { paths, read, [Symbol.dispose]: () => {} };
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
