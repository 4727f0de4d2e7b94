/**
 * The comparison of the thesis' Table 2: every method of a profile, trained on the same split from the same seed.
 *
 * @module
 */
import type { Experiment } from "./experiment.ts";
import { type Method, METHOD_NAMES, type MethodName, METHODS } from "./methods.ts";
import { methodExperiments, type Profile } from "./profiles.ts";
import type { Run } from "./run.ts";
import { type RunData, type RunEvent, type RunOptions, trainOrLoad } from "./train_or_load.ts";

/** A method with the run that stands for it, and all runs that it was chosen from. */
export interface MethodRun {
  readonly method: Method;
  readonly run: Run;
  /** One run, or one for each ε that was tried. */
  readonly candidates: readonly Run[];
}

/** What happens on the way: an event of one run, and which run of how many it is. */
export interface ComparisonEvent {
  readonly method: Method;
  readonly experiment: Experiment;
  /** From 1. */
  readonly runNumber: number;
  readonly runCount: number;
  readonly event: RunEvent;
}

/** What to compare. */
export interface ComparisonOptions extends RunOptions {
  readonly seed?: number;
  /** Default: the thesis' five. */
  readonly methods?: readonly MethodName[];
}

/**
 * Trains or loads every method's runs. Where ε is searched, the run with the highest validation Dice stands for the
 * method (the first of equals); test images have no part in the choice.
 */
export async function* compareMethods(
  profile: Profile,
  data: RunData,
  options: ComparisonOptions,
): AsyncGenerator<ComparisonEvent, MethodRun[]> {
  const choice = { dataset: data.dataset.name, seed: options.seed };
  const plan = (options.methods ?? METHOD_NAMES).map((name) => {
    const method = METHODS[name];
    return { method, experiments: methodExperiments(profile, method, choice) };
  });
  const runCount = plan.reduce((sum, { experiments }) => sum + experiments.length, 0);
  const results: MethodRun[] = [];
  let runNumber = 0;
  for (const { method, experiments } of plan) {
    const candidates: Run[] = [];
    for (const experiment of experiments) {
      runNumber++;
      const training = trainOrLoad(experiment, data, options);
      try {
        let next = await training.next();
        for (; !next.done; next = await training.next()) {
          yield { method, experiment, runNumber, runCount, event: next.value };
        }
        candidates.push(next.value);
      } finally {
        await training.return(undefined as never); // Where the caller leaves early, so does the training: it is saved.
      }
    }
    const run = candidates.reduce((best, other) => bestValidationDice(other) > bestValidationDice(best) ? other : best);
    results.push({ method, run, candidates });
  }
  return results;
}

/** Mean validation Dice of a run's best epoch. */
export function bestValidationDice(run: Run): number {
  return run.history[run.bestEpoch - 1].valDice;
}
