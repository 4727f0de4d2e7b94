/**
 * The options of `deno task results`.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { TaskError } from "./cli/task_error.ts";

/** What to make or check. */
export interface ResultsOptions {
  /** Name of the profile: the folder of its records in `results`; undefined: all profiles. */
  readonly profile?: string;
  /** Absolute path of a folder of records of one's own; undefined: the project's. */
  readonly results?: string;
  /** Whether to compare with what is there, and write nothing. */
  readonly check: boolean;
}

/** What `--help` prints. */
export const RESULTS_HELP =
  `Makes the tables of results from the records of runs: a page and CSV files beside the records of each profile; from
the project's own records also the parts of README.md, notebook 5 and workflow/README.md between their marks.

Usage: deno task results [options]

  --profile NAME     whose records: a folder of results; by default every profile
  --results DIR      records of your own, as in runs/results; by default the project's, which are committed
  --check            write nothing; fail where a committed table differs from its records, and name it
  --help             this text`;

const OPTIONS = {
  profile: { type: "string" },
  results: { type: "string" },
  check: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @param folder in which the user typed the command
 * @returns undefined where help is asked for
 * @throws {TaskError} with status 2 for an unknown option or a wrong value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseResultsOptions(["--profile", "small", "--check"]), { profile: "small", check: true });
 * ```
 */
export function parseResultsOptions(args: readonly string[], folder: string = Deno.cwd()): ResultsOptions | undefined {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`).join(", ");
    const reason = (error as Error).message.split("\n")[0].replace(/\.$/, "");
    throw new TaskError(`Cannot read the options: ${reason}. Valid are ${known}.`, 2);
  }
  if (values.help) return undefined;
  const { profile, results, check = false } = values;
  if (profile !== undefined && !/^[a-z0-9][a-z0-9-]*$/.test(profile)) {
    throw new TaskError(`Cannot read --profile "${profile}": expected a name such as small or thesis.`, 2);
  }
  return { profile, ...(results !== undefined && { results: resolve(folder, results) }), check };
}
