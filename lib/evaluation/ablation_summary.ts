/**
 * The ablations: what each choice of the thesis does.
 *
 * @module
 */
import { mean } from "../statistics/mean.ts";
import { groupRecords, incomparability, seedOf, testRows } from "./result_groups.ts";
import type { RecordedWeights, RunRecord } from "./run_record.ts";
import { type DifferenceSummary, seedDifferences, summarizeDifferences } from "./seed_differences.ts";
import { type SeedSummary, summarizeSeeds } from "./seed_summary.ts";

/** A run of an ablation; the record's `method` is the variant. */
export interface AblationRun {
  /** Name of the ablation: the folder of the record. */
  readonly ablation: string;
  /** The run's record. */
  readonly record: RunRecord;
}

/** Name of the variant that others are compared with: the thesis' choice. */
export const REFERENCE_VARIANT = "reference";

/** The ablation whose reference stands for all that have none of their own. */
export const SHARED_REFERENCE = "reference";

/** One variant of one ablation on one data set and split. */
export interface AblationSummary {
  /** Name of the ablation. */
  readonly ablation: string;
  /** Name of the data set. */
  readonly dataset: string;
  /** How the images are split. */
  readonly split: string;
  /** Name of the variant. */
  readonly variant: string;
  /** Name for people. */
  readonly title: string;
  /** Seeds of the runs. */
  readonly seeds: readonly number[];
  /** Number of test images. */
  readonly images: number;
  /** With the weights of the best validation epoch. */
  readonly best: SeedSummary;
  /** With the weights of the last epoch. */
  readonly last: SeedSummary;
  /** Dice of this variant minus that of the reference on the same seeds; undefined for the reference itself. */
  readonly difference?: DifferenceSummary;
  /** The same under the weights of the last epoch. */
  readonly lastDifference?: DifferenceSummary;
}

/**
 * Summarises every variant, the reference first. Where an ablation has no reference of its own, it is listed with that of
 * the ablation {@linkcode SHARED_REFERENCE}, which has no rows for itself then. Variants of other size, images or length
 * than the shared reference have no difference.
 *
 * @throws {Error} when records of an ablation are not comparable
 */
export function summarizeAblations(runs: readonly AblationRun[]): AblationSummary[] {
  const byAblation = Map.groupBy(runs, ({ ablation }) => ablation);
  const shared = (byAblation.get(SHARED_REFERENCE) ?? []).map(({ record }) => record);
  const names = [...byAblation.keys()].sort().filter((name) => name !== SHARED_REFERENCE || byAblation.size === 1);
  return names.flatMap((ablation) => {
    const own = byAblation.get(ablation)!.map(({ record }) => record);
    const hasReference = own.some(({ method }) => method === REFERENCE_VARIANT);
    const known = new Set(own.map(({ experiment: { dataset, split } }) => `${dataset} ${split}`));
    const lent = hasReference
      ? []
      : shared.filter((reference) =>
        known.has(`${reference.experiment.dataset} ${reference.experiment.split}`) &&
        own.every((record) => incomparability(record, reference) === undefined)
      );
    return groupRecords([...own, ...lent]).flatMap(({ dataset, split, methods }) => {
      const isReference = (method: string) => method === REFERENCE_VARIANT;
      const reference = methods.find(({ method }) => isReference(method))?.records ?? [];
      const ordered = methods.toSorted((a, b) =>
        Number(isReference(b.method)) - Number(isReference(a.method)) ||
        a.method.localeCompare(b.method, "en", { numeric: true })
      );
      return ordered.map(({ method, title, records }): AblationSummary => ({
        ablation,
        dataset,
        split,
        variant: method,
        title,
        seeds: records.map(seedOf),
        images: records[0].counts.test,
        best: diceSummary(records, "best"),
        last: diceSummary(records, "last"),
        ...(isReference(method) ? {} : {
          difference: summarizeDifferences(seedDifferences(reference, records, { weights: "best" })),
          lastDifference: summarizeDifferences(seedDifferences(reference, records, { weights: "last" })),
        }),
      }));
    });
  });
}

function diceSummary(records: readonly RunRecord[], weights: RecordedWeights): SeedSummary {
  return summarizeSeeds(records.map((record) => mean(testRows(record, weights).map(({ dice }) => dice))))!;
}
