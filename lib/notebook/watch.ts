/**
 * Follows trainings with a live display.
 *
 * @module
 */
import type { ComparisonEvent } from "../training/comparison.ts";
import type { MethodRun } from "../training/train_method.ts";
import type { Progress } from "./progress.ts";
import { show, showProgress } from "./show.ts";

/**
 * Shows a bar for each run with epoch, loss, validation Dice and time left, says of stored runs that they were loaded, and
 * returns the runs when all are there.
 *
 * @param events What `studyMethods` yields.
 */
export async function watch(events: AsyncGenerator<ComparisonEvent, MethodRun[]>): Promise<MethodRun[]> {
  let shown: { runNumber: number; progress: Progress } | undefined;
  try {
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      const { event, experiment, method, runNumber, runCount } = next.value;
      const ofCount = runCount > 1 ? ` (run ${runNumber} of ${runCount})` : "";
      const grid = method.searchesEpsilon ? `, ε = ${experiment.epsilon}` : "";
      const label = `${method.title}${grid}${ofCount}`;
      switch (event.kind) {
        case "loaded":
          await show({ markdown: `**${label}**: loaded, as it was trained before (run \`${event.run.hash}\`)` });
          break;
        case "resumed":
          await show({ markdown: `**${label}**: goes on after epoch ${event.epoch}` });
          break;
        case "warning":
          await show({ markdown: `**${label}**: ${event.message}` });
          break;
        case "step":
        case "epoch": {
          if (shown?.runNumber !== runNumber) {
            await shown?.progress.finish();
            shown = { runNumber, progress: showProgress({ label, total: experiment.epochs }) };
          }
          if (event.kind === "step") {
            const done = event.epoch - 1 + event.step / event.steps;
            await shown.progress.update({ done, values: { loss: event.loss } });
          } else {
            const { epoch, trainLoss, valDice } = event.row;
            const state = { done: epoch, values: { loss: trainLoss, "val Dice": valDice } };
            await shown.progress.update(state);
            if (epoch === experiment.epochs) {
              await shown.progress.finish(state);
              shown = undefined;
            }
          }
        }
      }
    }
    return next.value;
  } finally {
    await events.return(undefined as never); // Where showing fails, training ends, and is saved.
  }
}
