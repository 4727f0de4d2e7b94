/**
 * The table of costs of `deno task workflow --cost`, from the project's own records, bench and splits.
 *
 * @module
 */
import { join } from "node:path";
import { THESIS_EXPERIMENT } from "../lib/experiment/experiment.ts";
import { readRecords } from "../lib/results/record_store.ts";
import { costTable, type MeasuredStep, type PartSizes } from "./study_cost.ts";
import { TaskError } from "./cli/task_error.ts";
import { readStudy } from "./training/study_file.ts";

/** The study whose cost is told, and whose records tell the time. */
export const COSTED_STUDY = "protocol";

/**
 * Makes the table.
 *
 * @param root the project's folder
 * @param secondsPerStep measured by the user, for a batch of the thesis
 * @throws {TaskError} where records, bench or splits can't be read
 */
export async function workflowCost(root: string, secondsPerStep?: number): Promise<string> {
  try {
    const study = await readStudy(COSTED_STUDY, root);
    const { records } = await readRecords(join(root, "results", COSTED_STUDY));
    const sizes = await readSizes(join(root, "data", "splits"));
    const own = secondsPerStep === undefined
      ? undefined
      : { seconds: secondsPerStep, images: THESIS_EXPERIMENT.batchSize };
    return costTable(
      study,
      records.map(({ record }) => record),
      await benchStep(root),
      (dataset, split) => sizes[`${dataset}_${split}`],
      own,
    );
  } catch (error) {
    throw new TaskError(`Cannot tell the cost: ${(error as Error).message}`);
  }
}

/** The bench's training step of the thesis' network and images, float32. */
async function benchStep(root: string): Promise<MeasuredStep> {
  const { cases } = JSON.parse(await Deno.readTextFile(join(root, "results", "bench", "bench.json")));
  const { baseWidth, imageSize } = THESIS_EXPERIMENT;
  const found = cases.find(({ settings }: { settings: Record<string, unknown> }) =>
    settings.work === "train" && settings.precision === "float32" && settings.baseWidth === baseWidth &&
    settings.imageSize === imageSize
  );
  if (!found) throw new Error(`results/bench/bench.json has no training step of ${baseWidth}/${imageSize} in float32`);
  return { seconds: found.steady.ours.median / 1000, images: found.settings.batch };
}

/** Images of each part, by `<dataset>_<split>`. */
async function readSizes(folder: string): Promise<Record<string, PartSizes>> {
  const sizes: Record<string, PartSizes> = {};
  for await (const { name } of Deno.readDir(folder)) {
    const match = /^(.+_(?:grouped|random|published))_seed0\.csv$/.exec(name);
    if (!match) continue;
    const parts = (await Deno.readTextFile(join(folder, name))).trim().split("\n").map((line) => line.split(",")[1]);
    const count = (wanted: string) => parts.filter((part) => part.trim() === wanted).length;
    sizes[match[1]] = { train: count("train"), validation: count("validation") };
  }
  return sizes;
}
