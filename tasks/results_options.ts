/**
 * The options of `deno task results`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { TaskError } from "./task_error.ts";

/** What to make or check. */
export interface ResultsOptions {
  /** Name of the profile: the folder of its records in `results`; undefined: all profiles. */
  readonly profile?: string;
  /** Whether to compare with what is there, and write nothing. */
  readonly check: boolean;
}

/** What `--help` prints. */
export const RESULTS_HELP =
  `Makes the tables of results from the committed records of runs: the page and the CSV files in
results/PROFILE, and the part of README.md between its marks.

Usage: deno task results [options]

  --profile NAME     whose records: a folder of results; by default every profile
  --check            write nothing; fail where a committed table differs from its records, and name it
  --help             this text`;

const OPTIONS = {
  profile: { type: "string" },
  check: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @returns undefined where help is asked for
 * @throws {TaskError} with status 2 for an unknown option or a wrong value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseResultsOptions(["--profile", "small", "--check"]), { profile: "small", check: true });
 * ```
 */
export function parseResultsOptions(args: readonly string[]): ResultsOptions | undefined {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`).join(", ");
    const reason = (error as Error).message.split("\n")[0].replace(/\.$/, "");
    throw new TaskError(`Cannot read the options: ${reason}. Valid are ${known}.`, 2);
  }
  if (values.help) return undefined;
  const { profile, check = false } = values;
  if (profile !== undefined && !/^[a-z0-9][a-z0-9-]*$/.test(profile)) {
    throw new TaskError(`Cannot read --profile "${profile}": expected a name such as small or thesis.`, 2);
  }
  return { profile, check };
}
