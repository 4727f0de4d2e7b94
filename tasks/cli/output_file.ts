/**
 * Files that a user names for a task to write, as by `--json`: a new one, an empty one, or one that the same option has
 * written before. Nobody's own file is lost by a slip of the finger.
 *
 * @module
 */
import { basename, dirname } from "node:path";
import { ifThere, writeAtomically } from "../../lib/files/atomic_file.ts";
import { kindOf } from "../../lib/files/regular_file.ts";
import { TaskError } from "./task_error.ts";

/** What an option's files are known by. */
export interface OutputKind {
  /** The option that names the file, as in `"--json"`. */
  readonly option: string;
  /** What stands in every such file within its first 4096 bytes; `^` is the file's beginning. */
  readonly known: RegExp;
}

const BEGINNING = 4096;

/**
 * Looks whether a file may be written, before the work whose results go there: its folder is made, and tried.
 *
 * @throws {TaskError} where something else lies there, a link also, or the folder can't be written into
 */
export async function requireOutput(path: string, { option, known }: OutputKind): Promise<void> {
  const fail = (why: string) => new TaskError(`Cannot write ${path}: ${why}. Name another file by ${option}.`);
  try {
    const there = await ifThere(Deno.lstat(path));
    if (there && !there.isFile) throw fail(`it is ${kindOf(there)}`);
    if (there && there.size > 0 && !known.test(await beginning(path))) {
      throw fail(`it holds what ${option} did not write, and would be lost`);
    }
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: dirname(path), prefix: `${basename(path)}.`.slice(0, 50) }));
  } catch (error) {
    throw error instanceof TaskError ? error : fail(reason(error as Error));
  }
}

/**
 * Writes such a file, whole or not at all.
 *
 * @throws {TaskError} as {@linkcode requireOutput}, or where the disk is full
 */
export async function writeOutput(path: string, text: string, kind: OutputKind): Promise<void> {
  await requireOutput(path, kind);
  try {
    await writeAtomically(path, new TextEncoder().encode(text));
  } catch (error) {
    throw new TaskError(`Cannot write ${path}: ${reason(error as Error)}. Name another file by ${kind.option}.`);
  }
}

/** Deno's own advice would be to allow everything. */
function reason(error: Error): string {
  return error instanceof Deno.errors.NotCapable ? "Deno lets no task write there" : error.message;
}

async function beginning(path: string): Promise<string> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(BEGINNING);
  return new TextDecoder().decode(bytes.subarray(0, await file.read(bytes) ?? 0));
}
