/**
 * Writes the results of a comparison for people and programs.
 *
 * @module
 */
import { join } from "@std/path";
import { resultsCsv, resultsMarkdown } from "../evaluation/results_table.ts";
import { writeAtomically } from "../files/atomic_file.ts";
import type { MethodRun } from "./train_method.ts";
import { comparisonRows } from "./comparison_rows.ts";

/** Names of the files that are written. */
export const RESULT_FILES = { markdown: "results.md", csv: "results.csv", json: "results.json" } as const;

/**
 * Writes the results table as Markdown, all rows (of the best and the last weights) as CSV, and everything as JSON: rows,
 * every run's record with experiment, history, per-image test rows and environment, and the runs that ε was chosen from.
 *
 * @returns The Markdown.
 */
export async function writeResults(
  directory: string,
  results: readonly MethodRun[],
  profile: string,
): Promise<string> {
  await Deno.mkdir(directory, { recursive: true });
  const best = comparisonRows(results, profile, "best");
  const rows = [...best, ...comparisonRows(results, profile, "last")];
  const markdown = resultsMarkdown(best);
  const runs = results.map(({ method, run, candidates }) => ({
    method: method.name,
    run,
    candidates: candidates.map(({ hash, experiment, history, bestEpoch }) => ({
      hash,
      epsilon: experiment.epsilon,
      validationDice: history[bestEpoch - 1].valDice,
    })),
  }));
  const files = {
    [RESULT_FILES.markdown]: markdown,
    [RESULT_FILES.csv]: resultsCsv(rows),
    [RESULT_FILES.json]: JSON.stringify({ format: 1, profile, rows, runs }, null, 1) + "\n",
  };
  for (const [name, text] of Object.entries(files)) {
    await writeAtomically(join(directory, name), new TextEncoder().encode(text));
  }
  return markdown;
}
