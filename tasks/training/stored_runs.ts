/**
 * The runs in a folder, for tasks that use one of them.
 *
 * @module
 */
import { join } from "node:path";
import type { DataPlaces } from "../../lib/data/open_data.ts";
import { ifThere, writeAtomically } from "../../lib/files/atomic_file.ts";
import { readRegularFile } from "../../lib/files/regular_file.ts";
import { terminalText } from "../../lib/text/escape.ts";
import type { Run } from "../../lib/training/run.ts";
import { findRuns, loadRun, runDirectory, runNames } from "../../lib/training/run_store.ts";
import { plainly, TaskError } from "../cli/task_error.ts";

/**
 * The one finished run whose name begins so.
 *
 * @param task What is to be done with it, such as `"export"`: the task's name as well.
 * @throws {TaskError} with status 2 where there is none or more than one, with 1 where it is damaged or not finished
 */
export async function findRun(runs: string, beginning: string, task: string): Promise<Run> {
  const found = (await runNames(runs)).filter((name) => name.startsWith(beginning));
  const [hash] = found.includes(beginning) ? [beginning] : found;
  if (hash === undefined || (found.length > 1 && hash !== beginning)) {
    throw new TaskError(
      hash === undefined
        ? `Cannot ${task} run "${beginning}": there is none of that name in ${runs}. \`deno task ${task}\` lists them.`
        : `Cannot ${task} run "${beginning}": ${found.join(" and ")} begin so. Name more of it.`,
      2,
    );
  }
  const run = await plainly(() => loadRun(runs, hash));
  if (!run) throw new TaskError(`Cannot ${task} run ${hash}: it is not finished. The command that trained it goes on.`);
  return run;
}

/** A line for each finished run, the newest last; then what is wrong with others. */
export async function runLines(folder: string): Promise<string[]> {
  const { runs, damaged } = await findRuns(folder);
  const lines = runs.map(({ hash, experiment, backend, history, bestEpoch, environment }) => {
    const { dataset, split, loss, epsilon, epsilonControl, imageSize, seed, epochs } = experiment;
    const control = loss === "polydice1" ? ` ε ${epsilonControl === "adaptive" ? "adaptive" : epsilon}` : "";
    const dice = history[bestEpoch - 1]?.valDice.toFixed(3);
    const length = history.length < epochs ? `${history.length} of ${epochs}` : `${epochs}`;
    return terminalText(
      `  ${hash}  ${dataset} ${split}, ${imageSize} px, ${loss}${control}, ${length} epochs, seed ${seed}` +
        `${backend === "tensorflow" ? "" : `, ${backend}`}: validation Dice ${dice}, ` +
        `${environment.finishedAt.slice(0, 16).replace("T", " ")}`,
    );
  });
  return [
    ...(lines.length > 0
      ? [`In ${folder}:`, ...lines]
      : [`No finished run in ${folder}. \`deno task train\` and \`deno task reproduce\` train some.`]),
    ...damaged.map((message) => terminalText(message)),
  ];
}

const PLACES_FILE = "places.json";

/** Paths of a user's own images and of their groups. */
export type OwnPlaces = Pick<DataPlaces, "own" | "groups">;

/** Notes where a run's own images lie; of published data sets nothing. */
export async function rememberPlaces(runs: string, hash: string, { own, groups }: DataPlaces): Promise<void> {
  if (own === undefined) return;
  const text = JSON.stringify({ own, groups });
  await writeAtomically(join(runDirectory(runs, hash), PLACES_FILE), new TextEncoder().encode(`${text}\n`));
}

/** Where a run's own images lay when it was trained or loaded last; nothing where that is not known. */
export async function rememberedPlaces(runs: string, hash: string): Promise<OwnPlaces> {
  const bytes = await ifThere(readRegularFile(join(runDirectory(runs, hash), PLACES_FILE)));
  try {
    const { own, groups } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof own === "string" ? { own, ...(typeof groups === "string" && { groups }) } : {};
  } catch {
    return {};
  }
}
