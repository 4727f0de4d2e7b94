/**
 * A folder that holds what one task made and nothing else. Stands in for `lib/files/own_folder.ts`, which has the same
 * signature, until that is there.
 *
 * @module
 */
import { join } from "node:path";

/** Names what is the task's own. */
const MANIFEST = ".polydice.json";

/** Where a task writes. */
export interface OwnFolder {
  /** Writes a file whole or not at all; a link of that name is replaced, not followed. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes what the task wrote earlier and not now. */
  finish(): Promise<void>;
}

/**
 * Opens a folder that is new, empty or marked as the task's own.
 *
 * @throws {Error} "Cannot write into …" where it is anything else; nothing is changed then
 */
export async function openOwnFolder(path: string, { task }: { readonly task: string }): Promise<OwnFolder> {
  const earlier = await ownFiles(path, task);
  await Deno.mkdir(path, { recursive: true });
  const written: string[] = [];
  const put = async (name: string, bytes: Uint8Array) => {
    const temporary = join(path, `.${name}.${crypto.randomUUID()}.part`);
    try {
      await Deno.writeFile(temporary, bytes, { createNew: true });
      await Deno.rename(temporary, join(path, name));
    } catch (error) {
      await Deno.remove(temporary).catch(() => {});
      throw error;
    }
  };
  const mark = (files: readonly string[]) => put(MANIFEST, new TextEncoder().encode(JSON.stringify({ task, files })));
  return {
    async write(name, bytes) {
      if (!/^[\w-][\w.-]*$/.test(name)) throw new RangeError(`Cannot write "${name}": it is no plain name`);
      written.push(name);
      await mark([...new Set([...earlier, ...written])]);
      await put(name, bytes);
    },
    async finish() {
      for (const name of earlier) if (!written.includes(name)) await Deno.remove(join(path, name)).catch(() => {});
      await mark(written);
    },
  };
}

/** What the task wrote into the folder before. */
async function ownFiles(path: string, task: string): Promise<string[]> {
  const refuse = (state: string) =>
    new Error(`Cannot write into ${path}: ${state}. Choose a folder that is new or empty, or empty this one.`);
  const found = await Deno.lstat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (!found) return [];
  if (found.isSymlink) throw refuse("it is a link");
  if (!found.isDirectory) throw refuse("it is no folder");
  const names = (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name);
  if (names.length === 0) return [];
  const isMarked = await Deno.lstat(join(path, MANIFEST)).then(({ isFile }) => isFile, () => false);
  if (!isMarked) throw refuse(`it holds ${names.length} files that \`${task}\` did not make`);
  let files: unknown;
  try {
    const manifest = JSON.parse(await Deno.readTextFile(join(path, MANIFEST)));
    if (manifest.task !== task) throw refuse(`it belongs to \`${manifest.task}\``);
    files = manifest.files;
  } catch (error) {
    throw (error as Error).message.startsWith("Cannot") ? error : refuse(`its ${MANIFEST} is damaged`);
  }
  if (!Array.isArray(files) || !files.every((name) => /^[\w-][\w.-]*$/.test(name))) {
    throw refuse(`its ${MANIFEST} is damaged`);
  }
  const foreign = names.filter((name) => name !== MANIFEST && !files.includes(name) && !name.endsWith(".part"));
  if (foreign.length > 0) throw refuse(`it holds ${foreign.join(", ")}, which \`${task}\` did not make`);
  return files;
}
