/**
 * What a task's own folder says of itself: whose it is, and which files the task made. Imports no package.
 *
 * @module
 */
import { join } from "node:path";
import { finalName, writeAtomically } from "./atomic_file.ts";
import { readRegularFile } from "./regular_file.ts";

/** The file that marks a folder as a task's own: `{ "task": "export", "files": { "unet.onnx": "<sha-256>" } }`. */
export const MANIFEST_FILE = ".polydice.json";

/** Files made since the manifest was written, a line `["<path>","<sha-256>"]` each, from before the file appears. */
export const JOURNAL_FILE = ".polydice.journal";

/** Locked while a task writes into the folder. */
export const LOCK_FILE = ".polydice.lock";

/** Largest manifest or journal that is read, bytes: some 500,000 files. */
const MOST_BYTES = 2 ** 26;

/** Of each path the hashes that the task's file there may have: two where a run was killed while it wrote it anew. */
export type KnownFiles = Map<string, Set<string>>;

/** Whose a folder is, and its files. */
export interface FolderManifest {
  readonly task: string;
  readonly files: KnownFiles;
}

/**
 * Reads a folder's manifest and journal.
 *
 * @returns `"empty"` if nothing but a beginning lies there; undefined if the folder has files and no manifest
 * @throws {Deno.errors.InvalidData} if the manifest is no regular file, or damaged
 */
export async function readManifest(folder: string): Promise<FolderManifest | "empty" | undefined> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  const isBeginning = (name: string) => [MANIFEST_FILE, JOURNAL_FILE, LOCK_FILE].includes(finalName(name));
  if (!names.includes(MANIFEST_FILE)) return names.every(isBeginning) ? "empty" : undefined;
  const read = async (name: string) =>
    new TextDecoder().decode(await readRegularFile(join(folder, name), { mostBytes: MOST_BYTES }));
  const manifest = parsed(await read(MANIFEST_FILE)) as { task?: unknown; files?: unknown } | undefined;
  const listed = manifest?.files;
  if (typeof manifest?.task !== "string" || typeof listed !== "object" || listed === null) {
    throw new Deno.errors.InvalidData(`Cannot read ${join(folder, MANIFEST_FILE)}: expected a task and its files`);
  }
  const entries: unknown[] = Object.entries(listed);
  if (names.includes(JOURNAL_FILE)) {
    entries.push(...(await read(JOURNAL_FILE)).split("\n").map(parsed)); // The last line may have been cut.
  }
  const files: KnownFiles = new Map();
  for (const entry of entries) {
    if (!Array.isArray(entry) || entry.length !== 2) continue;
    const [path, hash] = entry.map(String);
    files.set(path, (files.get(path) ?? new Set()).add(hash));
  }
  return { task: manifest.task, files };
}

/** Writes the manifest of a folder whose files are all whole. */
export async function writeManifest(folder: string, task: string, files: ReadonlyMap<string, string>): Promise<void> {
  const sorted = Object.fromEntries([...files].sort(([a], [b]) => a < b ? -1 : 1));
  const text = JSON.stringify({ task, files: sorted }, null, 2) + "\n";
  await writeAtomically(join(folder, MANIFEST_FILE), new TextEncoder().encode(text));
}

/** Opens the journal to go on with it; what is written to it is on the disk when {@linkcode noteFile} is over. */
export async function openJournal(folder: string): Promise<Deno.FsFile> {
  const path = join(folder, JOURNAL_FILE);
  const there = await Deno.lstat(path).catch(() => undefined);
  if (there && !there.isFile) throw new Deno.errors.InvalidData(`Cannot write ${path}: it is no file of the task's`);
  const journal = await Deno.open(path, { append: true, create: true });
  if (there?.size) await journal.write(new TextEncoder().encode("\n")); // after a line that was cut
  return journal;
}

/** Notes that a file of this content is about to appear. */
export async function noteFile(journal: Deno.FsFile, path: string, hash: string): Promise<void> {
  const line = new TextEncoder().encode(`${JSON.stringify([path, hash])}\n`);
  for (let written = 0; written < line.length;) written += await journal.write(line.subarray(written));
  await journal.syncData();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
