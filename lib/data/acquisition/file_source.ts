/**
 * Where files come from: a ZIP or RAR archive, or a folder.
 *
 * Sources only tell paths and give bytes; they never write, so that no name in an archive can say where a file goes.
 *
 * @module
 */

/** An opened archive or folder. */
export interface FileSource extends Disposable {
  /** The path of every file inside the source, with "/" between folders; folders are left out. */
  readonly paths: readonly string[];
  /**
   * The bytes of the files with these indices, in the source's own order, one after the other.
   *
   * @throws If a file is damaged, encrypted, a link, or longer than stated.
   */
  read(indices: ReadonlySet<number>): AsyncIterable<{ readonly index: number; readonly bytes: Uint8Array }>;
}

/** How much a source may hold; guards against archives that are small and unpack without end. */
export interface SourceLimits {
  /** Most entries, folders included. */
  readonly entries: number;
  /** Most bytes of one file that is read. */
  readonly fileBytes: number;
  /** Most bytes of all files together. */
  readonly bytes: number;
}

/** Many times what the published data sets need: 2001 files, the largest 0.5 MB, together 271 MB. */
export const SOURCE_LIMITS: SourceLimits = { entries: 50_000, fileBytes: 64_000_000, bytes: 4_000_000_000 };

/**
 * Throws unless a path of an archive's entry, which its maker chose, stays inside the folder of the archive on every
 * system: no root, no drive, no "..", no control character.
 *
 * @param path with "/" or "\" between folders
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * checkEntryPath("Ground Truth/1.tif");
 * assertThrows(() => checkEntryPath("images/../../1.tif"), Error, "leaves its folder");
 * ```
 */
export function checkEntryPath(path: string): void {
  const entry = `the archive's entry ${JSON.stringify(path)}`, parts = path.split(/[/\\]/);
  if (path === "") throw new Error("the archive has an entry without a name");
  if (parts.includes("..")) throw new Error(`${entry} leaves its folder`);
  if (parts[0] === "" || /^[A-Za-z]:/.test(path)) throw new Error(`${entry} has an absolute path`);
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(path)) throw new Error(`${entry} has a control character`);
}

/** Throws if there are more entries, or by the bytes that they state more to unpack, than a source may hold. */
export function checkEntrySizes(sizes: readonly number[], limits: SourceLimits): void {
  if (sizes.length > limits.entries) {
    throw new Error(`expected at most ${limits.entries} entries, found ${sizes.length}`);
  }
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (!(bytes <= limits.bytes)) throw new Error(`expected at most ${limits.bytes} bytes unpacked, found ${bytes}`);
}

/** Throws if a file is longer than one that is read may be. */
export function checkFileSize(path: string, bytes: number, { fileBytes }: SourceLimits): void {
  if (bytes > fileBytes) throw new Error(`expected at most ${fileBytes} bytes of "${path}", found ${bytes}`);
}
