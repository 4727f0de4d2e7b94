/**
 * Opens what is a file and nothing else: a FIFO would wait for ever, a device fill the memory.
 *
 * @module
 */

/**
 * Opens a regular file, or a link to one, for reading.
 *
 * @throws If it is missing, a folder, FIFO, socket or device, a link that leads nowhere or in a ring, empty, or has more
 * than `mostBytes` bytes.
 */
export async function openRegularFile(path: string, mostBytes: number): Promise<{ file: Deno.FsFile; size: number }> {
  // Looked at before it is opened, as opening a FIFO already waits, and after, as it may have been replaced meanwhile.
  checkRegular(await Deno.stat(path).catch(unreadable));
  const file = await Deno.open(path).catch(unreadable);
  try {
    const found = await file.stat();
    checkRegular(found);
    if (found.size === 0) throw new Error("the file is empty");
    if (found.size > mostBytes) throw new Error(`expected at most ${mostBytes} bytes, found ${found.size}`);
    return { file, size: found.size };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * The first `size` bytes from where a file stands, or all that there are.
 */
export async function readBytes(file: Deno.FsFile, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  let read = 0;
  while (read < size) {
    const count = await file.read(bytes.subarray(read));
    if (count === null) break;
    read += count;
  }
  return bytes.subarray(0, read);
}

function checkRegular({ isFile, isDirectory }: Deno.FileInfo): void {
  if (!isFile) throw new Error(`expected a file, found ${isDirectory ? "a folder" : "a FIFO, socket or device"}`);
}

/** Says in plain words what the system's messages mean. */
function unreadable(error: Error): never {
  const known = error instanceof Deno.errors.NotFound
    ? "the file does not exist, or is a link that leads nowhere"
    : error instanceof Deno.errors.PermissionDenied
    ? "the file may not be read: check its permissions"
    : error instanceof Deno.errors.FilesystemLoop
    ? "the link leads back to itself"
    : undefined;
  throw known === undefined ? error : new Error(known, { cause: error });
}
