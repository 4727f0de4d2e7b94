/**
 * One process at a time. The lock is the operating system's own on an open file: it ends with the process, however that
 * ends, so that no lock can be left behind.
 *
 * @module
 */
import { dirname } from "node:path";
import { TaskError } from "./cli/task_error.ts";

/** A lock that is held until it is disposed of. */
export interface ExclusiveLock {
  /** Gives the lock back. */
  [Symbol.dispose](): void;
}

/**
 * Takes the lock on a file if no process holds it.
 *
 * The file says who holds it, for those who have to wait; it stays when the lock is given back.
 *
 * @param path the file; it and its folder are made where they are missing
 * @returns the lock, or the holder's text ("process 4711") where it is taken
 * @throws {TaskError} where the file is a link: what it leads to would be overwritten
 */
export async function tryExclusiveLock(path: string): Promise<ExclusiveLock | string> {
  await Deno.mkdir(dirname(path), { recursive: true });
  if ((await Deno.lstat(path).catch(() => undefined))?.isSymlink) {
    throw new TaskError(`Cannot lock ${path}: it is a link to somewhere else. Remove the link.`);
  }
  const file = await Deno.open(path, { create: true, read: true, write: true });
  if (!await file.tryLock(true)) {
    file.close();
    return (await Deno.readTextFile(path)).trim() || "another process";
  }
  // The text is only for people: on a full disk the lock holds without it.
  await file.truncate().then(() => file.write(new TextEncoder().encode(`process ${Deno.pid}\n`))).catch(() => {});
  return { [Symbol.dispose]: () => file.close() };
}

/**
 * Takes the lock on a file, waiting for as long as another process holds it.
 *
 * @param path the file
 * @param onWait called once with the holder's text when there is somebody to wait for
 * @param pollMs milliseconds between two attempts
 */
export async function exclusiveLock(
  path: string,
  onWait: (holder: string) => void,
  pollMs = 200,
): Promise<ExclusiveLock> {
  for (let attempt = 0;; attempt++) {
    const lock = await tryExclusiveLock(path);
    if (typeof lock !== "string") return lock;
    if (attempt === 0) onWait(lock);
    await new Promise((done) => setTimeout(done, pollMs));
  }
}
