/**
 * Errors that tell the user what to do, and the ends of a task.
 *
 * @module
 */

import { terminalText } from "../../lib/text/escape.ts";

/** A failure whose message says all there is to know: it is printed without a stack. */
export class TaskError extends Error {
  override name = "TaskError";

  /** @param status the exit status: 1 for a failure, 2 for a wrong use of the command, from 129 for a signal */
  constructor(message: string, readonly status: 1 | 2 | 129 | 130 | 131 | 143 = 1) {
    super(message);
  }
}

/**
 * Runs a task and ends the process with its status. A TaskError is told by its message, and so is a place that can't be
 * written; any other error with its stack.
 */
export async function runTask(task: () => Promise<number>): Promise<never> {
  try {
    Deno.exit(await task());
  } catch (error) {
    const told = error instanceof TaskError ? error : placeError(error);
    if (!told) throw error;
    console.error(terminalText(told.message, { newlines: true }));
    Deno.exit(told.status);
  }
}

/** What is wrong with a place, by the system's code for it. */
const PLACE_FAULTS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EEXIST: "a file, or a link that leads nowhere, is in its place",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "links lead in a circle",
  EIO: "the disk tells an error",
  EDQUOT: "the quota of disk space is used up",
};

/** The option that chooses another place, by the project's own folder. */
const PLACE_OPTIONS: readonly [folder: RegExp, advice: string][] = [
  [/[/\\]\.cache[/\\]explorer\b/, "Write the pages elsewhere by --build DIR"],
  [/[/\\]results\b/, "Choose another folder by --results DIR"],
  [/[/\\]runs\b/, "Choose another folder by --runs DIR"],
  [
    /[/\\](\.venv|\.jupyter|\.cache|node_modules|notebooks)\b/,
    "The project installs into its own folder: copy it to a place where you may write, and start there",
  ],
];

/**
 * The error of a place that this process may not write or read, or that is full, as one sentence with the path and the way
 * out; undefined for any other error.
 */
export function placeError(error: unknown): TaskError | undefined {
  if (!(error instanceof Error)) return undefined;
  const denied = /^Requires (\w+) access to (?:"([^"]+)"|(\S+)), run again/.exec(error.message);
  if (error instanceof Deno.errors.NotCapable && denied) {
    const [, kind, quoted, word] = denied;
    return new TaskError(
      `Cannot use ${quoted ?? word}: this task has no permission of Deno's to ${
        kind === "all" ? "use" : kind
      } it (deno.json, "permissions").`,
    );
  }
  const { code = error instanceof Deno.errors.PermissionDenied ? "EACCES" : undefined } = error as { code?: string };
  const fault = code === undefined ? undefined : PLACE_FAULTS[code];
  if (fault === undefined) return undefined;
  const path = /'((?:[/\\]|\w:)[^']*)'/.exec(error.message)?.[1];
  const advice = PLACE_OPTIONS.find(([folder]) => folder.test(path ?? ""))?.[1] ??
    (/ENOSPC|EDQUOT/.test(code!) ? "Free some space" : "Choose another place, or see to it that you may write there");
  return new TaskError(`Cannot use ${path ?? "a file"}: ${fault}. ${advice}.`);
}

/** An error to throw on: what the library says in full ("Cannot …") without a stack, anything else as it is. */
export function plainError(error: unknown): unknown {
  const isPlain = error instanceof Error && !(error instanceof TaskError) && error.message.startsWith("Cannot ");
  return isPlain ? new TaskError(error.message) : error;
}

/** Does what may fail, with {@linkcode plainError} for its errors. */
export async function plainly<Value>(action: () => Value | Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    throw plainError(error);
  }
}
