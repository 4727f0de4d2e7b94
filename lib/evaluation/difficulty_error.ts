/**
 * Whether a network's uncertainty tells which images it gets wrong.
 *
 * @module
 */
import { spearmanCorrelation } from "../statistics/correlation.ts";
import { type ResultGroup, seedsText, testRows } from "./result_groups.ts";
import type { RecordedWeights } from "./run_record.ts";
import { type SeedSummary, summarizeSeeds } from "./seed_summary.ts";

/** Rank correlations of one method, over seeds. */
export interface DifficultyError {
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
  /** Number of test images. */
  readonly images: number;
  /** Spearman's ρ of D (which needs the mask) and 1 − Dice over the test images. */
  readonly difficulty?: SeedSummary;
  /** Spearman's ρ of the image's mean predictive entropy (which needs no mask) and 1 − Dice. */
  readonly entropy?: SeedSummary;
}

/** Correlates uncertainty and error, image by image in each run, for every method with a run. */
export function correlateDifficulty(group: ResultGroup, weights: RecordedWeights = "best"): DifficultyError[] {
  const { dataset, split, methods } = group;
  return methods.filter(({ records }) => records.length > 0).map((runs) => {
    const { method, title, records } = runs;
    const correlation = (field: "difficulty" | "entropy") =>
      summarizeSeeds(records.map((record) => {
        const rows = testRows(record, weights);
        if (rows.length < 2) return NaN; // one image has no order
        return spearmanCorrelation(rows.map((row) => row[field]), rows.map((row) => 1 - row.dice));
      }));
    return {
      dataset,
      split,
      weights,
      method,
      title,
      seeds: seedsText(runs),
      images: records[0].counts.test,
      difficulty: correlation("difficulty"),
      entropy: correlation("entropy"),
    };
  });
}
