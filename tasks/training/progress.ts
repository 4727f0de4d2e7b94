/**
 * What the user sees while runs are trained one after another.
 *
 * @module
 */
import type { Experiment } from "../../lib/experiment/experiment.ts";
import { mean } from "../../lib/statistics/mean.ts";
import type { Run } from "../../lib/training/run.ts";
import type { RunEvent } from "../../lib/training/train_or_load.ts";
import { duration, type ProgressLine } from "../cli/progress_line.ts";

/** Follows trainings. */
export interface TrainingProgress {
  /** Run number `index` of the list begins. */
  begin(index: number, name: string): void;
  /** Something happens in it. */
  follow(experiment: Experiment, event: RunEvent): void;
  /** It is there, and what is done with it is done. It took so many seconds, or was trained before. */
  end(run: Run, seconds?: number): void;
}

/** Shows epoch, loss, validation Dice and the time left, of the run and of all. */
export function trainingProgress(
  line: ProgressLine,
  count: () => number,
  now: () => number = () => performance.now(),
): TrainingProgress {
  const finished: number[] = [];
  let index = 0, name = "", began = now();
  let validation = "";
  /** Steps that this process has done of the training under way, the milliseconds they took, and how many are left. */
  let done = 0, since = now();

  function left(stepsLeft: number): string {
    const here = (now() - since) / done * stepsLeft;
    const whole = [...finished, now() - began + here];
    const mean = whole.reduce((sum, value) => sum + value) / whole.length;
    const others = (count() - index - 1) * mean;
    const all = count() > 1 ? `, ${duration((here + others) / 1000)} in all` : "";
    return `${duration(here / 1000)} left here${all}`;
  }

  const place = () => count() > 1 ? `[${index + 1}/${count()}] ${name}` : name;

  return {
    begin(next, nextName) {
      if (next > index) finished.push(now() - began);
      [index, name, began, validation, done] = [next, nextName, now(), "", 0];
    },
    follow(experiment, event) {
      switch (event.kind) {
        case "step": {
          if (done === 0) since = now();
          const { epoch, step, steps, loss } = event;
          const stepsLeft = (experiment.epochs - epoch + 1) * steps - step;
          line.show(
            `${place()} · epoch ${epoch}/${experiment.epochs} · loss ${loss.toFixed(3)}${validation}` +
              (done > 0 ? ` · ${left(stepsLeft)}` : ""),
          );
          done++;
          return;
        }
        case "epoch":
          validation = ` · validation Dice ${event.row.valDice.toFixed(3)}`;
          return;
        case "resumed":
          line.say(`${place()}: going on after ${event.epoch} epochs and ${event.step} steps`);
          return;
        case "warning":
          line.say(`${place()}: ${event.message}`);
          return;
        case "loaded":
        case "update":
          done = 0;
      }
    },
    end(run, seconds) {
      line.say(`[${index + 1}/${count()}] ${name}: ${runSummary(run, seconds)}`);
    },
  };
}

/** What came of a run, in a line. */
export function runSummary({ hash, experiment, history, bestEpoch, test }: Run, seconds?: number): string {
  const dice = mean(test.filter(({ weights }) => weights === "best").map((row) => row.dice));
  const early = history.length < experiment.epochs
    ? `, stopped early after ${history.length} of ${experiment.epochs} epochs`
    : "";
  return `test Dice ${dice.toFixed(4)}, validation Dice ${history[bestEpoch - 1].valDice.toFixed(4)} in epoch ` +
    `${bestEpoch}${early}, ${seconds === undefined ? "was trained before" : `${seconds.toFixed(0)} s`}, run ${hash}`;
}
