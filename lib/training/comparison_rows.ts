/**
 * Runs as rows of the results table.
 *
 * @module
 */
import { type ResultRow, summarizeMetrics } from "../evaluation/results_table.ts";
import { THESIS_DATASET, THESIS_TABLE_2 } from "../evaluation/thesis_results.ts";
import type { MethodRun } from "./train_method.ts";
import type { MethodName } from "./methods.ts";

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

/** A test image's Dice under two methods. */
export interface PairedScores {
  /** The image. */
  readonly id: string;
  /** Score of the first run. */
  readonly first: number;
  /** Score of the second run. */
  readonly second: number;
}

/**
 * Dice of every test image under two methods, from the weights of their best validation epochs.
 *
 * @throws {Error} When a method has no run in the results.
 */
export function pairedScores(results: readonly MethodRun[], first: MethodName, second: MethodName): PairedScores[] {
  const scoresOf = (name: MethodName) => {
    const found = results.find(({ method }) => method.name === name);
    if (!found) throw new Error(`Cannot compare ${first} with ${second}: there is no run of "${name}".`);
    return new Map(found.run.test.filter(({ weights }) => weights === "best").map(({ id, dice }) => [id, dice]));
  };
  const others = scoresOf(second);
  return [...scoresOf(first)].map(([id, dice]) => ({ id, first: dice, second: others.get(id)! }));
}
