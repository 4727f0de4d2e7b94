/**
 * The runs of a study, each once, and where the record of each belongs.
 *
 * @module
 */
import { type Experiment, experimentHash } from "./experiment.ts";
import { type MadeChoice, type Study, type StudyChoice, type StudyData, studyExperiment } from "./study.ts";

/** One training that a study waits for. */
export interface StudyRun {
  /** In words, as in `"kvasir-seg grouped adaptive seed 2"`. */
  readonly name: string;
  /** Name of its method. */
  readonly method: string;
  /** Its settings. */
  readonly experiment: Experiment;
  /** Name of the record's file: of what it is, and of the hash of experiment and backend. No two runs share one. */
  readonly record: string;
  /** Where its images are. */
  readonly data: StudyData;
}

/** What is read of a finished run to choose among methods. */
export interface FinishedRun {
  /** Its settings. */
  readonly experiment: Experiment;
  /** Name of the backend. */
  readonly backend: string;
  /** From 1. */
  readonly bestEpoch: number;
  /** One row an epoch. */
  readonly history: readonly { readonly valDice: number }[];
}

/** Options of {@linkcode runsOf}. */
export interface StudyRunOptions {
  /** Name of the backend that computes. Default `"tensorflow"`. */
  readonly backend?: string;
}

/**
 * Every run of a study: the runs that a choice is made from first, then all methods of one seed before the next seed. Two
 * methods that come to one experiment are one run. The runs of a chosen method are among them as soon as all runs that it
 * is chosen from have their records.
 *
 * @param records Of finished runs, of this study or of others.
 */
export function runsOf(study: Study, records: readonly FinishedRun[] = [], options: StudyRunOptions = {}): StudyRun[] {
  const { backend = "tensorflow" } = options;
  const runs = new Map<string, StudyRun>();
  const add = (method: string, data: StudyData, seed: number) => {
    const run = studyRun(study, method, data, seed, backend);
    const hash = experimentHash(run.experiment, backend);
    if (!runs.has(hash)) runs.set(hash, run);
  };
  for (const { data, methods } of study.blocks) {
    for (const one of data) {
      for (const choice of methods.flatMap((method) => study.choices[method] ?? [])) {
        if (madeChoice(choice, one)) continue;
        for (const method of choice.from) add(method, one, choice.seed);
      }
    }
  }
  const seeds = [...new Set(study.blocks.flatMap((block) => block.seeds))].sort((a, b) => a - b);
  for (const seed of seeds) {
    for (const { data, methods, seeds: ofBlock } of study.blocks) {
      if (!ofBlock.includes(seed)) continue;
      for (const one of data) {
        for (const method of methods) {
          const choice = study.choices[method];
          const trained = choice ? chosenMethod(study, choice, one, records, options)?.method : method;
          if (trained !== undefined) add(trained, one, seed);
        }
      }
    }
  }
  return [...runs.values()];
}

/**
 * The run whose record has this name, whatever will be chosen: a machine that trains one run needs no other's record.
 *
 * @returns undefined where the study can have no such run
 */
export function runOfRecord(
  study: Study,
  record: string,
  { backend = "tensorflow" }: StudyRunOptions = {},
): StudyRun | undefined {
  for (const { data, methods, seeds } of study.blocks) {
    for (const name of methods) {
      const choice = study.choices[name];
      for (const method of choice?.from ?? [name]) {
        for (const one of data) {
          for (const seed of choice ? [choice.seed, ...seeds] : seeds) {
            const run = studyRun(study, method, one, seed, backend);
            if (run.record === record) return run;
          }
        }
      }
    }
  }
  return undefined;
}

function studyRun(study: Study, method: string, data: StudyData, seed: number, backend: string): StudyRun {
  const experiment = studyExperiment(study, method, data, seed);
  const words = [data.dataset, data.split, method];
  return {
    name: `${words.join(" ")} seed ${seed}`,
    method,
    experiment,
    record: `${words.join("-")}-seed${seed}-${experimentHash(experiment, backend)}.json`,
    data,
  };
}

/** What was chosen, and by which numbers. */
export interface Choice {
  /** The method that was chosen. */
  readonly method: string;
  /** Highest validation Dice of each method's run. */
  readonly validationDice: Readonly<Record<string, number>>;
}

/**
 * The method that a choice comes to on a data set: that of the run with the highest validation Dice at its best epoch, or
 * the one that the study states.
 *
 * @returns undefined where a run that it is chosen from has no record yet
 */
export function chosenMethod(
  study: Study,
  choice: StudyChoice,
  data: StudyData,
  records: readonly FinishedRun[],
  { backend = "tensorflow" }: StudyRunOptions = {},
): Choice | undefined {
  const made = madeChoice(choice, data);
  if (made) return { method: made.method, validationDice: made.validationDice };
  const found = new Map(records.map((record) => [experimentHash(record.experiment, record.backend), record]));
  const validationDice: Record<string, number> = {};
  for (const method of choice.from) {
    const record = found.get(experimentHash(studyExperiment(study, method, data, choice.seed), backend));
    if (!record) return undefined;
    validationDice[method] = record.history[record.bestEpoch - 1].valDice;
  }
  const highest = Math.max(...Object.values(validationDice));
  return { method: choice.from.find((method) => validationDice[method] === highest)!, validationDice };
}

function madeChoice({ made }: StudyChoice, { dataset, own, split }: StudyData): MadeChoice | undefined {
  return own === undefined ? made.find((one) => one.dataset === dataset && one.split === split) : undefined;
}
