/**
 * One process at a time trains a run. The lock is the operating system's own on an open file: it ends with the process,
 * however that ends, so no lock can be left behind.
 *
 * @module
 */
import { join } from "@std/path";

/** A lock that is held until it is disposed of. */
export interface RunLock {
  /** Gives the lock back. */
  [Symbol.dispose](): void;
}

/** The file that is locked; it stays when the lock is given back, as removing it could let two in. */
export const LOCK_FILE = "run.lock";

const heldHere = new Set<string>();

/**
 * Takes the lock on a run's folder if nobody holds it.
 *
 * @returns The lock, or the holder's text (`"process 4711"`) where another process has it.
 * @throws {Error} When this very process is training the run: nobody could say when that ends. When the lock's file is a
 *   link: what it leads to would be overwritten.
 */
export async function tryRunLock(folder: string): Promise<RunLock | string> {
  const path = join(await Deno.realPath(folder), LOCK_FILE);
  if (heldHere.has(path)) {
    throw new Error(
      `Cannot train the run in ${folder}: this program is training it already. Wait for its end, or, if that was ` +
        "abandoned, start the program or the notebook's kernel anew.",
    );
  }
  if ((await Deno.lstat(path).catch(() => undefined))?.isSymlink) {
    throw new Error(
      `Cannot train the run in ${folder}: its ${LOCK_FILE} is a link to somewhere else. Remove the link.`,
    );
  }
  const file = await Deno.open(path, { create: true, read: true, write: true });
  if (heldHere.has(path) || !await file.tryLock(true)) {
    file.close();
    return (await Deno.readTextFile(path)).trim() || "another process";
  }
  heldHere.add(path);
  // The text is only for people: on a full disk the lock holds without it.
  await file.truncate().then(() => file.write(new TextEncoder().encode(`process ${Deno.pid}\n`))).catch(() => {});
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    heldHere.delete(path);
    file.close();
  };
  return { [Symbol.dispose]: release };
}

/** Takes the lock as soon as its holder gives it back or ends. */
export async function waitForRunLock(
  folder: string,
  options: { readonly signal?: AbortSignal; readonly pollMs?: number } = {},
): Promise<RunLock> {
  for (;;) {
    const lock = await tryRunLock(folder);
    if (typeof lock !== "string") return lock;
    options.signal?.throwIfAborted();
    await new Promise((done) => setTimeout(done, options.pollMs ?? 500));
  }
}
