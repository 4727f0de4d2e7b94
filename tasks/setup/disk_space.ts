/**
 * Whether there is room before gigabytes are fetched.
 *
 * @module
 */
import { statfs } from "node:fs/promises";
import { TaskError } from "../cli/task_error.ts";

/** The bytes that are free for this user on the file system of a folder. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Number(bavail) * Number(bsize);
}

/** Bytes as people read them: `1.6 GB`, `45 MB`. */
export function byteSize(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

/**
 * Checks that a folder's file system has room.
 *
 * @throws {TaskError} where there is not, saying how much is needed and how much is there
 */
export async function requireDiskSpace(
  folder: string,
  needed: number,
  purpose: string,
  free: (folder: string) => Promise<number> = freeBytes,
): Promise<void> {
  const bytes = await free(folder);
  if (bytes >= needed) return;
  throw new TaskError(
    `Cannot install ${purpose}: expected ${byteSize(needed)} of free disk space for ${folder}, ` +
      `found ${byteSize(bytes)}. Free some, or move the project to a larger disk.`,
  );
}
