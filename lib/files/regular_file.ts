/**
 * Reading files that somebody else may have put there: only regular ones, and not without bound. Imports no package.
 *
 * @module
 */

/** Options of {@linkcode readRegularFile}. */
export interface RegularFileOptions {
  /** Largest size that is read, bytes. Default 1 GiB. */
  readonly mostBytes?: number;
}

const GIBIBYTE = 2 ** 30;

/**
 * The bytes of a regular file, or of one that a link leads to. What is something else is never opened: a FIFO would wait
 * for a writer for ever, a device may have no end.
 *
 * @throws {Deno.errors.NotFound} if there is nothing
 * @throws {Deno.errors.InvalidData} if it is no regular file, a link that leads nowhere or in a circle, or larger than
 *   `mostBytes`
 */
export async function readRegularFile(
  path: string,
  { mostBytes = GIBIBYTE }: RegularFileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const refuse = (expected: string, found: string) =>
    new Deno.errors.InvalidData(`Cannot read ${path}: expected ${expected}, found ${found}.`);
  const info = await Deno.stat(path).catch(async (error) => {
    if (!(await Deno.lstat(path)).isSymlink) throw error;
    const where = error instanceof Deno.errors.FilesystemLoop ? "in a circle" : "nowhere";
    throw error instanceof Deno.errors.PermissionDenied
      ? error
      : refuse("a regular file", `a link that leads ${where}`);
  });
  if (!info.isFile) throw refuse("a regular file", kindOf(info));
  if (info.size > mostBytes) throw refuse(`at most ${mostBytes} bytes`, `${info.size}`);
  using file = await Deno.open(path);
  // One byte more than the file had: it may grow meanwhile, or be of those that say that they have none.
  let [bytes, length] = [new Uint8Array(info.size + 1), 0];
  for (let count; (count = await file.read(bytes.subarray(length))) !== null;) {
    length += count;
    if (length > mostBytes) throw refuse(`at most ${mostBytes} bytes`, "more");
    if (length === bytes.length) {
      const larger = new Uint8Array(Math.min(2 * length + 1024, mostBytes + 1));
      larger.set(bytes);
      bytes = larger;
    }
  }
  return bytes.subarray(0, length);
}

/** What lies at a path, in words, for messages: `"a regular file"`, `"a folder"`, `"a FIFO"` … */
export function kindOf(info: Deno.FileInfo): string {
  if (info.isSymlink) return "a link";
  if (info.isFile) return "a regular file";
  if (info.isDirectory) return "a folder";
  if (info.isFifo) return "a FIFO";
  if (info.isSocket) return "a socket";
  return info.isBlockDevice || info.isCharDevice ? "a device" : "something else";
}
