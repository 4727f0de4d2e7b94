/**
 * The main table: every method's metrics over seeds, ours beside the thesis'.
 *
 * @module
 */
import { mean } from "../statistics/mean.ts";
import { type MethodRuns, type ResultGroup, seedsText, testRows } from "./result_groups.ts";
import { METRIC_NAMES, type MetricName } from "./results_table.ts";
import type { RecordedWeights, RunRecord } from "./run_record.ts";
import { type SeedSummary, summarizeSeeds } from "./seed_summary.ts";
import { THESIS_DATASET, THESIS_TABLE_2 } from "./thesis_results.ts";

/** Each metric over seeds: means of images first, then mean and deviation of these. */
export type MetricSummaries = Readonly<Record<MetricName, SeedSummary>>;

/** One method on one data set and split. */
export interface MethodSummary {
  /** Name of the data set. */
  readonly dataset: string;
  /** How the images are split. */
  readonly split: string;
  /** Name of the method. */
  readonly method: string;
  /** Name for people. */
  readonly title: string;
  /** ε of the runs: a number, several with their seeds, `"adaptive"`, or `"–"` where the loss has none. */
  readonly epsilon: string;
  /** `"5"`, or `"3 of 5"` where runs are missing. */
  readonly seeds: string;
  /** An earlier method whose runs these are too. */
  readonly sameAs?: string;
  /** Whether every planned run is there. */
  readonly complete: boolean;
  /** Number of test images; 0 where there is no run yet. */
  readonly images: number;
  /** Under the weights of the best validation epoch; undefined where there is no run yet. */
  readonly best?: MetricSummaries;
  /** Under the weights of the last epoch. */
  readonly last?: MetricSummaries;
  /** The thesis' values, where it has some for this data set. */
  readonly thesis?: Readonly<Record<MetricName, number>>;
  /** Training and evaluation of all seeds. */
  readonly seconds: number;
}

/** Summarises every method of a group, missing runs as gaps. */
export function summarizeMethods({ dataset, split, methods }: ResultGroup): MethodSummary[] {
  return methods.map((runs) => {
    const { method, title, records, sameAs } = runs;
    const seeds = seedsText(runs);
    return {
      dataset,
      split,
      method,
      title,
      epsilon: epsilonText(runs),
      seeds,
      ...(sameAs !== undefined && { sameAs }),
      complete: !seeds.includes("of"),
      images: records[0]?.counts.test ?? 0,
      best: metricSummaries(records, "best"),
      last: metricSummaries(records, "last"),
      thesis: dataset === THESIS_DATASET ? THESIS_TABLE_2[method] : undefined,
      seconds: records.reduce((sum, record) => sum + record.seconds, 0),
    };
  });
}

function metricSummaries(records: readonly RunRecord[], weights: RecordedWeights): MetricSummaries | undefined {
  if (records.length === 0) return undefined;
  const summary = (name: MetricName) =>
    summarizeSeeds(records.map((record) => mean(testRows(record, weights).map((row) => row[name]))))!;
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, summary(name)])) as MetricSummaries;
}

/** ε as it was set or chosen; where seeds chose differently, each value with the number of its seeds. */
function epsilonText({ records }: MethodRuns): string {
  const values = records.map(({ experiment: { loss, epsilon, epsilonControl } }) =>
    loss !== "polydice1" ? "–" : epsilonControl === "adaptive" ? "adaptive" : `${epsilon}`
  );
  const counted = [...Map.groupBy(values, (value) => value)].sort(([a], [b]) => Number(a) - Number(b));
  if (counted.length < 2) return counted[0]?.[0] ?? "";
  return counted.map(([value, { length }]) => `${value} (${length} ×)`).join(", ");
}
