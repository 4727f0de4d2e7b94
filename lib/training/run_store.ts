/**
 * Where finished runs are kept: one folder a run, named by the hash of all that it depends on. Everything in it is data:
 * sealed JSON, and float32 values whose checksums are recorded.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { defineExperiment, runHash } from "../experiment/experiment.ts";
import { readSealedJson, sealedJson } from "../files/sealed_json.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import { loadUNetWeights, saveUNetWeights } from "../model/unet_weights_file.ts";
import { ifThere, writeAtomically } from "../files/atomic_file.ts";
import { readRegularFile } from "../files/regular_file.ts";
import { MODEL_CARD_FILE, modelCard, type ModelCardFile } from "./model_card.ts";
import type { WeightsName } from "../results/run_record.ts";
import type { Run } from "./run.ts";

/** The file of a run's numbers. */
export const RUN_FILE = "run.json";

const FORMAT = 2;

/**
 * Folder of a run.
 *
 * @param hash Hexadecimal digits and nothing else, so that no name leads out of the directory.
 * @throws {RangeError} When it is no hash.
 */
export function runDirectory(runs: string, hash: string): string {
  if (!/^[0-9a-f]+$/.test(hash)) throw new RangeError(`Cannot find run "${hash}": that is not the hash of a run.`);
  return join(runs, hash);
}

/**
 * A stored run, or undefined if there is none that is complete.
 *
 * @throws {Error} When it is damaged, or not the run that its folder is named after.
 */
export async function loadRun(runs: string, hash: string): Promise<Run | undefined> {
  const bytes = await ifThere(readRegularFile(join(runDirectory(runs, hash), RUN_FILE)));
  return bytes && readRun(bytes, hash).run;
}

/** A folder of runs: those that are whole, and what is wrong with the others. */
export interface FoundRuns {
  /** The newest last. */
  readonly runs: readonly Run[];
  /** One sentence each; none of them keeps the others from being found. */
  readonly damaged: readonly string[];
}

/** All finished runs of a folder. */
export async function findRuns(runs: string): Promise<FoundRuns> {
  const found: Run[] = [], damaged: string[] = [];
  for (const hash of await runNames(runs)) {
    try {
      const run = await loadRun(runs, hash);
      if (run) found.push(run);
    } catch (error) {
      damaged.push((error as Error).message);
    }
  }
  found.sort((a, b) => a.environment.finishedAt < b.environment.finishedAt ? -1 : 1);
  return { runs: found, damaged };
}

/** Names of the runs of a folder, finished or not. */
export async function runNames(runs: string): Promise<string[]> {
  const entries = await ifThere(Array.fromAsync(Deno.readDir(runs))) ?? [];
  return entries.filter(({ name, isDirectory }) => isDirectory && /^[0-9a-f]{12}$/.test(name))
    .map(({ name }) => name).sort();
}

/**
 * Stores a run, its weights, which stay, and its model card. A folder with the run's file is complete: it is written last.
 */
export async function storeRun(
  runs: string,
  run: Run,
  weights: Readonly<Record<WeightsName, UNetWeights>>,
): Promise<void> {
  const folder = runDirectory(runs, run.hash);
  const checksums: Record<string, string> = {};
  const files: ModelCardFile[] = [];
  for (const name of Object.keys(weights) as WeightsName[]) {
    const bytes = await saveUNetWeights(weights[name], { metadata: weightsMetadata(run, name) });
    await writeAtomically(join(folder, weightsFile(name)), bytes);
    checksums[name] = sha256(bytes);
    files.push({ name: weightsFile(name), kind: "safetensors", weights: name });
  }
  await writeAtomically(join(folder, MODEL_CARD_FILE), new TextEncoder().encode(modelCard(run, files)));
  const text = sealedJson({ format: FORMAT, checksums, ...run }, 1);
  await writeAtomically(join(folder, RUN_FILE), new TextEncoder().encode(text));
}

/**
 * The weights of a stored run; the caller disposes them.
 *
 * @throws {Error} When the file is missing, its SHA-256 is not the recorded one, or a value in it can't be a weight.
 */
export async function loadWeights(runs: string, hash: string, which: WeightsName): Promise<UNetWeights> {
  const folder = runDirectory(runs, hash);
  const [file, bytes] = await Promise.all([
    readRegularFile(join(folder, RUN_FILE)),
    readRegularFile(join(folder, weightsFile(which))),
  ]);
  const { run, checksums } = readRun(file, hash);
  if (checksums[which] !== sha256(bytes)) {
    throw new Error(
      `Cannot load the ${which} weights of run ${hash}: their SHA-256 is not the recorded one, the file is damaged. ` +
        "Delete the run's folder to train it again.",
    );
  }
  const { baseWidth, depth } = run.experiment;
  return loadUNetWeights(bytes, { baseWidth, depth }).weights;
}

/** Reads a run's file and holds it to its name: a seal tells of accidents, the name of another run's numbers. */
function readRun(bytes: Uint8Array, hash: string): { run: Run; checksums: Readonly<Record<string, string>> } {
  try {
    const { format, checksums, ...fields } = readSealedJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (format !== FORMAT) throw new Error(`expected format ${FORMAT}, found ${format}`);
    const run = fields as unknown as Run;
    const named = runHash(defineExperiment(run.experiment), run.data, run.backend);
    if (run.hash !== hash || named !== hash) throw new Error(`it is the record of run ${named}`);
    return { run, checksums: checksums as Readonly<Record<string, string>> };
  } catch (error) {
    throw new Error(
      `Cannot read run ${hash}: ${RUN_FILE} is damaged or of another version (${
        (error as Error).message.replace(/\.$/, "")
      }); delete its folder to train it again.`,
      { cause: error },
    );
  }
}

/** What a file of a run's weights says beside them: `experiment` tells for which images they are. */
export function weightsMetadata({ hash, experiment }: Run, which: WeightsName): Record<string, string> {
  return { run: hash, weights: which, experiment: JSON.stringify(experiment) };
}

/** File of a run's weights. */
export function weightsFile(which: WeightsName): string {
  return `weights_${which}.safetensors`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
