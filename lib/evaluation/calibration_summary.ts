/**
 * Calibration of the mean probability and of the uncertainty, over all pixels of the test images.
 *
 * @module
 */
import { errorRetention, expectedCalibrationError, type RetentionPoint } from "../statistics/calibration.ts";
import { type ResultGroup, seedsText } from "./result_groups.ts";
import type { CalibrationBins, RecordedWeights, RunRecord, UncertaintyBins } from "./run_record.ts";
import { type SeedSummary, summarizeSeeds } from "./seed_summary.ts";

/** A bin of the mean probability, the pixels of all seeds together. */
export interface ReliabilityPoint {
  /** Mean probability of the bin's pixels. */
  readonly probability: number;
  /** Share of them that is lesion. */
  readonly frequency: number;
  /** Share of all pixels that is in the bin. */
  readonly share: number;
}

/** One method on one data set and split. */
export interface CalibrationSummary {
  /** Name of the data set. */
  readonly dataset: string;
  /** How the images are split. */
  readonly split: string;
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** Name of the method. */
  readonly method: string;
  /** Name for people. */
  readonly title: string;
  /** Seeds of the runs. */
  readonly seeds: string;
  /** Expected calibration error of the mean probability. */
  readonly calibrationError: SeedSummary;
  /** Share of wrongly classified pixels. */
  readonly error: SeedSummary;
  /** Area under the curve of error kept against uncertainty rejected. */
  readonly area: SeedSummary;
  /** That area over the error: 1 for an uncertainty that says nothing, the lower the better; none without an error. */
  readonly areaShare?: SeedSummary;
  /** Bins with pixels, lowest probability first. */
  readonly reliability: readonly ReliabilityPoint[];
  /** The curve of all seeds' pixels together. */
  readonly retention: readonly RetentionPoint[];
}

/** Summarises every method with a run. */
export function summarizeCalibration(group: ResultGroup, weights: RecordedWeights = "best"): CalibrationSummary[] {
  const { dataset, split, methods } = group;
  return methods.filter(({ records }) => records.length > 0).map((runs) => {
    const { method, title, records } = runs;
    const calibration = records.map((record) => binsOf(record, "calibration", weights));
    const uncertainty = records.map((record) => binsOf(record, "uncertainty", weights));
    const retentions = uncertainty.map(errorRetention);
    return {
      dataset,
      split,
      weights,
      method,
      title,
      seeds: seedsText(runs),
      calibrationError: summarizeSeeds(calibration.map(expectedCalibrationError))!,
      error: summarizeSeeds(retentions.map(({ error }) => error))!,
      area: summarizeSeeds(retentions.map(({ area }) => area))!,
      areaShare: summarizeSeeds(retentions.map(({ area, error }) => area / error)),
      reliability: reliabilityPoints(calibration),
      retention: errorRetention({
        counts: sumOfLists(uncertainty.map(({ counts }) => counts)),
        errors: sumOfLists(uncertainty.map(({ errors }) => errors)),
      }).curve,
    };
  });
}

function binsOf(record: RunRecord, field: "calibration", weights: RecordedWeights): CalibrationBins;
function binsOf(record: RunRecord, field: "uncertainty", weights: RecordedWeights): UncertaintyBins;
function binsOf(record: RunRecord, field: "calibration" | "uncertainty", weights: RecordedWeights) {
  return record[field].find((bins) => bins.weights === weights)!;
}

function reliabilityPoints(runs: readonly CalibrationBins[]): ReliabilityPoint[] {
  const counts = sumOfLists(runs.map((bins) => bins.counts));
  const probability = sumOfLists(runs.map((bins) => bins.probability));
  const lesion = sumOfLists(runs.map((bins) => bins.lesion));
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.flatMap((count, bin) =>
    count === 0 ? [] : [{ probability: probability[bin] / count, frequency: lesion[bin] / count, share: count / total }]
  );
}

/** Position by position; the lists are bins of the same ranges. */
function sumOfLists(lists: readonly (readonly number[])[]): number[] {
  const [first] = lists;
  if (lists.some(({ length }) => length !== first.length)) {
    throw new RangeError(
      `Cannot add bins of several seeds: found ${lists.map(({ length }) => length).join(" and ")} bins`,
    );
  }
  return first.map((_, bin) => lists.reduce((sum, list) => sum + list[bin], 0));
}
