/**
 * A method against others, on the same images and seeds.
 *
 * @module
 */
import { crossedBootstrap, type DifferenceInterval, pairedBootstrap } from "../statistics/bootstrap.ts";
import { crossedInterval } from "../statistics/crossed_effects.ts";
import { equivalenceTest } from "../statistics/paired_t_test.ts";
import { holmCorrection } from "../statistics/holm_correction.ts";
import { mean } from "../statistics/mean.ts";
import { wilcoxonSignedRank } from "../statistics/wilcoxon_signed_rank.ts";
import { type MethodRuns, nativeRows, type SeedSummary, summarizeSeeds, testRows } from "./method_results.ts";
import type { RunRecord, WeightsName } from "./run_record.ts";

/** Level of the tests, as usual. */
export const LEVEL = 0.05;

/** Fewer seeds say nothing of other trainings, so there is no verdict. */
export const VERDICT_SEEDS = 3;

/** Draws of the bootstrap. The ends of an interval then have a standard error of less than a hundredth of its width. */
const RESAMPLES = 10_000;

/** One method minus another, Dice of the test images. */
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
  /** The same by the variance that each of them brings; undefined for one seed or image. */
  readonly byVariance?: DifferenceInterval;
}

/** A method minus another one, whose name and title these are. */
export interface MethodComparison extends DifferenceSummary, Pick<MethodRuns, "method" | "title"> {
  /** Under which weights. */
  readonly weights: WeightsName;
  /** Seeds that both have. */
  readonly seeds: readonly number[];
  /** Of Wilcoxon's signed-rank test of the images' differences, averaged over seeds. */
  readonly pValue: number;
  /** The same after Holm's correction over the comparisons, of which the same runs under two names are one. */
  readonly corrected: number;
  /**
   * `"ahead"` or `"behind"`: the corrected p-value is under 0.05 and the interval over images and seeds leaves out 0;
   * `"open"` where the data do not tell the two apart; undefined with one or two seeds, which decide nothing.
   */
  readonly verdict?: "ahead" | "behind" | "open";
  /** Whether the interval over images and seeds lies within the study's margin; undefined without either. */
  readonly withinMargin?: boolean;
  /** Of the equivalence test of the seeds' mean differences against the margin. */
  readonly equivalencePValue?: number;
}

/** Compares a method with others; those without a common seed are left out. */
export function compareMethods(
  method: MethodRuns,
  others: readonly MethodRuns[],
  { weights, margin }: { readonly weights: WeightsName; readonly margin?: number },
): MethodComparison[] {
  const found = others.flatMap((other) => {
    const differences = seedDifferences(other.records, method.records, weights);
    const summary = summarizeDifferences(differences);
    if (!summary) return [];
    const { pValue } = wilcoxonSignedRank(imageDifferences(differences));
    return [{ other, seeds: differences.seeds, summary, pValue }];
  });
  const tested = found.filter(({ other }) => !found.some(({ other: { method } }) => method === other.sameAs));
  const holm = holmCorrection(tested.map(({ pValue }) => pValue));
  const correctedOf = new Map(tested.map(({ other }, index) => [other.method, holm[index]]));
  return found.map(({ other, seeds, summary, pValue }) => {
    const corrected = correctedOf.get(other.method) ?? correctedOf.get(other.sameAs!)!;
    return {
      weights,
      method: other.method,
      title: other.title,
      seeds,
      ...summary,
      pValue,
      corrected,
      ...(seeds.length >= VERDICT_SEEDS && verdictOf(summary, corrected, margin)),
    };
  });
}

function verdictOf(
  { overSeeds, bySeed }: DifferenceSummary,
  corrected: number,
  margin: number | undefined,
): Pick<MethodComparison, "verdict" | "withinMargin" | "equivalencePValue"> {
  const { lower, upper } = overSeeds!;
  return {
    verdict: corrected >= LEVEL ? "open" : lower > 0 ? "ahead" : upper < 0 ? "behind" : "open",
    ...(margin !== undefined && {
      withinMargin: lower > -margin && upper < margin,
      equivalencePValue: equivalenceTest(bySeed.values, margin).pValue,
    }),
  };
}

/**
 * The differences in Dice on the seeds that both methods have: second minus first. Both are of the same test images. At the
 * images' own size those runs count that were scored there.
 */
export function seedDifferences(
  first: readonly RunRecord[],
  second: readonly RunRecord[],
  weights: WeightsName,
  size: "working" | "native" = "working",
): SeedDifferences {
  const rows = size === "working" ? testRows : nativeRows;
  const scores = (record: RunRecord) => rows(record, weights).map(({ dice }) => dice);
  const pairs = first.flatMap((record) => {
    const other = second.find(({ experiment }) => experiment.seed === record.experiment.seed);
    return other && scores(record).length > 0 && scores(other).length > 0 ? [[record, other]] : [];
  });
  return {
    seeds: pairs.map(([{ experiment }]) => experiment.seed),
    values: pairs.map(([record, other]) => {
      const base = scores(record);
      return scores(other).map((score, index) => score - base[index]);
    }),
  };
}

/** One difference an image: the mean over seeds. */
function imageDifferences({ values }: SeedDifferences): number[] {
  return values[0].map((_, image) => mean(values.map((differences) => differences[image])));
}

/** Summarises differences; undefined where the methods share no seed. */
export function summarizeDifferences(differences: SeedDifferences): DifferenceSummary | undefined {
  const { values } = differences;
  if (values.length === 0) return undefined;
  const means = values.map(mean);
  const ofImages = imageDifferences(differences);
  return {
    bySeed: summarizeSeeds(means)!,
    seedsAhead: means.filter((value) => value > 0).length,
    overImages: pairedBootstrap(ofImages.map(() => 0), ofImages, { resamples: RESAMPLES }),
    overSeeds: values.length > 1 ? crossedBootstrap(values, { resamples: RESAMPLES }) : undefined,
    byVariance: values.length > 1 && ofImages.length > 1 ? crossedInterval(values) : undefined,
  };
}

/** A test image's Dice under two methods. */
export interface PairedScore {
  /** The image. */
  readonly id: string;
  /** Under the first method. */
  readonly first: number;
  /** Under the second method. */
  readonly second: number;
}

/** Dice of every test image under two methods, each the mean over the seeds that it has. */
export function pairedScores(first: MethodRuns, second: MethodRuns, weights: WeightsName = "best"): PairedScore[] {
  const scores = ({ records }: MethodRuns) => {
    const byImage = Map.groupBy(records.flatMap((record) => testRows(record, weights)), ({ id }) => id);
    return new Map([...byImage].map(([id, rows]) => [id, mean(rows.map(({ dice }) => dice))]));
  };
  const others = scores(second);
  return [...scores(first)].flatMap(([id, score]) => {
    const other = others.get(id);
    return other === undefined ? [] : [{ id, first: score, second: other }];
  });
}
