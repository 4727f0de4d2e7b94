/**
 * What a study costs in the thesis' profile: time on workers, extrapolated from measured times of smaller runs.
 *
 * @module
 */
import { join } from "node:path";
import { imageArithmetic } from "../../bench/arithmetic.ts";
import { type Experiment, THESIS_EXPERIMENT } from "../../lib/experiment/experiment.ts";
import { changedStudy, type Study, studyExperiment } from "../../lib/experiment/study.ts";
import { runsOf } from "../../lib/experiment/study_runs.ts";
import { readRecords } from "../../lib/results/record_store.ts";
import { markdownTable } from "../../lib/text/markdown_table.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { mean } from "../../lib/statistics/mean.ts";
import { quantile } from "../../lib/statistics/quantile.ts";
import { TaskError } from "../cli/task_error.ts";

/** Numbers of workers that the table is for. */
const WORKERS = [1, 8, 64] as const;

/** What the cost is told from. */
export interface CostSources {
  /** The project's folder, with its records and bench. */
  readonly root: string;
  /** A training step of the thesis' network and batch as measured by the user, s. */
  readonly secondsPerStep?: number;
}

/**
 * The table of costs, in Markdown, with what is measured and what is extrapolated: the study's own committed records and
 * the bench's training step.
 *
 * @throws {TaskError} where a data set of the study has no record to count its images by, or a file can't be read
 */
export async function workflowCost(study: Study, { root, secondsPerStep }: CostSources): Promise<string> {
  const records = (await readRecords(join(root, "results", study.name))).records.map(({ record }) => record);
  const rounds = thesisRounds(study, records);
  const step = await benchStep(root);
  const { batchSize } = THESIS_EXPERIMENT;

  const rates: [label: string, rate: number][] = [
    [`two cores, from ${records.length} runs of the profile ${study.profile}`, recordedRate(records)],
    ["two cores, from the bench's step of 64/224/2", stepRate(step.seconds, step.images)],
  ];
  if (secondsPerStep !== undefined) {
    const label = `yours, from ${secondsPerStep} s a step of ${batchSize} images`;
    rates.push([label, stepRate(secondsPerStep, batchSize)]);
  }
  const rows = rates.map(([label, rate]) => [
    label,
    span(rate * mean(rounds.flat())),
    ...WORKERS.map((workers) => span(rate * rounds.reduce((sum, jobs) => sum + makespan(jobs, workers), 0))),
  ]);
  const headings = WORKERS.map((count) => `>${count} ${count === 1 ? "worker" : "workers"}`);
  return `${markdownTable(["One worker is", ">a job, mean", ...headings], rows)}

All numbers are **extrapolated**: the thesis' profile was never run whole. Measured are the times of ${records.length} runs
of the profile ${study.profile} (their median, as some ran beside other work) and the bench's training step (${
    step.seconds.toFixed(2)
  } s for ${step.images} images,
float32, this network and size). They are scaled by the multiply-accumulates of training, validation and MC Dropout, and
scheduled over the ${rounds.flat().length} networks of the study: a free worker takes the longest job, and runs of a chosen
method come after all others. Loading, queues and the test images' evaluation are not counted.`;
}

/**
 * Multiply-accumulates of one network's training: steps, validation after each epoch, and MC Dropout for the adaptive ε.
 */
export function trainingArithmetic(
  experiment: Experiment,
  { train, validation }: Pick<RunRecord["counts"], "train" | "validation">,
  epochs: number = experiment.epochs,
): number {
  const { shared, pass, first } = imageArithmetic(experiment.baseWidth, experiment.imageSize);
  const { epsilonControl, interval, startEpoch, passes } = experiment;
  const updates = epsilonControl === "adaptive" ? Math.max(0, Math.floor((epochs - startEpoch) / interval)) : 0;
  return epochs * (train * (3 * (shared + pass) - first) + validation * (shared + pass)) +
    updates * train * (shared + passes * pass);
}

/**
 * Arithmetic of each network of a study in the thesis' profile, by round: what waits for nothing, then what waits for a
 * choice. A chosen method is one that the deciding seed has trained; other seeds train it.
 */
export function thesisRounds(study: Study, records: readonly RunRecord[]): [number[], number[]] {
  const thesis = changedStudy(study, { profile: "thesis" });
  const arithmetic = (experiment: Experiment) => {
    const { dataset, split } = experiment;
    const known = records.find(({ experiment }) => experiment.dataset === dataset && experiment.split === split);
    if (known) return trainingArithmetic(experiment, known.counts);
    throw new TaskError(
      `Cannot tell the cost of ${study.name}: it has no record of ${dataset} ${split}. Sweep one run.`,
    );
  };
  const chosen = thesis.blocks.flatMap(({ data, methods, seeds }) =>
    methods.flatMap((method) => thesis.choices[method] ?? []).flatMap(({ from, seed: deciding }) =>
      data.flatMap((one) =>
        seeds.filter((seed) => seed !== deciding).map((seed) => studyExperiment(thesis, from[0], one, seed))
      )
    )
  );
  return [runsOf(thesis).map(({ experiment }) => arithmetic(experiment)), chosen.map(arithmetic)];
}

/** The time until the last job has ended, where a free worker takes the longest job that is left. */
export function makespan(jobs: readonly number[], workers: number): number {
  const ends = new Array<number>(workers).fill(0);
  for (const job of jobs.toSorted((a, b) => b - a)) ends[ends.indexOf(Math.min(...ends))] += job;
  return Math.max(...ends);
}

/** Seconds of each multiply-accumulate in recorded runs. */
function recordedRate(records: readonly RunRecord[]): number {
  const rates = records.map(({ experiment, counts, history, seconds }) =>
    seconds / trainingArithmetic(experiment, counts, history.length)
  );
  return quantile(rates, 0.5);
}

/** Seconds of each multiply-accumulate of a step of the thesis' network. */
function stepRate(seconds: number, images: number): number {
  const { baseWidth, imageSize } = THESIS_EXPERIMENT;
  const { shared, pass, first } = imageArithmetic(baseWidth, imageSize);
  return seconds / (images * (3 * (shared + pass) - first));
}

/** The bench's training step of the thesis' network and images, float32. */
async function benchStep(root: string): Promise<{ seconds: number; images: number }> {
  const path = join(root, "results", "bench", "bench.json");
  const { cases } = JSON.parse(await Deno.readTextFile(path));
  const { baseWidth, imageSize } = THESIS_EXPERIMENT;
  const found = cases.find(({ settings }: { settings: Record<string, unknown> }) =>
    settings.work === "train" && settings.precision === "float32" && settings.baseWidth === baseWidth &&
    settings.imageSize === imageSize
  );
  if (found) return { seconds: found.steady.ours.median / 1000, images: found.settings.batch };
  throw new TaskError(`Cannot tell the cost: ${path} has no training step of ${baseWidth}/${imageSize} in float32.`);
}

/** A time in the unit that reads best. */
function span(seconds: number): string {
  const hours = seconds / 3600;
  if (hours < 1) return `${Math.round(seconds / 60)} min`;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${Math.round(hours / 24)} days`;
}
