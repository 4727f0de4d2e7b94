/**
 * What a method's runs on one data set and split come to.
 *
 * @module
 */
import type { Choice } from "../experiment/study_runs.ts";
import { METRIC_NAMES, type MetricName } from "../metrics/metric_names.ts";
import { errorRetention, expectedCalibrationError } from "../statistics/calibration.ts";
import { mean, sampleStandardDeviation } from "../statistics/mean.ts";
import { type MeanInterval, meanInterval } from "../statistics/bootstrap.ts";
import { orderCorrelation } from "../statistics/correlation.ts";
import type { NativeRecord, RunRecord, TestRecord, WeightsName } from "./run_record.ts";

/** Draws of an interval that is told to two digits: they move its ends by less than a hundredth. */
const RESAMPLES = 2000;

/** The runs of one method. */
export interface MethodRuns {
  /** Name of the method or of the choice. */
  readonly method: string;
  /** Name for people. */
  readonly title: string;
  /** Seeds that the study wants. */
  readonly planned: readonly number[];
  /** One a seed, lowest seed first; empty where the runs are still missing. */
  readonly records: readonly RunRecord[];
  /** An earlier method whose runs these are too, as of PolyDice-1 with ε = 0 where the best fixed ε is 0. */
  readonly sameAs?: string;
  /** What was chosen, where the method is a choice of the study, and by which validation Dice. */
  readonly choice?: Choice;
}

/** Each metric over seeds: means over images first, then mean and deviation of these. */
export type MetricSummaries = Readonly<Record<MetricName, SeedSummary>>;

/** A method on one data set and split. */
export interface MethodResults extends MethodRuns {
  /** ε of the runs: a number, several with their seeds, `"adaptive"`, or `"–"` where the loss has none. */
  readonly epsilon: string;
  /** `"5"`, or `"3 of 5"` where runs are missing. */
  readonly seeds: string;
  /** Whether every planned run is there. */
  readonly complete: boolean;
  /** Under the weights of the best validation epoch; undefined where there is no run yet. */
  readonly best?: MetricSummaries;
  /** Under the weights of the last epoch. */
  readonly last?: MetricSummaries;
  /**
   * Under the weights of the best validation epoch, each image's score averaged over seeds: the mean and its 95 % interval
   * for other images and these very networks.
   */
  readonly ours?: Readonly<Record<MetricName, MeanInterval>>;
  /** The thesis' values, where it has some for this data set. */
  readonly thesis?: Readonly<Record<MetricName, number>>;
  /** How well it knows what it doesn't know, under the weights of the best validation epoch. */
  readonly uncertainty?: UncertaintyResults;
  /** Training and evaluation of all seeds. */
  readonly seconds: number;
}

/** Uncertainty against error: image by image, and over all pixels of the test images. */
export interface UncertaintyResults {
  /** Spearman's ρ of D (which needs the mask) and 1 − Dice over the test images. */
  readonly difficulty?: SeedSummary;
  /** Spearman's ρ of the image's mean predictive entropy (which needs no mask) and 1 − Dice. */
  readonly entropy?: SeedSummary;
  /** Expected calibration error of the mean probability. */
  readonly calibrationError: SeedSummary;
  /** Share of wrongly classified pixels. */
  readonly error: SeedSummary;
  /** Area under the curve of error kept against uncertainty rejected. */
  readonly area: SeedSummary;
  /** That area over the error: 1 for an uncertainty that says nothing, the lower the better; none without an error. */
  readonly areaShare?: SeedSummary;
}

/** Rows of a record under one of its weights, in the order of the ids, which is the same for all records of a group. */
export function testRows(record: RunRecord, weights: WeightsName): TestRecord[] {
  return record.test.filter((row) => row.weights === weights).sort((a, b) => a.id < b.id ? -1 : 1);
}

/** The same at the size of the images' own files; none where the run was not scored there. */
export function nativeRows(record: RunRecord, weights: WeightsName): NativeRecord[] {
  return record.native.filter((row) => row.weights === weights).sort((a, b) => a.id < b.id ? -1 : 1);
}

/** Everything but intervals of what a method's runs say. */
export function methodResults(runs: MethodRuns, thesis?: Readonly<Record<MetricName, number>>): MethodResults {
  const { records, planned } = runs;
  const complete = records.length === planned.length;
  return {
    ...runs,
    epsilon: epsilonText(records),
    seeds: complete ? `${planned.length}` : `${records.length} of ${planned.length}`,
    complete,
    ...(records.length > 0 && {
      best: metricSummaries(records, "best"),
      last: metricSummaries(records, "last"),
      ours: imageIntervals(records),
      uncertainty: uncertaintyResults(records),
    }),
    ...(thesis && { thesis }),
    seconds: records.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function metricSummaries(records: readonly RunRecord[], weights: WeightsName): MetricSummaries {
  const rows = records.map((record) => testRows(record, weights));
  const summary = (name: MetricName) => summarizeSeeds(rows.map((ofRun) => mean(ofRun.map((row) => row[name]))))!;
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, summary(name)])) as MetricSummaries;
}

function imageIntervals(records: readonly RunRecord[]): Record<MetricName, MeanInterval> {
  const rows = Map.groupBy(records.flatMap((record) => testRows(record, "best")), ({ id }) => id);
  const interval = (name: MetricName) =>
    meanInterval([...rows.values()].map((ofImage) => mean(ofImage.map((row) => row[name]))), { resamples: RESAMPLES });
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, interval(name)])) as Record<MetricName, MeanInterval>;
}

/** ε as it was set or chosen; where seeds chose differently, each value with the number of its seeds. */
function epsilonText(records: readonly RunRecord[]): string {
  const values = records.map(({ experiment: { loss, epsilon, epsilonControl } }) =>
    loss !== "polydice1" ? "–" : epsilonControl === "adaptive" ? "adaptive" : `${epsilon}`
  );
  const counted = [...Map.groupBy(values, (value) => value)].sort(([a], [b]) => Number(a) - Number(b));
  if (counted.length < 2) return counted[0]?.[0] ?? "";
  return counted.map(([value, { length }]) => `${value} (${length} ×)`).join(", ");
}

function uncertaintyResults(records: readonly RunRecord[]): UncertaintyResults {
  const ofBest = <Bins extends { readonly weights: WeightsName }>(bins: readonly Bins[]) =>
    bins.find(({ weights }) => weights === "best")!;
  const calibration = records.map((record) => ofBest(record.calibration));
  const uncertainty = records.map((record) => ofBest(record.uncertainty));
  const retentions = uncertainty.map(errorRetention);
  return {
    difficulty: errorCorrelation(records, "difficulty"),
    entropy: errorCorrelation(records, "entropy"),
    calibrationError: summarizeSeeds(calibration.map(expectedCalibrationError))!,
    error: summarizeSeeds(retentions.map(({ error }) => error))!,
    area: summarizeSeeds(retentions.map(({ area }) => area))!,
    areaShare: summarizeSeeds(retentions.map(({ area, error }) => area / error)),
  };
}

/** Spearman's ρ of an image's uncertainty and its error, in each run. */
function errorCorrelation(records: readonly RunRecord[], field: "difficulty" | "entropy"): SeedSummary | undefined {
  return summarizeSeeds(records.map((record) => {
    const rows = testRows(record, "best");
    return orderCorrelation(rows.map((row) => row[field]), rows.map((row) => 1 - row.dice));
  }));
}

/** Mean and spread over the runs of several seeds. */
export interface SeedSummary {
  /** Mean. */
  readonly mean: number;
  /** Sample standard deviation; undefined for one seed, which has no spread. */
  readonly deviation?: number;
  /** Number of seeds. */
  readonly seeds: number;
  /** The value of each of these seeds, in the order given. */
  readonly values: readonly number[];
}

/**
 * Summarises one value a seed; values that are not defined (NaN, as the correlation of a constant) are left out, and
 * `seeds` counts the others.
 *
 * @returns undefined where no value is left
 */
export function summarizeSeeds(values: readonly number[]): SeedSummary | undefined {
  const defined = values.filter((value) => !Number.isNaN(value));
  if (defined.length === 0) return undefined;
  const deviation = defined.length > 1 ? sampleStandardDeviation(defined) : undefined;
  return { mean: mean(defined), deviation, seeds: defined.length, values: defined };
}
