/**
 * The run of a method: one training, or the best of a search.
 *
 * @module
 */
import type { Experiment } from "./experiment.ts";
import type { Method } from "./methods.ts";
import { type ExperimentChoice, methodExperiment, methodExperiments, type Profile } from "./profiles.ts";
import type { Run } from "./run.ts";
import { type RunData, type RunEvent, type RunOptions, trainOrLoad } from "./train_or_load.ts";

/** A method with the run that stands for it, and all runs that it was chosen from. */
export interface MethodRun {
  /** The method. */
  readonly method: Method;
  /** Its run. */
  readonly run: Run;
  /** One run, or one for each ε that was tried. */
  readonly candidates: readonly Run[];
}

/** What happens on the way, and to which run. */
export interface MethodEvent {
  /** Settings of the run. */
  readonly experiment: Experiment;
  /** What happened. */
  readonly event: RunEvent;
}

/** Which of a method's experiments. */
export interface MethodChoice extends ExperimentChoice {
  /**
   * Seed of the runs that ε is chosen from, where it is searched; default: the run's own. With one search seed for all
   * seeds of a method, ε is searched once a data set, as the thesis does.
   */
  readonly searchSeed?: number;
}

/** How many runs {@linkcode trainMethod} trains or loads. */
export function countRuns(profile: Profile, method: Method, choice: MethodChoice): number {
  return methodExperiments(profile, method, choice).length + (needsFinalRun(method, choice) ? 1 : 0);
}

/**
 * Trains or loads a method's run. Where ε is searched, the run with the highest validation Dice decides (the first of
 * equals); test images have no part in the choice.
 */
export async function* trainMethod(
  profile: Profile,
  method: Method,
  choice: MethodChoice,
  data: RunData,
  options: RunOptions,
): AsyncGenerator<MethodEvent, MethodRun> {
  const candidates: Run[] = [];
  const searched = method.searchesEpsilon ? { ...choice, seed: choice.searchSeed ?? choice.seed } : choice;
  for (const experiment of methodExperiments(profile, method, searched)) {
    candidates.push(yield* eventsOf(experiment, data, options));
  }
  let run = candidates.reduce((best, other) => bestValidationDice(other) > bestValidationDice(best) ? other : best);
  if (needsFinalRun(method, choice)) {
    const { epsilon } = run.experiment;
    run = yield* eventsOf(methodExperiment(profile, method, { ...choice, epsilon }), data, options);
  }
  return { method, run, candidates };
}

/** Mean validation Dice of a run's best epoch. */
export function bestValidationDice(run: Run): number {
  return run.history[run.bestEpoch - 1].valDice;
}

function needsFinalRun({ searchesEpsilon }: Method, { searchSeed, seed }: MethodChoice): boolean {
  return searchesEpsilon && searchSeed !== undefined && searchSeed !== seed;
}

async function* eventsOf(experiment: Experiment, data: RunData, options: RunOptions): AsyncGenerator<MethodEvent, Run> {
  const training = trainOrLoad(experiment, data, options);
  try {
    let next = await training.next();
    for (; !next.done; next = await training.next()) yield { experiment, event: next.value };
    return next.value;
  } finally {
    await training.return(undefined as never); // Where the caller leaves early, so does the training: it is saved.
  }
}
