/**
 * The options of `deno task explore`.
 *
 * @module
 */
import { resolve } from "node:path";
import { TaskError } from "./cli/task_error.ts";
import { readOptions, wholeNumber } from "./task_options.ts";

/** What to do. Paths are absolute. */
export type ExploreCommand =
  | { readonly kind: "help" }
  | { readonly kind: "serve"; readonly port: number }
  | { readonly kind: "build"; readonly folder: string };

const DEFAULT_PORT = 8100;
const LARGEST_PORT = 65535;

/** What `--help` prints. */
export const HELP = `Opens the explorer: a trained network that runs in your browser, and the losses' geometry to drag.

  deno task explore                builds the pages and serves them on http://127.0.0.1:${DEFAULT_PORT}/ until Ctrl-C

  --port N           another port; 0 takes any free one
  --build DIR        writes the pages as static files instead, for any web host and any path on it
  --help             this text

Nothing leaves the browser: the pages ask no other host, and images are neither sent nor kept.
?backend=webgpu, wasm or cpu behind the address chooses what computes; by default the fastest that there is.`;

const OPTIONS = {
  port: { type: "string" },
  build: { type: "string" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @param workingDirectory the folder in which the user typed the command
 * @throws {TaskError} with status 2 for an unknown option, a wrong value or two things to do at once
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseExploreOptions(["--port", "0"], "/home"), { kind: "serve", port: 0 });
 * ```
 */
export function parseExploreOptions(args: readonly string[], workingDirectory: string): ExploreCommand {
  const { values } = readOptions(args, OPTIONS);
  if (values.help) return { kind: "help" };
  const names = Object.keys(values);
  if (names.length > 1) {
    throw new TaskError(`Cannot do two things at once: choose one of --${names.join(" and --")}.`, 2);
  }
  if (values.build !== undefined) {
    if (values.build === "") throw new TaskError("Cannot build: say where to with --build DIR.", 2);
    return { kind: "build", folder: resolve(workingDirectory, values.build) };
  }
  const port = wholeNumber("port", values.port) ?? DEFAULT_PORT;
  if (port > LARGEST_PORT) {
    throw new TaskError(`Cannot read --port "${port}": expected a number up to ${LARGEST_PORT}.`, 2);
  }
  return { kind: "serve", port };
}
