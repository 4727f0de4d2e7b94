/**
 * Opens whatever files come from.
 *
 * @module
 */
import { resolve } from "@std/path";
import { type FileSource, SOURCE_LIMITS, type SourceLimits } from "./file_source.ts";
import { folderSource } from "./folder_source.ts";
import { rarSource } from "./rar_source.ts";
import { zipSource } from "./zip_source.ts";

const SIGNATURES: readonly (readonly [kind: "ZIP" | "RAR", bytes: readonly number[]])[] = [
  ["ZIP", [0x50, 0x4b, 0x03, 0x04]],
  ["ZIP", [0x50, 0x4b, 0x05, 0x06]],
  ["RAR", [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
];

/**
 * Opens an archive or a folder; the kind of archive is told by its first bytes, not by its name.
 *
 * @throws If there is nothing at the path, if it is another kind of file, if the archive is damaged, is one part of
 * several, wants a password or holds more than the limits allow, or if an entry's path would leave its folder.
 */
export async function openSource(path: string, limits: SourceLimits = SOURCE_LIMITS): Promise<FileSource> {
  try {
    if ((await Deno.stat(path)).isDirectory) return folderSource(path, limits);
    const kind = await archiveKind(path);
    return kind === "ZIP" ? await zipSource(path, limits) : await rarSource(path, limits);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file or folder" : (error as Error).message;
    throw new Error(`Cannot open "${resolve(path)}": ${reason}`, { cause: error });
  }
}

async function archiveKind(path: string): Promise<"ZIP" | "RAR"> {
  using file = await Deno.open(path);
  const start = new Uint8Array(64);
  const length = await file.read(start) ?? 0;
  const found = SIGNATURES.find(([, bytes]) => bytes.every((byte, index) => index < length && start[index] === byte));
  if (found !== undefined) return found[0];
  const text = new TextDecoder().decode(start.subarray(0, length)).replaceAll(/[^\x20-\x7e]/g, "·").slice(0, 24);
  throw new Error(`expected a ZIP or RAR archive or a folder, found a file that begins with "${text}"`);
}
