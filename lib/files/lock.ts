/**
 * One process at a time. The lock is the operating system's own on an open file: it ends with the process, however that
 * ends, so that no lock can be left behind. Imports no package: the tasks that install them lock by it too.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { kindOf } from "./regular_file.ts";

/** A lock that is held until it is disposed of. */
export interface Lock {
  /** Gives the lock back. */
  [Symbol.dispose](): void;
}

/** Options of {@linkcode waitForLock}. */
export interface WaitOptions {
  /** Called once, with the holder's text, when there is somebody to wait for. */
  readonly onWait?: (holder: string) => void;
  /** Milliseconds between two attempts. Default 200. */
  readonly pollMs?: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

const heldHere = new Set<string>();

/**
 * Takes the lock on a file if nobody holds it. The file says who does; it goes when the lock is given back.
 *
 * @param path the file; it and its folder are made where they are missing
 * @returns the lock, or the holder's text (`"process 4711"`) where another process has it
 * @throws {Error} if this very process holds it, as nobody could say when that ends; if a link or something else that is
 *   no regular file lies there, as what it leads to would be overwritten
 */
export async function tryLock(path: string): Promise<Lock | string> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const place = join(await Deno.realPath(dirname(path)), basename(path));
  for (;;) {
    if (heldHere.has(place)) {
      throw new Error(
        `Cannot lock ${path}: this program has locked it already. Wait for the end of what does, or, if that was ` +
          "abandoned, start the program or the notebook's kernel anew.",
      );
    }
    const there = await Deno.lstat(place).catch(() => undefined);
    if (there && !there.isFile) {
      throw new Error(`Cannot lock ${path}: it is ${kindOf(there)}, not a file of this program's. Remove it.`);
    }
    const file = await Deno.open(place, { create: true, read: true, write: true });
    if (heldHere.has(place) || !await file.tryLock(true)) {
      file.close();
      return (await Deno.readTextFile(place).catch(() => "")).trim() || "another process";
    }
    // The holder before may have removed the file between its opening here and its locking; then others lock a new one.
    if (!await isStillAt(place, file)) {
      file.close();
      continue;
    }
    heldHere.add(place);
    // The text is only for people: on a full disk the lock holds without it.
    await file.truncate().then(() => file.write(new TextEncoder().encode(`process ${Deno.pid}\n`))).catch(() => {});
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) release(place, file);
        held = false;
      },
    };
  }
}

/**
 * Takes the lock on a file as soon as its holder gives it back or ends.
 *
 * @throws {Error} as {@linkcode tryLock}; the signal's reason when that ends the waiting
 */
export async function waitForLock(
  path: string,
  { onWait, pollMs = 200, signal }: WaitOptions = {},
): Promise<Lock> {
  for (let attempt = 0;; attempt++) {
    const lock = await tryLock(path);
    if (typeof lock !== "string") return lock;
    signal?.throwIfAborted();
    if (attempt === 0) onWait?.(lock);
    await new Promise((done) => setTimeout(done, pollMs));
  }
}

async function isStillAt(place: string, file: Deno.FsFile): Promise<boolean> {
  const [found, opened] = [await Deno.lstat(place).catch(() => undefined), await file.stat()];
  return found !== undefined && found.isFile && found.ino === opened.ino && found.dev === opened.dev;
}

function release(place: string, file: Deno.FsFile): void {
  heldHere.delete(place);
  try {
    Deno.removeSync(place); // while it is locked, so that nobody else's is removed
  } catch { // Not everywhere may an open file be removed; an unlocked one that stays bars nobody.
  }
  file.close();
}
