/**
 * A folder that a task may write into, because it made it. A manifest in the folder lists the task's files with their
 * SHA-256; what is not listed, or was changed since, is somebody else's and stays. Imports no package.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { finalName, ifThere, removeTemporaries, writeAtomically } from "./atomic_file.ts";
import { type Lock, tryLock } from "./lock.ts";
import { kindOf, readRegularFile } from "./regular_file.ts";

/** What {@linkcode openOwnFolder} is told. */
export interface OwnFolderOptions {
  /** The command that makes the files, such as `"export"`. */
  readonly task: string;
}

/** What {@linkcode OwnFolder.finish} did with the files of former runs. */
export interface FinishedFolder {
  /** Files that are gone: this run did not make them. */
  readonly removed: readonly string[];
  /** Such files that stay, since somebody has changed them; they are the task's no longer. */
  readonly left: readonly string[];
}

/** A folder to write into, until it is finished or disposed of. Paths are relative to it, with `/` between names. */
export interface OwnFolder extends Disposable {
  /** The folder's real path. */
  readonly path: string;
  /** Writes a file whole or not at all; folders are made. A file that the task did not make is refused. */
  write(relativePath: string, bytes: Uint8Array): Promise<void>;
  /** Takes a file over from a former run, as if this one had written it: false where it is missing or changed. */
  keep(relativePath: string): Promise<boolean>;
  /** Removes a file that this or a former run made: false where it is missing or changed. */
  remove(relativePath: string): Promise<boolean>;
  /** Removes what former runs made and this one did not, writes the manifest and gives the folder back. */
  finish(): Promise<FinishedFolder>;
}

/**
 * Opens a folder for a task to write into: a new or empty one, or one that the task's manifest marks. Only the folder itself
 * may be a link; none is followed below it. A run that is killed, or fails and never comes to `finish()`, leaves a folder
 * that the next run can use.
 *
 * @throws {Error} if the folder holds what this task did not make, is no folder, or another process writes there
 */
export async function openOwnFolder(path: string, { task }: OwnFolderOptions): Promise<OwnFolder> {
  const fail: Fail = (why) => new Error(`Cannot write into ${path}: ${why}`);
  await requireOwn(path, task, fail);
  const lock = await tryLock(join(path, LOCK_FILE));
  if (typeof lock === "string") throw fail(`${lock} is writing there. Wait for its end, or choose another folder.`);
  try {
    // Once more: another process may have been there before the lock.
    const known = await requireOwn(path, task, fail);
    return await openLocked(await Deno.realPath(path), task, known ?? new Map(), { lock, isNew: !known, fail });
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

type Fail = (why: string) => Error;

/** The files that the task has made in a folder; undefined for a new or empty one. */
async function requireOwn(path: string, task: string, fail: Fail): Promise<KnownFiles | undefined> {
  const info = await Deno.stat(path).catch(async (error) => {
    const link = await Deno.lstat(path).catch(() => undefined);
    if (link) throw fail(`it is ${kindOf(link)} that leads nowhere. Remove it, or choose another folder.`);
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (!info) return undefined;
  if (!info.isDirectory) throw fail(`it is ${kindOf(info)}. Choose a new or empty folder.`);
  const manifest = await readManifest(path);
  if (manifest === "empty") return undefined;
  if (!manifest) {
    throw fail(
      `it holds files that \`${task}\` did not make. Choose a new or empty folder, or empty this one yourself.`,
    );
  }
  if (manifest.task !== task) {
    throw fail(
      `it belongs to the task \`${manifest.task}\`, not to \`${task}\`. Choose another folder, or remove this one.`,
    );
  }
  return manifest.files;
}

async function openLocked(
  root: string,
  task: string,
  known: KnownFiles,
  { lock, isNew, fail }: { readonly lock: Lock; readonly isNew: boolean; readonly fail: Fail },
): Promise<OwnFolder> {
  if (isNew) await writeManifest(root, task, new Map());
  await removeOurTemporaries(root, known, fail);
  const journal = await openJournal(root);
  const made = new Map<string, string>();
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    journal.close();
    lock[Symbol.dispose]();
  };

  /** Hash of the task's file at a path; undefined where there is none, or one that the task did not make. */
  async function ownHash(relativePath: string): Promise<string | undefined> {
    if (!isOpen) throw fail("the folder is finished. Open it anew.");
    const place = await placeOf(root, relativePath, fail);
    if (!(await ifThere(Deno.lstat(place)))?.isFile) return undefined;
    const hash = sha256(await readRegularFile(place, { mostBytes: Infinity }));
    return known.get(relativePath)?.has(hash) ? hash : undefined;
  }

  async function write(relativePath: string, bytes: Uint8Array): Promise<void> {
    const before = await ownHash(relativePath);
    const place = await placeOf(root, relativePath, fail, { makeFolders: true });
    const there = await ifThere(Deno.lstat(place));
    if (there && !before) {
      const why = known.has(relativePath) && there.isFile
        ? "was changed since it was made"
        : `is ${kindOf(there)} that \`${task}\` did not make`;
      throw fail(`${relativePath} ${why}. Move it away, or choose another folder.`);
    }
    const hash = sha256(bytes);
    if (hash !== before) {
      await noteFile(journal, relativePath, hash);
      known.set(relativePath, (known.get(relativePath) ?? new Set()).add(hash));
      await writeAtomically(place, bytes);
    }
    made.set(relativePath, hash);
  }

  async function keep(relativePath: string): Promise<boolean> {
    const hash = await ownHash(relativePath);
    if (hash) made.set(relativePath, hash);
    return hash !== undefined;
  }

  async function remove(relativePath: string): Promise<boolean> {
    if (!await ownHash(relativePath)) return false;
    await Deno.remove(join(root, relativePath));
    made.delete(relativePath);
    known.delete(relativePath);
    // Only folders that are empty now can be removed like this.
    for (let folder = dirname(relativePath); folder !== "."; folder = dirname(folder)) {
      if (!await Deno.remove(join(root, folder)).then(() => true, () => false)) break;
    }
    return true;
  }

  async function finish(): Promise<FinishedFolder> {
    const [removed, left]: string[][] = [[], []];
    for (const relativePath of [...known.keys()].filter((path) => !made.has(path))) {
      const place = await placeOf(root, relativePath, fail).catch(() => undefined); // a link now, or never a path of ours
      if (!place || !await ifThere(Deno.lstat(place))) continue;
      (await remove(relativePath) ? removed : left).push(relativePath);
    }
    await writeManifest(root, task, made);
    await Deno.remove(join(root, JOURNAL_FILE));
    close();
    return { removed, left };
  }

  return { path: root, write, keep, remove, finish, [Symbol.dispose]: close };
}

/**
 * Where a file of the folder lies.
 *
 * @throws {Error} if the path leaves the folder, is one of the manifest's files, or goes through a link or a file
 */
async function placeOf(root: string, relativePath: string, fail: Fail, { makeFolders = false } = {}): Promise<string> {
  const names = relativePath.split("/");
  const isName = (name: string) => !["", ".", ".."].includes(name) && !/[\0\\]/.test(name);
  if (!names.every(isName) || [MANIFEST_FILE, JOURNAL_FILE, LOCK_FILE].includes(relativePath)) {
    throw fail(`${JSON.stringify(relativePath)} is no path for a file inside of it.`);
  }
  let folder = root;
  for (const name of names.slice(0, -1)) {
    folder = join(folder, name);
    const info = await ifThere(Deno.lstat(folder));
    if (info && !info.isDirectory) throw fail(`${folder} is ${kindOf(info)}, not a folder. Move it away.`);
    if (!info && makeFolders) await Deno.mkdir(folder);
  }
  return join(folder, names.at(-1)!);
}

/** Removes what a killed run has left of half-written files; those of others stay. */
async function removeOurTemporaries(root: string, known: KnownFiles, fail: Fail): Promise<void> {
  const folders = new Set(["", ...[...known.keys()].map((path) => path.slice(0, path.lastIndexOf("/") + 1))]);
  for (const folder of folders) {
    const place = await placeOf(root, `${folder}name`, fail).then(dirname, () => undefined);
    if (!place || !await ifThere(Deno.lstat(place))) continue;
    await removeTemporaries(place, (name) => known.has(folder + name) || folder + name === MANIFEST_FILE);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

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
