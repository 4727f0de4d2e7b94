/**
 * The options of `deno task export`.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { TaskError } from "./cli/task_error.ts";

const FORMATS = ["safetensors", "layers-model", "both"] as const;
const WEIGHTS = ["best", "last"] as const;
const NAMES = ["named", "sequential"] as const;

/** What to do. Paths are absolute. */
export type ExportCommand =
  | { readonly kind: "help" }
  | { readonly kind: "list"; readonly runs: string }
  | {
    readonly kind: "export";
    /** The run's name, or the beginning of it. */
    readonly run: string;
    /** The folder that holds the runs. */
    readonly runs: string;
    readonly to: string;
    readonly format: typeof FORMATS[number];
    readonly weights: typeof WEIGHTS[number];
    readonly names: typeof NAMES[number];
    readonly force: boolean;
  };

/** What `--help` prints. */
export const HELP = `Writes a trained network as files for PyTorch, for tfjs and for this library, with a model card.

  deno task export                       lists the finished runs
  deno task export RUN --to DIR          exports one; RUN is its name or the beginning of it

  --to DIR           folder for the files; it is made
  --format NAME      safetensors (PyTorch, this library), layers-model (tfjs: model.json and weights), or both
                     (the default)
  --weights NAME     best (the best validation epoch, the default) or last
  --names NAME       what safetensors calls the tensors: named (inc.conv1.weight, as in bench/pytorch_unet.py, the
                     default) or sequential (inc.double_conv.0.weight, as in github.com/milesial/Pytorch-UNet)
  --runs DIR         folder that holds the runs; by default the project's runs/
  --force            overwrites files that are there
  --help             this text`;

const OPTIONS = {
  to: { type: "string" },
  format: { type: "string" },
  weights: { type: "string" },
  names: { type: "string" },
  runs: { type: "string" },
  force: { type: "boolean" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @param root the checkout
 * @param workingDirectory the folder in which the user typed the command
 * @throws {TaskError} with status 2 for an unknown option or a wrong value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseExportOptions([], "/project"), { kind: "list", runs: "/project/runs" });
 * ```
 */
export function parseExportOptions(args: readonly string[], root: string, workingDirectory = root): ExportCommand {
  let values, positionals;
  try {
    ({ values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true }));
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`).join(", ");
    const reason = (error as Error).message.split("\n")[0].replace(/\.$/, "");
    throw new TaskError(`Cannot read the options: ${reason}. Valid are ${known}.`, 2);
  }
  if (values.help) return { kind: "help" };
  const runs = values.runs === undefined ? resolve(root, "runs") : resolve(workingDirectory, values.runs);
  const [run, ...more] = positionals;
  if (run === undefined) {
    const other = Object.keys(values).find((name) => name !== "runs");
    if (other) {
      throw new TaskError(`Cannot use --${other} without a run: name it, as in deno task export RUN --to DIR.`, 2);
    }
    return { kind: "list", runs };
  }
  if (more.length > 0) {
    throw new TaskError(`Cannot export two runs at once: found "${positionals.join('" and "')}".`, 2);
  }
  if (!values.to) throw new TaskError(`Cannot export run ${run}: say where to with --to DIR.`, 2);
  return {
    kind: "export",
    run,
    runs,
    to: resolve(workingDirectory, values.to),
    format: oneOf("format", values.format ?? "both", FORMATS),
    weights: oneOf("weights", values.weights ?? "best", WEIGHTS),
    names: oneOf("names", values.names ?? "named", NAMES),
    force: values.force ?? false,
  };
}

function oneOf<T extends string>(option: string, value: string, valid: readonly T[]): T {
  if ((valid as readonly string[]).includes(value)) return value as T;
  throw new TaskError(`Cannot read --${option} "${value}": expected one of ${valid.join(", ")}.`, 2);
}
