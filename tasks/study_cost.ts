/**
 * What a study costs in the thesis' profile: time on workers, from measured times of smaller runs.
 *
 * @module
 */
import { imageArithmetic } from "../bench/arithmetic.ts";
import { type Experiment, THESIS_EXPERIMENT } from "../lib/experiment/experiment.ts";
import { changedStudy, type Study, studyExperiment } from "../lib/experiment/study.ts";
import { runsOf } from "../lib/experiment/study_runs.ts";
import { markdownTable } from "../lib/results/result_texts.ts";
import type { RunRecord } from "../lib/results/run_record.ts";
import { mean } from "../lib/statistics/mean.ts";
import { quantile } from "../lib/statistics/quantile.ts";
import { type ScheduledJob, scheduleLength } from "./list_schedule.ts";

/** Numbers of workers that the table is for. */
const WORKERS = [1, 8, 64] as const;

/** Images of a data set and split. */
export interface PartSizes {
  readonly train: number;
  readonly validation: number;
}

/** A measured training step: of the bench, or on somebody's GPU. */
export interface MeasuredStep {
  /** Time, s. */
  readonly seconds: number;
  /** Images of the step, of the thesis' network and size. */
  readonly images: number;
}

/**
 * Multiply-accumulates of one network's training: steps, validation after each epoch, and MC Dropout for the adaptive ε.
 */
export function trainingArithmetic(experiment: Experiment, { train, validation }: PartSizes, epochs: number): number {
  const { shared, pass, first } = imageArithmetic(experiment.baseWidth, experiment.imageSize);
  const { epsilonControl, interval, startEpoch, passes } = experiment;
  const updates = epsilonControl === "adaptive" ? Math.max(0, Math.floor((epochs - startEpoch) / interval)) : 0;
  return epochs * (train * (3 * (shared + pass) - first) + validation * (shared + pass)) +
    updates * train * (shared + passes * pass);
}

/**
 * A study's jobs in the thesis' profile, with a time for each multiply-accumulate: a network each. A chosen method is one
 * that the deciding seed has trained, and other seeds wait for the choice.
 */
export function thesisJobs(
  study: Study,
  sizes: (dataset: string, split: string) => PartSizes,
  secondsPerOperation: number,
): ScheduledJob[] {
  const thesis = changedStudy(study, { profile: "thesis" });
  const seconds = (experiment: Experiment) =>
    secondsPerOperation *
    trainingArithmetic(experiment, sizes(experiment.dataset, experiment.split), experiment.epochs);
  const runs = runsOf(thesis);
  const jobs: ScheduledJob[] = runs.map(({ experiment }) => ({ seconds: seconds(experiment), needs: [] }));
  for (const { data, methods, seeds } of thesis.blocks) {
    for (const choice of methods.flatMap((method) => thesis.choices[method] ?? [])) {
      for (const one of data) {
        const of = (method: string) => JSON.stringify(studyExperiment(thesis, method, one, choice.seed));
        const candidates = new Set(choice.from.map(of));
        const needs = [...runs.keys()].filter((index) => candidates.has(JSON.stringify(runs[index].experiment)));
        for (const seed of seeds.filter((seed) => seed !== choice.seed)) {
          jobs.push({ seconds: seconds(studyExperiment(thesis, choice.from[0], one, seed)), needs });
        }
      }
    }
  }
  return jobs;
}

/** Seconds of each multiply-accumulate in recorded runs: their median, as some ran beside other work. */
export function recordedRate(records: readonly RunRecord[]): number {
  const rates = records.map(({ experiment, counts, history, seconds }) =>
    seconds / trainingArithmetic(experiment, counts, history.length)
  );
  return quantile(rates, 0.5);
}

/** Seconds of each multiply-accumulate of a step of the thesis' network. */
function stepRate({ seconds, images }: MeasuredStep): number {
  const { baseWidth, imageSize } = THESIS_EXPERIMENT;
  const { shared, pass, first } = imageArithmetic(baseWidth, imageSize);
  return seconds / (images * (3 * (shared + pass) - first));
}

/** The table, in Markdown, with what is measured and what is extrapolated. */
export function costTable(
  study: Study,
  records: readonly RunRecord[],
  step: MeasuredStep,
  sizes: (dataset: string, split: string) => PartSizes,
  own?: MeasuredStep,
): string {
  const row = (label: string, rate: number) => {
    const jobs = thesisJobs(study, sizes, rate);
    return [
      label,
      span(mean(jobs.map(({ seconds }) => seconds))),
      ...WORKERS.map((count) => span(scheduleLength(jobs, count))),
    ];
  };
  const measured = records.length;
  const rows = [
    ...(measured > 0 ? [row(`two cores, from ${measured} runs of the profile small`, recordedRate(records))] : []),
    row("two cores, from the bench's step of 64/224/2", stepRate(step)),
    ...(own ? [row(`yours, from ${own.seconds} s a step of ${own.images} images`, stepRate(own))] : []),
  ];
  const jobs = thesisJobs(study, sizes, 1).length;
  const headings = [
    "One worker is",
    ">a job, mean",
    ...WORKERS.map((count) => `>${count} ${count === 1 ? "worker" : "workers"}`),
  ];
  return `${markdownTable(headings, rows)}

All numbers are **extrapolated**: the thesis' profile was never run whole. Measured are ${
    measured > 0
      ? `the times of ${measured} runs of the profile small (their median, as some ran beside other work) and `
      : ""
  }the bench's training step (${
    step.seconds.toFixed(2)
  } s for ${step.images} images, float32, this network and size). They are scaled by the
multiply-accumulates of training, validation and MC Dropout, and scheduled over the ${jobs} networks of the study: a free
worker takes the longest job whose needs are done. Loading, queues and the test images' evaluation are not counted.`;
}

/** A time in the unit that reads best. */
function span(seconds: number): string {
  const hours = seconds / 3600;
  if (hours < 1) return `${Math.round(seconds / 60)} min`;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.round(hours / 24)} days`;
}
