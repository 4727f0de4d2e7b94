/**
 * Errors of the library as errors for users.
 *
 * @module
 */
import { TaskError } from "./cli/task_error.ts";

/**
 * An error to throw on: what the library says in full ("Cannot …") without a stack, anything else as it is.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { TaskError } from "./cli/task_error.ts";
 *
 * assert(plainError(new Error("Cannot read the mask: it is missing")) instanceof TaskError);
 * assert(!(plainError(new TypeError("x is undefined")) instanceof TaskError));
 * ```
 */
export function plainError(error: unknown): unknown {
  const isPlain = error instanceof Error && !(error instanceof TaskError) && error.message.startsWith("Cannot ");
  return isPlain ? new TaskError(error.message) : error;
}
