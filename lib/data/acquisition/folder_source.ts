/**
 * A folder as a source of files.
 *
 * @module
 */
import { join } from "@std/path";
import { checkEntrySizes } from "./entry_path.ts";
import type { FileSource, SourceFile, SourceLimits } from "./file_source.ts";

/**
 * The files of a folder and its subfolders, hidden ones left out. Links to files are read, links to folders are not
 * followed.
 *
 * @throws If it holds more than the limits allow.
 */
export function folderSource(path: string, limits: SourceLimits): FileSource {
  const files: SourceFile[] = [];
  const walk = (folder: string) => {
    for (const entry of [...Deno.readDirSync(join(path, folder))].sort((a, b) => a.name < b.name ? -1 : 1)) {
      if (entry.name.startsWith(".")) continue;
      const inside = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory) walk(inside);
      else {
        const file = statIfThere(join(path, inside));
        if (file?.isFile) files.push({ path: inside, size: file.size });
      }
      if (files.length > limits.entries) throw new Error(`expected at most ${limits.entries} files, found more`);
    }
  };
  walk("");
  checkEntrySizes(files.map(({ size }) => size), limits);

  async function* read(indices: ReadonlySet<number>) {
    for (const index of indices) {
      const { path: inside, size } = files[index];
      if (size > limits.fileBytes) {
        throw new Error(`Cannot read "${inside}": expected at most ${limits.fileBytes} bytes, found ${size}`);
      }
      yield { index, bytes: await Deno.readFile(join(path, inside)) };
    }
  }
  return { kind: "folder", files, read, [Symbol.dispose]: () => {} };
}

/** What a path leads to; nothing where it is a link that leads nowhere. */
function statIfThere(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
