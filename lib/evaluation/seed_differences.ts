/**
 * Differences between two methods on the same images and seeds.
 *
 * @module
 */
import { crossedBootstrap, type DifferenceInterval, pairedBootstrap } from "../statistics/bootstrap.ts";
import { mean } from "../statistics/mean.ts";
import { seedOf, testRows } from "./result_groups.ts";
import type { MetricName } from "./results_table.ts";
import type { RecordedWeights, RunRecord } from "./run_record.ts";
import { type SeedSummary, summarizeSeeds } from "./seed_summary.ts";

/** Second method minus first, seed by seed and image by image. */
export interface SeedDifferences {
  /** Seeds that both have, in the order of `values`. */
  readonly seeds: readonly number[];
  /** `[seeds][images]` */
  readonly values: readonly (readonly number[])[];
}

/** What a mean difference is and how sure it is. */
export interface DifferenceSummary {
  /** Mean over seeds of the mean over images; the deviation is that over seeds. */
  readonly bySeed: SeedSummary;
  /** Seeds whose mean difference is above 0. */
  readonly seedsAhead: number;
  /** 95 % interval for other images and these training runs: images drawn anew, after averaging over seeds. */
  readonly overImages: DifferenceInterval;
  /** 95 % interval for other images and other training runs: both drawn anew; undefined for one seed. */
  readonly overSeeds?: DifferenceInterval;
}

/** Draws of the bootstrap. The ends of an interval then have a standard error of less than a hundredth of its width. */
const RESAMPLES = 10_000;

/**
 * The differences of a metric on the seeds that both methods have.
 *
 * @param first records of one method, on the same images as those of the other
 * @param second records of the other
 * @param select whether an image counts; default: every one
 */
export function seedDifferences(
  first: readonly RunRecord[],
  second: readonly RunRecord[],
  { metric = "dice", weights = "best", select = () => true }: {
    metric?: MetricName;
    weights?: RecordedWeights;
    select?: (id: string) => boolean;
  } = {},
): SeedDifferences {
  const pairs = first.flatMap((record) => {
    const other = second.find((candidate) => seedOf(candidate) === seedOf(record));
    return other ? [[record, other]] : [];
  });
  const scores = (record: RunRecord) =>
    testRows(record, weights).filter(({ id }) => select(id)).map((row) => row[metric]);
  return {
    seeds: pairs.map(([record]) => seedOf(record)),
    values: pairs.map(([record, other]) => {
      const base = scores(record);
      return scores(other).map((score, index) => score - base[index]);
    }),
  };
}

/** One difference an image: the mean over seeds. */
export function imageDifferences({ values }: SeedDifferences): number[] {
  return values[0].map((_, image) => mean(values.map((differences) => differences[image])));
}

/** Summarises differences; undefined where the methods share no seed. */
export function summarizeDifferences(differences: SeedDifferences): DifferenceSummary | undefined {
  const { values } = differences;
  if (values.length === 0 || values[0].length === 0) return undefined;
  const means = values.map(mean);
  const ofImages = imageDifferences(differences);
  return {
    bySeed: summarizeSeeds(means)!,
    seedsAhead: means.filter((value) => value > 0).length,
    overImages: pairedBootstrap(ofImages.map(() => 0), ofImages, { resamples: RESAMPLES }),
    overSeeds: values.length > 1 ? crossedBootstrap(values, { resamples: RESAMPLES }) : undefined,
  };
}
