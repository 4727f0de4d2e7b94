/**
 * What the options of the tasks have in common.
 *
 * @module
 */
import { parseArgs, type ParseArgsConfig } from "node:util";
import { TaskError } from "./cli/task_error.ts";

/**
 * Reads words after a command.
 *
 * @throws {TaskError} with status 2 for an unknown option, naming those that there are
 */
export function readOptions<const T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
  allowPositionals = false,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: boolean }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals });
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`).join(", ");
    const reason = (error as Error).message.split("\n")[0].replace(/\.$/, "");
    throw new TaskError(`Cannot read the options: ${reason}. Valid are ${known}.`, 2);
  }
}

/** One of these words, or undefined where nothing is given. */
export function oneOf<const T extends string>(
  option: string,
  value: string | undefined,
  valid: readonly T[],
): T | undefined {
  if (value === undefined || (valid as readonly string[]).includes(value)) return value as T | undefined;
  throw new TaskError(`Cannot read --${option} "${value}": expected one of ${valid.join(", ")}.`, 2);
}

/** A list of words with commas between, each once. */
export function listOf<const T extends string>(
  option: string,
  value: string | undefined,
  valid: readonly T[],
): T[] | undefined {
  return value === undefined ? undefined : [...new Set(value.split(","))].map((word) => oneOf(option, word, valid)!);
}

/** A whole number from 0. */
export function wholeNumber(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new TaskError(`Cannot read --${option} "${value}": expected a whole number from 0.`, 2);
}

/**
 * Whole numbers with commas between and ranges with hyphens.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(wholeNumbers("seeds", "1-3,7"), [1, 2, 3, 7]);
 * ```
 */
export function wholeNumbers(option: string, value: string | undefined): number[] | undefined {
  if (value === undefined) return undefined;
  const numbers = value.split(",").flatMap((part) => {
    const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    if (from === undefined || Number(to) < Number(from) || Number(to) - Number(from) > 1000) {
      throw new TaskError(`Cannot read --${option} "${value}": expected whole numbers, as in 1,2 or 1-5.`, 2);
    }
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index);
  });
  return [...new Set(numbers)];
}
