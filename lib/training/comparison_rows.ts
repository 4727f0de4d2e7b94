/**
 * Runs as rows of the results table.
 *
 * @module
 */
import { type ResultRow, summarizeMetrics } from "../evaluation/results_table.ts";
import { THESIS_TABLE_2 } from "../evaluation/thesis_results.ts";
import type { MethodRun } from "./comparison.ts";

/** The data set that the thesis' table is about. */
const THESIS_DATASET = "kvasir-seg";

/** One row a method, from the weights of the best validation epoch or of the last one. */
export function comparisonRows(
  results: readonly MethodRun[],
  profile: string,
  weights: "best" | "last" = "best",
): ResultRow[] {
  return results.map(({ method, run }) => {
    const { experiment, environment } = run;
    const test = run.test.filter((row) => row.weights === weights);
    const epsilon = experiment.epsilonControl === "adaptive"
      ? "adaptive"
      : experiment.loss === "polydice1"
      ? String(experiment.epsilon)
      : "–";
    return {
      method: method.name,
      title: method.title,
      dataset: experiment.dataset,
      profile,
      split: experiment.split,
      epsilon,
      seeds: [experiment.seed],
      images: test.length,
      weights,
      ours: summarizeMetrics(test),
      thesis: experiment.dataset === THESIS_DATASET ? THESIS_TABLE_2[method.name] : undefined,
      run: run.hash,
      seconds: run.seconds,
      environment: `${environment.backend}, ${environment.device}, Deno ${environment.deno}`,
    };
  });
}
