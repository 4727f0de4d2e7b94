/**
 * Paths inside archives, which their makers choose and nobody has to believe.
 *
 * @module
 */

/**
 * Throws unless a path of an archive's entry stays inside the folder that it is unpacked to, on every system: no root,
 * no drive, no "..", no control character.
 *
 * @param path with "/" or "\" between folders
 * @throws With the path and what is wrong with it.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * checkEntryPath("Ground Truth/1.tif");
 * assertThrows(() => checkEntryPath("images/../../1.tif"), Error, "leaves its folder");
 * ```
 */
export function checkEntryPath(path: string): void {
  const quoted = JSON.stringify(path);
  const parts = path.split(/[/\\]/);
  if (path === "") throw new Error("the archive has an entry without a name");
  if (parts.includes("..")) throw new Error(`the archive's entry ${quoted} leaves its folder`);
  if (parts[0] === "" || /^[A-Za-z]:/.test(path)) throw new Error(`the archive's entry ${quoted} has an absolute path`);
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(path)) throw new Error(`the archive's entry ${quoted} has a control character`);
}

/**
 * Throws if an archive has more entries or, by what it states, unpacks to more bytes than allowed.
 *
 * @param sizes bytes of each unpacked entry, as the archive states them
 */
export function checkEntrySizes(sizes: readonly number[], limits: { entries: number; bytes: number }): void {
  if (sizes.length > limits.entries) {
    throw new Error(`expected at most ${limits.entries} entries, found ${sizes.length}`);
  }
  if (sizes.some((size) => !(size >= 0))) throw new Error("an entry does not state its size");
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > limits.bytes) throw new Error(`expected at most ${limits.bytes} bytes unpacked, found ${bytes}`);
}
