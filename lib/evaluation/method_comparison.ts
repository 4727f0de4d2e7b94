/**
 * The adaptive method against each other one, image by image.
 *
 * @module
 */
import { holmCorrection } from "../statistics/holm_correction.ts";
import { wilcoxonSignedRank } from "../statistics/wilcoxon_signed_rank.ts";
import type { ResultGroup } from "./result_groups.ts";
import type { RecordedWeights } from "./run_record.ts";
import {
  type DifferenceSummary,
  imageDifferences,
  type SeedDifferences,
  seedDifferences,
  summarizeDifferences,
} from "./seed_differences.ts";

/** The method of the thesis, which the others are compared with. */
export const ADAPTIVE_METHOD = "adaptive";

/** Level of the tests, as usual. */
const LEVEL = 0.05;

/** The adaptive method minus another one, Dice. */
export interface MethodComparison extends DifferenceSummary {
  /** Name of the data set. */
  readonly dataset: string;
  /** How the images are split. */
  readonly split: string;
  /** Under which weights. */
  readonly weights: RecordedWeights;
  /** The other method. */
  readonly method: string;
  /** Name for people. */
  readonly title: string;
  /** Seeds that both have. */
  readonly seeds: readonly number[];
  /** Number of test images. */
  readonly images: number;
  /** Of Wilcoxon's signed-rank test of the images' differences, averaged over seeds. */
  readonly pValue: number;
  /** The same after Holm's correction over the comparisons of the group, of which the same runs under two names are one. */
  readonly corrected: number;
  /**
   * `"ahead"` or `"behind"`: the corrected p-value is under 0.05 and the interval over images and seeds leaves out 0;
   * `"open"` where the data do not tell the two apart, or there is one seed only.
   */
  readonly verdict: "ahead" | "behind" | "open";
}

/** Compares the adaptive method with each other method of a group; methods without a common seed are left out. */
export function compareWithAdaptive(group: ResultGroup, weights: RecordedWeights = "best"): MethodComparison[] {
  const { dataset, split, methods } = group;
  const adaptive = methods.find(({ method }) => method === ADAPTIVE_METHOD)?.records ?? [];
  const others = methods.filter(({ method }) => method !== ADAPTIVE_METHOD);
  const found = others.flatMap(({ method, title, records, sameAs }) => {
    const differences = seedDifferences(records, adaptive, { weights });
    const summary = summarizeDifferences(differences);
    return summary ? [{ method, title, sameAs, differences, summary, pValue: imagePValue(differences) }] : [];
  });
  const tested = found.filter(({ sameAs }) => sameAs === undefined);
  const holm = holmCorrection(tested.map(({ pValue }) => pValue));
  const correctedOf = new Map(tested.map(({ method }, index) => [method, holm[index]]));
  return found.map(({ method, title, sameAs, differences, summary, pValue }) => ({
    dataset,
    split,
    weights,
    method,
    title,
    seeds: differences.seeds,
    images: differences.values[0].length,
    ...summary,
    pValue,
    corrected: correctedOf.get(sameAs ?? method)!,
    verdict: verdictOf(summary, correctedOf.get(sameAs ?? method)!),
  }));
}

function imagePValue(differences: SeedDifferences): number {
  return wilcoxonSignedRank(imageDifferences(differences)).pValue;
}

function verdictOf({ overSeeds }: DifferenceSummary, corrected: number): MethodComparison["verdict"] {
  if (!overSeeds || corrected >= LEVEL) return "open";
  return overSeeds.lower > 0 ? "ahead" : overSeeds.upper < 0 ? "behind" : "open";
}
