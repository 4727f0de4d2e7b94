/**
 * Follows trainings with a live display.
 *
 * @module
 */
import { METHODS } from "../experiment/methods.ts";
import type { SessionEvent } from "../training/session.ts";
import type { Progress } from "./progress.ts";
import { show, showProgress } from "./show.ts";

/**
 * A listener for trainings that shows a bar for each run with epoch, loss, validation Dice and time left, and says of
 * stored runs that they were loaded.
 *
 * @example Give it to `trainMethods()`
 * ```ts ignore
 * const [run] = await trainMethods(session, ["adaptive"], { onEvent: watch() });
 * ```
 */
export function watch(): (event: SessionEvent) => Promise<void> {
  const shown = new Map<number, Progress>();
  return async ({ event, experiment, method, runNumber, runCount }) => {
    const ofCount = runCount > 1 ? ` (run ${runNumber} of ${runCount})` : "";
    const label = `${METHODS[method].title}${ofCount}`;
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
      case "ended":
        await shown.get(runNumber)?.finish();
        shown.delete(runNumber);
        break;
      case "step":
      case "epoch": {
        const progress = shown.get(runNumber) ?? showProgress({ label, total: experiment.epochs });
        shown.set(runNumber, progress);
        if (event.kind === "step") {
          const done = event.epoch - 1 + event.step / event.steps;
          await progress.update({ done, values: { loss: event.loss } });
        } else {
          const { epoch, trainLoss, valDice } = event.row;
          await progress.update({ done: epoch, values: { loss: trainLoss, "val Dice": valDice } });
        }
      }
    }
  };
}
