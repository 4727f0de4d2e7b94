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
 * The bytes of a regular file, or of one that a link leads to.
 *
 * @throws As {@linkcode openRegularFile}, with the path.
 */
export async function readRegularFile(
  path: string,
  { mostBytes = GIBIBYTE }: RegularFileOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { file, size } = await openRegularFile(path, mostBytes);
    using _file = file;
    // One byte more than the file had: it may grow meanwhile, or be of those that say that they have none.
    let [bytes, length] = [new Uint8Array(size + 1), 0];
    for (let count; (count = await file.read(bytes.subarray(length))) !== null;) {
      length += count;
      if (length > mostBytes) throw refusal(`at most ${mostBytes} bytes`, "more");
      if (length === bytes.length) {
        const larger = new Uint8Array(Math.min(2 * length + 1024, mostBytes + 1));
        larger.set(bytes);
        bytes = larger;
      }
    }
    return bytes.subarray(0, length);
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    throw new Deno.errors.InvalidData(`Cannot read ${path}: ${error.message}.`, { cause: error });
  }
}

/**
 * Opens a regular file, or a link to one. What is something else is never opened: a FIFO would wait for a writer for
 * ever, a device may have no end.
 *
 * @throws {Deno.errors.NotFound} if there is nothing
 * @throws {Deno.errors.InvalidData} without the path, if it is no regular file, a link that leads nowhere or in a circle,
 *   or larger than `mostBytes`
 */
export async function openRegularFile(path: string, mostBytes: number): Promise<{ file: Deno.FsFile; size: number }> {
  // Looked at before it is opened, as opening a FIFO already waits, and after, as it may have been replaced meanwhile.
  const before = await Deno.stat(path).catch(async (error) => {
    if (!(await Deno.lstat(path)).isSymlink || error instanceof Deno.errors.PermissionDenied) throw error;
    const where = error instanceof Deno.errors.FilesystemLoop ? "in a circle" : "nowhere";
    throw refusal("a regular file", `a link that leads ${where}`);
  });
  if (!before.isFile) throw refusal("a regular file", kindOf(before));
  const file = await Deno.open(path);
  try {
    const found = await file.stat();
    if (!found.isFile) throw refusal("a regular file", kindOf(found));
    if (found.size > mostBytes) throw refusal(`at most ${mostBytes} bytes`, `${found.size}`);
    return { file, size: found.size };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The next `size` bytes of a file, or all that there are. */
export async function readBytes(file: Deno.FsFile, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let read = 0;
  for (let count; read < size && (count = await file.read(bytes.subarray(read))) !== null;) read += count;
  return bytes.subarray(0, read);
}

function refusal(expected: string, found: string): Error {
  return new Deno.errors.InvalidData(`expected ${expected}, found ${found}`);
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
