/**
 * What must be equal between a run that was interrupted and one that was not.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { type Experiment, runHash } from "../../lib/experiment/experiment.ts";
import { backend } from "../backend.ts";
import { DATA, smallExperiment } from "../training/small_run.ts";

/** Folder of the run of {@linkcode smallExperiment} with these changes. */
export function runFolder(runs: string, changes: Partial<Experiment>): string {
  return join(runs, runHash(smallExperiment(changes), DATA.fingerprint, backend.name));
}

/** Names of the files in a folder, sorted. */
export function fileNames(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Everything a finished run has stored but clock readings: files, weights by their SHA-256, history, ε and test rows. */
export async function storedNumbers(folder: string): Promise<Record<string, unknown>> {
  const weights = async (name: string) =>
    createHash("sha256").update(await Deno.readFile(join(folder, `weights_${name}.safetensors`))).digest("hex");
  const { sha256: _sha256, seconds: _seconds, environment: _environment, history, ...run } = JSON.parse(
    await Deno.readTextFile(join(folder, "run.json")),
  );
  return {
    ...run,
    history: history.map((row: Record<string, unknown>) => ({ ...row, seconds: 0 })),
    files: fileNames(folder).filter((name) => name !== "run.lock"), // of a process killed after its last word, held by nobody
    best: await weights("best"),
    last: await weights("last"),
  };
}
