/**
 * The options of `deno task bench`.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { PRECISIONS, WORKS } from "../bench/messages.ts";
import type { BenchPlan } from "../bench/bench_plan.ts";
import { DEFAULT_SIZES, parseWorkSize } from "../bench/work_size.ts";
import { TaskError } from "./cli/task_error.ts";

/** What to measure and where to put it. */
export interface BenchOptions {
  readonly plan: BenchPlan;
  /** Absolute path of the folder for tables and charts. */
  readonly results: string;
  /** Absolute path of a file for scripts. */
  readonly json?: string;
  /** A Python that has PyTorch; undefined: the project's own environment. */
  readonly pytorch?: string;
  /** Whether to go on with an interrupted bench. */
  readonly resume: boolean;
}

/** What `--help` prints. */
export const BENCH_HELP =
  `Measures this project side by side with PyTorch, in turns on one machine: training steps and the difficulty of a
data set by MC Dropout (N = 10). Writes bench.md, .csv, .json and charts. Installs PyTorch into the project's folder once.

Usage: deno task bench [options]

  --sizes LIST       base width/image size/batch, as in 8/64/16,16/96/8; by default ${DEFAULT_SIZES.join(",")}
  --work LIST        train, mc; by default both
  --precision LIST   float32, bfloat16; by default both, or those that the device has instructions for
  --growth           measure growth of time and memory with images, N and image size as well;
  --no-growth        without it. By default only where --sizes is not given.
  --profile          measure where the time goes, by the kinds of oneDNN's kernels, on both sides
  --no-compile       leave torch.compile out of PyTorch's settings: compiling takes up to minutes a size, once
  --rounds N         quiet rounds of a case, by default 7
  --seconds N        no further round begins after this time, by default 20; three are always measured
  --patience N       seconds of a case to wait for a quiet machine, by default 20
  --results DIR      where tables and charts go; by default results/bench
  --json FILE        also writes { rows: [{ work, size, precision, ours, peer, ratio }] }: medians in ms, peer / ours
  --pytorch PYTHON   a Python that has PyTorch, instead of installing one
  --resume           go on with an interrupted bench of the results folder
  --help             this text

Ratios above 1 mean that we are faster. Other programs disturb: rounds in which they were busy are left out where enough
others remain, and the table says how busy they were.`;

const OPTIONS = {
  sizes: { type: "string" },
  work: { type: "string" },
  precision: { type: "string" },
  growth: { type: "boolean" },
  "no-growth": { type: "boolean" },
  profile: { type: "boolean" },
  "no-compile": { type: "boolean" },
  rounds: { type: "string" },
  seconds: { type: "string" },
  patience: { type: "string" },
  results: { type: "string" },
  json: { type: "string" },
  pytorch: { type: "string" },
  resume: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @param root the checkout
 * @param env the environment variables; INIT_CWD is the folder in which the user typed the command
 * @returns undefined where help is asked for
 * @throws {TaskError} with status 2 for an unknown option or a wrong value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const options = parseBenchOptions(["--sizes", "16/96/8"], "/project", {});
 * assertEquals(options?.plan.sizes, [{ baseWidth: 16, imageSize: 96, batch: 8 }]);
 * ```
 */
export function parseBenchOptions(
  args: readonly string[],
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): BenchOptions | undefined {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`).join(", ");
    const reason = (error as Error).message.split("\n")[0].replace(/\.$/, "");
    throw new TaskError(`Cannot read the options: ${reason}. Valid are ${known}.`, 2);
  }
  if (values.help) return undefined;
  if (values.growth && values["no-growth"]) {
    throw new TaskError("Cannot use --growth and --no-growth together: choose one.", 2);
  }
  const path = (value: string) => resolve(env.INIT_CWD ?? root, value);
  return {
    plan: {
      sizes: listOf("sizes", values.sizes ?? DEFAULT_SIZES.join(","), parseWorkSize),
      works: listOf("work", values.work ?? WORKS.join(","), (text) => oneOf(text, WORKS)),
      precisions: listOf("precision", values.precision ?? PRECISIONS.join(","), (text) => oneOf(text, PRECISIONS)),
      nativePrecisionsOnly: values.precision === undefined,
      compile: !values["no-compile"],
      growth: values.growth ?? (!values["no-growth"] && values.sizes === undefined),
      profile: values.profile ?? false,
      rounds: wholeNumber("rounds", values.rounds) ?? 7,
      seconds: wholeNumber("seconds", values.seconds) ?? 20,
      patience: wholeNumber("patience", values.patience, 0) ?? 20,
    },
    results: values.results === undefined ? resolve(root, "results", "bench") : path(values.results),
    ...(values.json !== undefined && { json: path(values.json) }),
    ...(values.pytorch !== undefined &&
      { pytorch: /[\\/]/.test(values.pytorch) ? path(values.pytorch) : values.pytorch }),
    resume: values.resume ?? false,
  };
}

/** The entries of a list, each once. */
function listOf<T>(option: string, list: string, parse: (text: string) => T): T[] {
  return [...new Set(list.split(","))].map((text) => {
    try {
      return parse(text.trim());
    } catch (error) {
      throw new TaskError(`Cannot read --${option} "${list}": ${(error as Error).message}.`, 2);
    }
  });
}

function oneOf<T extends string>(text: string, valid: readonly T[]): T {
  if ((valid as readonly string[]).includes(text)) return text as T;
  throw new RangeError(`expected ${valid.join(" or ")}, found "${text}"`);
}

function wholeNumber(option: string, value: string | undefined, from = 1): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,6}$/.test(value) && Number(value) >= from) return Number(value);
  throw new TaskError(`Cannot read --${option} "${value}": expected a whole number from ${from}.`, 2);
}
