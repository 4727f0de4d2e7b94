/**
 * The options of `deno task evaluate`.
 *
 * @module
 */
import { resolve } from "node:path";
import { BACKEND_NAMES } from "../lib/backend/use_backend.ts";
import { type DatasetName, SYNTHETIC_COUNT } from "../lib/data/load_dataset.ts";
import { SPLIT_KINDS } from "../lib/data/split.ts";
import { THESIS_EXPERIMENT } from "../lib/training/experiment.ts";
import { DATASETS } from "./reproduce_options.ts";
import { TaskError } from "./task_error.ts";
import { listOf, oneOf, readOptions, wholeNumber } from "./task_options.ts";

const WEIGHTS = ["best", "last"] as const;
const PARTS = ["test", "validation", "train", "all"] as const;

/** Which of a data set's images: one part of the split, or all. */
export type EvaluatedPart = typeof PARTS[number];

/** What to evaluate, on what. Paths are absolute; undefined: as in the run. */
export interface EvaluateOptions {
  /** A run's name or its beginning, or a file of weights. */
  readonly network:
    | { readonly run: string; readonly weights: readonly (typeof WEIGHTS[number])[] }
    | { readonly file: string };
  readonly dataset?: DatasetName;
  readonly split?: typeof SPLIT_KINDS[number];
  readonly splitSeed?: number;
  readonly part: EvaluatedPart;
  /** Pixels. */
  readonly size?: number;
  /** Images of a synthetic data set. */
  readonly count?: number;
  /** N of the stochastic passes; undefined: none are made; 0: as in the run. */
  readonly passes?: number;
  readonly json?: string;
  readonly csv?: string;
  readonly runs: string;
  readonly data?: string;
  readonly cache: string;
  readonly backend?: string;
}

/** What to do. */
export type EvaluateCommand =
  | { readonly kind: "help" }
  | { readonly kind: "list"; readonly runs: string }
  | { readonly kind: "evaluate"; readonly options: EvaluateOptions };

/** What `--help` prints. */
export const EVALUATE_HELP =
  `Evaluates a trained network on images: Dice, IoU, precision and recall at probability 0.5, means over images with 95 %
bootstrap intervals.

  deno task evaluate                     lists the finished runs
  deno task evaluate RUN                 a run, by its name or the beginning of it, on its own test images
  deno task evaluate FILE.safetensors    exported weights: --size and --dataset are needed

  --weights LIST     of a run: best (the best validation epoch, the default), last, or best,last
  --dataset NAME     synthetic, kvasir-seg or cvc-clinicdb; by default the run's. Another one: how the network generalises
  --split NAME       grouped, random or published; by default the run's; grouped on another data set
  --split-seed N     by default the run's, or ${THESIS_EXPERIMENT.splitSeed}
  --part NAME        test (the default), validation, train or all
  --size N           height = width of the images in pixels; by default the run's
  --count N          images of the synthetic data set; by default the run's, or ${SYNTHETIC_COUNT}
  --uncertainty      N stochastic passes as well: D, entropy, and whether they go with the error (Spearman's ρ)
  --passes N         N of --uncertainty; by default the run's, or ${THESIS_EXPERIMENT.passes}
  --json FILE        everything, the images' rows too, for programs
  --csv FILE         one row an image
  --data DIR         folder with real images; by default what POLYDICE_DATA names
  --runs DIR         folder of the runs; by default runs
  --backend NAME     tensorflow (the default), cpu or webgpu
  --help             this text`;

const OPTIONS = {
  weights: { type: "string" },
  dataset: { type: "string" },
  split: { type: "string" },
  "split-seed": { type: "string" },
  part: { type: "string" },
  size: { type: "string" },
  count: { type: "string" },
  uncertainty: { type: "boolean" },
  passes: { type: "string" },
  json: { type: "string" },
  csv: { type: "string" },
  data: { type: "string" },
  runs: { type: "string" },
  backend: { type: "string" },
  help: { type: "boolean" },
} as const;

/**
 * Reads the options.
 *
 * @param args the words after the command
 * @param root the checkout
 * @param env the environment variables; INIT_CWD is the folder in which the user typed the command
 * @throws {TaskError} with status 2 for an unknown option or a wrong value
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseEvaluateOptions([], "/project", {}), { kind: "list", runs: "/project/runs" });
 * ```
 */
export function parseEvaluateOptions(
  args: readonly string[],
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): EvaluateCommand {
  const { values, positionals } = readOptions(args, OPTIONS, true);
  if (values.help) return { kind: "help" };
  const path = (value: string | undefined) => value === undefined ? undefined : resolve(env.INIT_CWD ?? root, value);
  const runs = path(values.runs) ?? resolve(root, "runs");
  const [network, ...more] = positionals;
  if (network === undefined) {
    const other = Object.keys(values).find((name) => name !== "runs");
    if (other) throw new TaskError(`Cannot use --${other} without a network: name a run or a file of weights.`, 2);
    return { kind: "list", runs };
  }
  if (more.length > 0) {
    throw new TaskError(`Cannot evaluate two networks at once: found "${positionals.join('" and "')}".`, 2);
  }
  const isFile = network.endsWith(".safetensors");
  const weights = listOf("weights", values.weights, WEIGHTS);
  const positive = (option: "size" | "count" | "passes") => {
    const number = wholeNumber(option, values[option]);
    if (number !== 0) return number;
    throw new TaskError(`Cannot read --${option} "0": expected a whole number from 1.`, 2);
  };
  const passes = positive("passes"), size = positive("size");
  const dataset = oneOf("dataset", values.dataset, DATASETS);
  if (passes !== undefined && !values.uncertainty) {
    throw new TaskError("Cannot use --passes without --uncertainty.", 2);
  }
  if (isFile && weights) {
    throw new TaskError("Cannot use --weights with a file: it holds the weights that it holds.", 2);
  }
  if (isFile && (size === undefined || dataset === undefined)) {
    throw new TaskError(
      `Cannot evaluate ${network}: a file doesn't say for which images it is; give --size and --dataset.`,
      2,
    );
  }
  return {
    kind: "evaluate",
    options: {
      network: isFile ? { file: path(network)! } : { run: network, weights: weights ?? ["best"] },
      dataset,
      split: oneOf("split", values.split, SPLIT_KINDS),
      splitSeed: wholeNumber("split-seed", values["split-seed"]),
      part: oneOf("part", values.part, PARTS) ?? "test",
      size,
      count: positive("count"),
      passes: values.uncertainty ? passes ?? 0 : undefined,
      json: path(values.json),
      csv: path(values.csv),
      runs,
      data: path(values.data ?? (env.POLYDICE_DATA || undefined)),
      cache: resolve(root, ".cache"),
      backend: oneOf("backend", values.backend ?? (env.POLYDICE_BACKEND || undefined), BACKEND_NAMES),
    },
  };
}
