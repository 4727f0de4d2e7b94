/**
 * A training as lines of JSON with the names that experiment trackers use.
 *
 * @module
 */
import { dirname } from "node:path";
import type { MethodEvent } from "../lib/training/train_method.ts";

/** The fields of an event; undefined for those that are not logged. */
export function logFields({ experiment, event }: MethodEvent): Record<string, string | number> | undefined {
  const { seed, epsilon } = experiment;
  const run = { seed, ...(experiment.loss === "polydice1" ? { epsilon } : {}) };
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
      const difficulties = event.rows.map((row) => row.difficulty);
      return {
        event: "update",
        ...run,
        epoch: event.epoch,
        "epsilon/mean": average(epsilons),
        "epsilon/min": Math.min(...epsilons),
        "epsilon/max": Math.max(...epsilons),
        "difficulty/mean": average(difficulties),
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

/** Appends events to a file, one JSON object a line. */
export async function openTrainingLog(path: string): Promise<(name: string, event: MethodEvent) => void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  return (name, event) => {
    const fields = logFields(event);
    if (!fields) return;
    const line = JSON.stringify({ time: new Date().toISOString(), name, ...fields });
    Deno.writeTextFileSync(path, `${line}\n`, { append: true });
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
