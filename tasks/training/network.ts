/**
 * Networks to use: a run's, or weights in a file.
 *
 * @module
 */
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { defineExperiment, type Experiment } from "../../lib/experiment/experiment.ts";
import { readRegularFile } from "../../lib/files/regular_file.ts";
import type { UNetOptions } from "../../lib/model/unet_layers.ts";
import type { UNetWeights } from "../../lib/model/unet_weights.ts";
import { loadUNetWeights } from "../../lib/model/unet_weights_file.ts";
import type { WeightsName } from "../../lib/results/run_record.ts";
import type { Run } from "../../lib/training/run.ts";
import { loadWeights, runDirectory, weightsFile } from "../../lib/training/run_store.ts";
import { plainly, TaskError } from "../cli/task_error.ts";
import { userPath } from "../cli/values.ts";
import { findRun } from "./stored_runs.ts";

/** One of a network's weights; opening gives its tensors. */
export interface Candidate {
  readonly title: string;
  readonly weights: WeightsName | "file";
  sha256(): Promise<string>;
  open(): Promise<{ options: UNetOptions; weights: UNetWeights }>;
}

/** What a user names: of a run its best or last weights, or the weights in a file. */
export interface Network {
  readonly name: string;
  readonly run?: Run;
  /** What the network was trained with, where that is known: of files those that this project has written say it. */
  readonly experiment?: Experiment;
  readonly candidates: readonly Candidate[];
}

/** Whether a word names a file of weights, and not a run. */
export function isWeightsFile(word: string): boolean {
  return word.endsWith(".safetensors");
}

/**
 * Refuses a folder of runs beside a file of weights: nothing would be looked for in it.
 *
 * @throws {TaskError} with status 2
 */
export function requireUsedRuns(word: string, command: CommandUnknownOpts): void {
  if (isWeightsFile(word) && command.getOptionValueSource("runs") === "cli") {
    throw new TaskError("Cannot use --runs with a file of weights: it is the folder in which runs are looked for.", 2);
  }
}

/**
 * Finds a network; the backend must be there only when its weights are opened.
 *
 * @param weights Which weights of a run; default its best.
 * @throws {TaskError} where there is none, or it is damaged
 */
export async function findNetwork(
  word: string,
  { runs, weights, task }: { readonly runs: string; readonly weights?: readonly WeightsName[]; readonly task: string },
): Promise<Network> {
  if (isWeightsFile(word)) return await networkOfFile(word, task);
  const run = await findRun(runs, word, task);
  const candidates = (weights ?? ["best" as const]).map((which): Candidate => ({
    title: which === "best" ? `best epoch, ${run.bestEpoch}` : `last epoch, ${run.history.length}`,
    weights: which,
    sha256: async () => sha256(await readRegularFile(join(runDirectory(runs, run.hash), weightsFile(which)))),
    open: () => plainly(async () => ({ options: run.experiment, weights: await loadWeights(runs, run.hash, which) })),
  }));
  return { name: `Run ${run.hash}`, run, experiment: run.experiment, candidates };
}

async function networkOfFile(word: string, task: string): Promise<Network> {
  const path = userPath(word);
  const read = () =>
    plainly(() => readRegularFile(path)).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new TaskError(`Cannot ${task} ${word}: there is no such file.`, 2);
    });
  const candidate: Candidate = {
    title: "weights",
    weights: "file",
    sha256: async () => sha256(await read()),
    open: async () => {
      const bytes = await read();
      return await plainly(() => loadUNetWeights(bytes));
    },
  };
  return { name: word, experiment: experimentIn(await read()), candidates: [candidate] };
}

/** The experiment that a file of weights names; nothing where it names none, or one of another version. */
function experimentIn(bytes: Uint8Array): Experiment | undefined {
  try {
    const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    return defineExperiment(JSON.parse(header.__metadata__.experiment));
  } catch {
    return undefined;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
