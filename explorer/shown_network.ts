/**
 * The network that the pages show: the one that comes with the explorer, or the user's own.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { useBackend } from "../lib/backend/use_backend.ts";
import { disposeTree } from "../lib/backend/tensor_tree.ts";
import { ifThere } from "../lib/files/atomic_file.ts";
import { readRegularFile } from "../lib/files/regular_file.ts";
import { readSealedJson } from "../lib/files/sealed_json.ts";
import { loadUNetWeights } from "../lib/model/unet_weights_file.ts";
import type { ModelRecord } from "./compute/network.ts";

/** What lies beside the pages. */
export interface ShownNetwork {
  /** The bytes of a safetensors file. */
  readonly weights: Uint8Array<ArrayBuffer>;
  readonly record: ModelRecord;
}

/** What is shown of a network whose settings nothing tells: the thesis' settings. */
const THESIS = {
  imageSize: 224,
  dropoutRate: 0.5,
  passes: 10,
  percentile: 25,
  slope: 2,
  epsilonMin: 0,
  epsilonMax: 0.5,
} as const;

/** Files of a network, in a run's folder and in an exported one, and what lies beside them. */
const WEIGHTS_FILES = ["weights_best.safetensors", "model.safetensors"], RUN_FILE = "run.json";

/** Greater files are no U-Net's: the thesis' has 0.13 GB. */
const MOST_BYTES = 2e9;

/** The network that comes with the explorer. */
export async function shippedNetwork(): Promise<ShownNetwork> {
  const folder = join(import.meta.dirname!, "model");
  const record = JSON.parse(await Deno.readTextFile(join(folder, "model.json")));
  return { weights: await Deno.readFile(join(folder, "weights.safetensors")), record };
}

/**
 * The user's own network, with what is known of it: its run's record where there is one, else the text beside the
 * tensors, else the thesis' settings.
 *
 * @param source a run's name or the beginning of one, a folder of a run or an export, or a safetensors file
 * @param runs folder of the runs
 * @param workingDirectory where relative paths begin
 * @throws {Error} "Cannot …" where there is none, or it is no U-Net with finite weights
 *
 * @example A file that is not there
 * ```ts
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => ownNetwork("model.safetensors", "runs", "nowhere"), Error, 'Cannot show "model.safetensors"');
 * ```
 */
export async function ownNetwork(source: string, runs: string, workingDirectory: string): Promise<ShownNetwork> {
  const fail = (state: string) => new Error(`Cannot show "${source}": ${state}`);
  const path = await weightsPath(source, runs, workingDirectory, fail);
  const weights = await readRegularFile(path, { mostBytes: MOST_BYTES });
  await useBackend("cpu"); // It only looks at the numbers: TensorFlow need not be installed.
  let loaded;
  try {
    loaded = loadUNetWeights(weights);
  } catch (error) {
    throw fail((error as Error).message);
  }
  const { options: { baseWidth, depth, inputChannels, classes }, metadata } = loaded;
  const tensors = Object.entries({ ...loaded.weights.trainable, ...loaded.weights.statistics });
  const broken = tensors.find(([name, tensor]) => !isSound(name, tensor.dataSync<"float32">()))?.[0];
  disposeTree(loaded.weights);
  if (broken) {
    throw fail(`${broken} holds numbers that are not finite or a negative variance. Train or export it again.`);
  }
  if (inputChannels !== 3 || classes !== 2) {
    throw fail(`expected 3 input channels and 2 classes, found ${inputChannels} and ${classes}.`);
  }
  const { run, which } = await readRun(path, weights, fail);
  const settings = record(run.experiment ?? parsed(metadata.experiment));
  const numbers = Object.fromEntries(
    Object.entries(THESIS).map(([name, usual]) => [name, finite(settings[name]) ?? usual]),
  ) as Record<keyof typeof THESIS, number>;
  if (!(numbers.imageSize > 0 && numbers.imageSize <= 4096 && numbers.imageSize % 2 ** depth === 0)) {
    throw fail(`its record tells images of ${numbers.imageSize} pixels, expected a multiple of ${2 ** depth}.`);
  }
  const shown: ModelRecord = {
    format: 1,
    name: dirname(dirname(path)) === resolve(runs) ? `run ${basename(dirname(path))}` : basename(path),
    experiment: { ...numbers, baseWidth, depth, dataset: text(settings.dataset) },
    assumed: Object.keys(THESIS).filter((name) => finite(settings[name]) === undefined),
    test: testMeans(run.test, which),
    referencePasses: numbers.passes,
    referenceThreshold: 0.5,
    references: [],
  };
  return { weights, record: shown };
}

type Fail = (state: string) => Error;

/** The file of weights that is meant. */
async function weightsPath(source: string, runs: string, workingDirectory: string, fail: Fail): Promise<string> {
  const path = resolve(workingDirectory, source);
  const found = await Deno.stat(path).catch(() => undefined);
  if (found && !found.isDirectory) return path;
  const folder = found ? path : join(runs, await runName(source, runs, fail));
  for (const name of WEIGHTS_FILES) {
    if (await Deno.stat(join(folder, name)).then(() => true, () => false)) return join(folder, name);
  }
  throw fail(`${folder} holds neither ${WEIGHTS_FILES.join(" nor ")}. Is the run finished?`);
}

/** The one run whose name begins so. */
async function runName(source: string, runs: string, fail: Fail): Promise<string> {
  const entries = await Array.fromAsync(Deno.readDir(runs)).catch(() => []);
  const names = entries.filter(({ isDirectory }) => isDirectory).map(({ name }) => name).sort();
  const meant = names.includes(source) ? [source] : names.filter((name) => source !== "" && name.startsWith(source));
  if (meant.length === 1) return meant[0];
  if (meant.length > 1) throw fail(`${meant.join(" and ")} begin so. Name more of it.`);
  throw fail(
    `it is no file, and no run in ${runs} is called so. ` +
      (names.length === 0 ? "There are no runs; `deno task train` trains one." : `There are ${names.join(", ")}.`),
  );
}

/** What the run's record beside the weights tells, and of which weights; nothing where there is none. */
async function readRun(
  file: string,
  weights: Uint8Array,
  fail: Fail,
): Promise<{ run: Record<string, unknown>; which?: string }> {
  const path = join(dirname(file), RUN_FILE);
  const bytes = await ifThere(readRegularFile(path));
  if (bytes === undefined) return { run: {} };
  let run;
  try {
    run = readSealedJson(new TextDecoder().decode(bytes));
  } catch (error) {
    throw fail(`${path} is damaged or of another version: ${(error as Error).message}. Train the run again.`);
  }
  const sum = createHash("sha256").update(weights).digest("hex");
  const which = Object.entries(record(run.checksums)).find(([, known]) => known === sum)?.[0];
  if (which === undefined) throw fail(`the SHA-256 of ${file} is none of ${path}: one of the two is damaged.`);
  return { run, which };
}

function isSound(name: string, values: Float32Array): boolean {
  const least = name.endsWith(".running_var") ? 0 : -Infinity;
  return values.every((value) => Number.isFinite(value) && value >= least);
}

/** Means over the test images with these weights, where the rows have them. */
function testMeans(rows: unknown, which: string | undefined): ModelRecord["test"] {
  const known = (Array.isArray(rows) ? rows : []).map(record).filter(({ weights, dice, iou }) =>
    weights === which && finite(dice) !== undefined && finite(iou) !== undefined
  );
  if (known.length === 0) return undefined;
  const mean = (name: string) => known.reduce((sum, row) => sum + Number(row[name]), 0) / known.length;
  return { images: known.length, dice: mean("dice"), iou: mean("iou") };
}

function parsed(json: unknown): unknown {
  try {
    return typeof json === "string" ? JSON.parse(json) : undefined;
  } catch {
    return undefined;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function finite(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
