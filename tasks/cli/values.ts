/**
 * What the words on a command line stand for: paths, whole numbers, lists.
 *
 * The functions are what commander takes as parsers; they throw its InvalidArgumentError, to which it adds the option.
 *
 * @module
 */
import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "@commander-js/extra-typings";

/**
 * The absolute path of what a user names: from the folder in which the command was typed, which `deno task` tells in
 * INIT_CWD.
 *
 * @throws {InvalidArgumentError} for an empty word
 */
export function userPath(value: string): string {
  if (value === "") throw new InvalidArgumentError("Expected a path.");
  return resolve(Deno.env.get("INIT_CWD") ?? Deno.cwd(), value);
}

/**
 * An option that holds an absolute path.
 *
 * @param variable an environment variable that stands for the option where it is not given; empty it counts as not set
 */
export function pathOption<const Flags extends string>(flags: Flags, description: string, variable?: string) {
  const option = new Option(flags, description).argParser(userPath);
  return variable === undefined || Deno.env.get(variable) === "" ? option : option.env(variable);
}

/** A whole number from 0. */
export function wholeNumber(value: string): number {
  if (/^\d+$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
  throw new InvalidArgumentError("Expected a whole number from 0.");
}

/** A whole number from 1. */
export function positiveNumber(value: string): number {
  const number = wholeNumber(value);
  if (number > 0) return number;
  throw new InvalidArgumentError("Expected a whole number from 1.");
}

/** A number of runs; `"auto"`: as many as give the most runs an hour. */
export type Jobs = number | "auto";

/** A number of runs side by side: a whole number from 1, or auto. */
export function jobsWord(value: string): Jobs {
  if (value === "auto") return "auto";
  try {
    return positiveNumber(value);
  } catch {
    throw new InvalidArgumentError("Expected a whole number from 1, or auto.");
  }
}

/** A probability between 0 and 1, both excluded. */
export function probability(value: string): number {
  const number = Number(value);
  if (/^\d*\.?\d+$/.test(value) && number > 0 && number < 1) return number;
  throw new InvalidArgumentError("Expected a number between 0 and 1, as in 0.4.");
}

/** Most numbers that one range may stand for. */
const MOST_OF_A_RANGE = 1000;

/** Whole numbers with commas between and ranges with hyphens, each once. */
export function wholeNumbers(value: string): number[] {
  const numbers = value.split(",").flatMap((part) => {
    const [, first, last = first] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    const count = Number(last) - Number(first) + 1;
    if (!(count >= 1 && count <= MOST_OF_A_RANGE)) {
      throw new InvalidArgumentError("Expected whole numbers, as in 1,2 or 1-5.");
    }
    return Array.from({ length: count }, (_, index) => Number(first) + index);
  });
  return [...new Set(numbers)];
}

/** A parser of lists: known words with commas between, each once. It hints at a word that is spelt alike. */
export function listOf<const T extends string>(words: readonly T[]): (value: string) => T[] {
  return (value) =>
    [...new Set(value.split(","))].map((word) => {
      const known = words.find((known) => known === word);
      if (known !== undefined) return known;
      throw new InvalidArgumentError(`"${word}" is none of ${words.join(", ")}.${didYouMean(word, words)}`);
    });
}

/**
 * A hint at the words that are spelt nearly as `word`, as in " (Did you mean focal?)"; empty where none is.
 *
 * Commander has the measure of likeness and gives it for commands and options only, so the words are put as commands.
 */
export function didYouMean(word: string, words: readonly string[]): string {
  const command = new Command().exitOverride().configureOutput({ outputError: () => {} });
  for (const name of words) command.command(name);
  try {
    command.parse([word], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return /\n(\(Did you mean .*\))$/.exec(error.message)?.[1].replace(/^/, " ") ?? "";
  }
  return "";
}
