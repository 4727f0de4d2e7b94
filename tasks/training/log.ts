/**
 * A training as lines of JSON with the names that experiment trackers use.
 *
 * @module
 */
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { mean } from "../../lib/statistics/mean.ts";
import type { RunEvent } from "../../lib/training/train_or_load.ts";
import { type OutputKind, requireOutput } from "../cli/output_file.ts";

/** The file of --log. */
const LOG_FILE: OutputKind = { option: "--log", known: /^\{"time":"/ };

/** The fields of an event; undefined for those that are not logged. */
export function logFields(
  { seed, epsilon, loss }: Pick<Experiment, "seed" | "epsilon" | "loss">,
  event: RunEvent,
): Record<string, string | number> | undefined {
  const run = { seed, ...(loss === "polydice1" ? { epsilon } : {}) };
  switch (event.kind) {
    case "epoch": {
      const { epoch, trainLoss, valDice, valIou, meanEpsilon, seconds } = event.row;
      return {
        event: "epoch",
        ...run,
        epoch,
        "train/loss": trainLoss,
        "val/dice": valDice,
        "val/iou": valIou,
        "train/epsilon_mean": meanEpsilon,
        "time/epoch_seconds": seconds,
      };
    }
    case "update": {
      const epsilons = event.rows.map((row) => row.epsilon);
      return {
        event: "update",
        ...run,
        epoch: event.epoch,
        "epsilon/mean": mean(epsilons),
        "epsilon/min": Math.min(...epsilons),
        "epsilon/max": Math.max(...epsilons),
        "difficulty/mean": mean(event.rows.map((row) => row.difficulty)),
      };
    }
    case "resumed":
      return { event: "resumed", ...run, epoch: event.epoch, step: event.step };
    case "loaded":
      return { event: "loaded", ...run, run: event.run.hash };
    case "warning":
      return { event: "warning", ...run, message: event.message };
    case "step":
      return undefined;
  }
}

/** Takes what happens in a run. */
export type TrainingLog = (name: string, experiment: Experiment, event: RunEvent) => void;

/**
 * Appends events to a file, one JSON object a line. Where a line can't be written (a full disk), training goes on: half a
 * line is taken back, it is told once, and nothing more is logged.
 *
 * @throws {TaskError} where a link or a file that is no log lies there, or it can't be made
 */
export async function openTrainingLog(path: string, warn: (message: string) => void): Promise<TrainingLog> {
  await requireOutput(path, LOG_FILE);
  let broken = false;
  return (name, experiment, event) => {
    const fields = logFields(experiment, event);
    if (!fields || broken) return;
    const line = JSON.stringify({ time: new Date().toISOString(), name, ...fields });
    try {
      appendWhole(path, `${line}\n`);
    } catch (error) {
      broken = true;
      warn(`Cannot write the log ${path}: ${(error as Error).message}. Training goes on without it.`);
    }
  };
}

/** Appends a text or nothing of it. */
function appendWhole(path: string, text: string): void {
  using file = Deno.openSync(path, { append: true, create: true });
  const { size } = file.statSync();
  try {
    const bytes = new TextEncoder().encode(text);
    for (let written = 0; written < bytes.length;) written += file.writeSync(bytes.subarray(written));
  } catch (error) {
    file.truncateSync(size);
    throw error;
  }
}
