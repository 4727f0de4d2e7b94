/**
 * The runs in a folder, for tasks that use one of them.
 *
 * @module
 */
import type { Run } from "../lib/training/run.ts";
import { loadRun } from "../lib/training/run_store.ts";
import { TaskError } from "./cli/task_error.ts";

/** Names of the runs in a folder, finished or not. */
async function runNames(runs: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(runs));
    return entries.filter(({ name, isDirectory }) => isDirectory && /^[0-9a-f]+$/.test(name)).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * The one run whose name begins so.
 *
 * @param task what is to be done with it, such as `"export"`: the task's name as well
 * @throws {TaskError} with status 2 where there is none or more than one
 */
export async function findRun(runs: string, beginning: string, task: string): Promise<string> {
  const found = (await runNames(runs)).filter((name) => name.startsWith(beginning)).sort();
  if (found.length === 1 || found.includes(beginning)) return found.includes(beginning) ? beginning : found[0];
  throw new TaskError(
    found.length === 0
      ? `Cannot ${task} run "${beginning}": there is none of that name in ${runs}. \`deno task ${task}\` lists them.`
      : `Cannot ${task} run "${beginning}": ${found.join(" and ")} begin so. Name more of it.`,
    2,
  );
}

/** A line for each finished run, the newest last. */
export async function runLines(runs: string): Promise<string[]> {
  const loaded = await Promise.all((await runNames(runs)).map((name) => loadRun(runs, name).catch(() => undefined)));
  const finished = loaded.filter((run): run is Run => run !== undefined)
    .sort((a, b) => a.environment.finishedAt < b.environment.finishedAt ? -1 : 1);
  if (finished.length === 0) return [`No finished run in ${runs}. \`deno task reproduce\` trains some.`];
  return [
    `In ${runs}:`,
    ...finished.map(({ hash, experiment, history, bestEpoch, environment }) => {
      const { dataset, loss, epsilon, epsilonControl, imageSize, seed, epochs } = experiment;
      const control = loss === "polydice1" ? ` ε ${epsilonControl === "adaptive" ? "adaptive" : epsilon}` : "";
      const dice = history[bestEpoch - 1]?.valDice.toFixed(3);
      const length = history.length < epochs ? `${history.length} of ${epochs}` : `${epochs}`;
      return `  ${hash}  ${dataset}, ${imageSize} px, ${loss}${control}, ${length} epochs, seed ${seed}: ` +
        `validation Dice ${dice}, ` +
        environment.finishedAt.slice(0, 16).replace("T", " ");
    }),
  ];
}
