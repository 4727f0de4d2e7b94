/**
 * The comparison of the thesis' Table 2: every method of a profile, trained on the same split from the same seed.
 *
 * @module
 */
import { type Method, METHOD_NAMES, type MethodName, METHODS } from "./methods.ts";
import type { Profile } from "./profiles.ts";
import { countRuns, type MethodEvent, type MethodRun, trainMethod } from "./train_method.ts";
import type { RunData, RunOptions } from "./train_or_load.ts";

/** What happens on the way: an event of one run, and which run of how many it is. */
export interface ComparisonEvent extends MethodEvent {
  /** Whose run it is about. */
  readonly method: Method;
  /** From 1. */
  readonly runNumber: number;
  /** Number of all runs of the comparison. */
  readonly runCount: number;
}

/** What to compare. */
export interface ComparisonOptions extends RunOptions {
  /** Seed of the runs; default: the thesis experiment's. */
  readonly seed?: number;
  /** Default: the thesis' five. */
  readonly methods?: readonly MethodName[];
}

/** Trains or loads every method's run, and the runs that ε is chosen from. */
export async function* compareMethods(
  profile: Profile,
  data: RunData,
  options: ComparisonOptions,
): AsyncGenerator<ComparisonEvent, MethodRun[]> {
  const choice = { dataset: data.dataset.name, seed: options.seed };
  const methods = (options.methods ?? METHOD_NAMES).map((name) => METHODS[name]);
  const runCount = methods.reduce((sum, method) => sum + countRuns(profile, method, choice), 0);
  const results: MethodRun[] = [];
  let finished = 0;
  for (const method of methods) {
    const training = trainMethod(profile, method, choice, data, options);
    let runNumber = finished, experiment;
    try {
      let next = await training.next();
      for (; !next.done; next = await training.next()) {
        if (next.value.experiment !== experiment) runNumber++;
        experiment = next.value.experiment;
        yield { ...next.value, method, runNumber, runCount };
      }
      results.push(next.value);
    } finally {
      await training.return(undefined as never);
    }
    finished += countRuns(profile, method, choice);
  }
  return results;
}
