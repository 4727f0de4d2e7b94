/**
 * Where finished runs are kept: one folder a run, named by the hash of its experiment and data. Everything in it is data:
 * JSON and float32 values, whose checksums are recorded.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { dictionaryField, type FieldReader, listField, textField, wholeField } from "../files/record_fields.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import { loadUNetWeights, saveUNetWeights } from "../model/unet_weights_file.ts";
import { readIfThere, writeAtomically } from "../files/atomic_file.ts";
import { MODEL_CARD_FILE, modelCard, type ModelCardFile } from "./model_card.ts";
import type { Run } from "./run.ts";

const RUN_FILE = "run.json";

/** What users of a record reach into: a file that another program has written may lack it. */
const PARTS: Readonly<Record<string, FieldReader<unknown>>> = {
  checksums: dictionaryField(textField(/^[0-9a-f]{64}$/, "a SHA-256")),
  experiment: dictionaryField((value) => value),
  counts: dictionaryField(wholeField()),
  history: listField(dictionaryField((value) => value)),
  test: listField(dictionaryField((value) => value)),
  epsilons: listField(dictionaryField((value) => value)),
  bestEpoch: wholeField(1),
  environment: dictionaryField(textField()),
};

/** Which of the weights that a run keeps. */
export type WeightsName = "best" | "last";

/**
 * Folder of a run.
 *
 * @param hash Hexadecimal digits and nothing else, so that no name leads out of the directory.
 * @throws {RangeError} When it is no hash.
 */
export function runDirectory(directory: string, hash: string): string {
  if (!/^[0-9a-f]+$/.test(hash)) throw new RangeError(`Cannot find run "${hash}": that is not the hash of a run.`);
  return join(directory, hash);
}

/** A stored run, or undefined if there is none that is complete. */
export async function loadRun(directory: string, hash: string): Promise<Run | undefined> {
  const bytes = await readIfThere(join(runDirectory(directory, hash), RUN_FILE));
  return bytes && parseRecord(bytes, hash).run;
}

/**
 * Stores a run, its weights, which stay, and its model card. A folder with the record is complete: it is written last.
 */
export async function storeRun(
  directory: string,
  run: Run,
  weights: Readonly<Record<WeightsName, UNetWeights>>,
): Promise<void> {
  const folder = runDirectory(directory, run.hash);
  const checksums: Record<string, string> = {};
  const files: ModelCardFile[] = [];
  for (const name of Object.keys(weights) as WeightsName[]) {
    const bytes = await saveUNetWeights(weights[name], { metadata: { run: run.hash, weights: name } });
    await writeAtomically(join(folder, weightsFile(name)), bytes);
    checksums[name] = sha256(bytes);
    files.push({ name: weightsFile(name), kind: "safetensors", weights: name });
  }
  await writeAtomically(join(folder, MODEL_CARD_FILE), new TextEncoder().encode(modelCard(run, files)));
  const text = JSON.stringify({ format: 1, checksums, ...run }, null, 1);
  await writeAtomically(join(folder, RUN_FILE), new TextEncoder().encode(text));
}

/**
 * The weights of a stored run; the caller disposes them.
 *
 * @throws {Error} When the file is missing or its SHA-256 is not the recorded one.
 */
export async function loadWeights(directory: string, hash: string, which: WeightsName): Promise<UNetWeights> {
  const folder = runDirectory(directory, hash);
  const [record, bytes] = await Promise.all([
    Deno.readFile(join(folder, RUN_FILE)),
    Deno.readFile(join(folder, weightsFile(which))),
  ]);
  const { run, checksums } = parseRecord(record, hash);
  if (checksums[which] !== sha256(bytes)) {
    throw new Error(
      `Cannot load the ${which} weights of run ${hash}: their SHA-256 is not the recorded one, the file is damaged. ` +
        "Delete the run's folder to train it again.",
    );
  }
  const { baseWidth, depth } = run.experiment;
  return loadUNetWeights(bytes, { baseWidth, depth }).weights;
}

function parseRecord(bytes: Uint8Array, hash: string): { run: Run; checksums: Readonly<Record<string, string>> } {
  try {
    const record = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const { format, checksums, ...run } = record;
    if (format !== 1) throw new Error(`expected format 1, found ${format}`);
    if (run.hash !== hash) throw new Error(`it is the record of run ${run.hash}`);
    for (const [field, read] of Object.entries(PARTS)) read(record[field], field);
    return { run, checksums };
  } catch (error) {
    throw new Error(
      `Cannot read run ${hash}: ${RUN_FILE} is damaged (${
        (error as Error).message
      }); delete its folder to train it again.`,
      { cause: error },
    );
  }
}

function weightsFile(which: string): string {
  return `weights_${which}.safetensors`;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
