/**
 * `deno task sweep`: many runs, resumable.
 *
 * @module
 */
import { join } from "node:path";
import { describePlanned, plannedRecordPath } from "../lib/training/planned_run.ts";
import { duration, progressLine } from "./cli/progress_line.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { setup } from "./setup.ts";
import { parseSweepOptions, SWEEP_HELP, type SweepOptions } from "./sweep_options.ts";
import { runTask } from "./cli/task_error.ts";
import { trainPlanned } from "./train_planned.ts";

async function main(args: string[]): Promise<number> {
  const { root } = projectFolder();
  const options = parseSweepOptions(args, root, Deno.env.toObject());
  if (!options) {
    console.log(SWEEP_HELP);
    return 0;
  }
  if (options.list) {
    await printPlan(options);
    return 0;
  }
  const line = progressLine();
  const started = performance.now();
  if ((options.places.backend ?? "tensorflow") === "tensorflow") await setup({ progress: line });
  const { written, recorded } = await trainPlanned(options.plan, options.places, line);
  console.log(
    `${written.length} ${written.length === 1 ? "run" : "runs"} trained in ${
      duration((performance.now() - started) / 1000)
    }, ${recorded} had their record. ` + tablesHint(options.places.results, root),
  );
  return 0;
}

/** How to get tables from the records. */
function tablesHint(results: string, root: string): string {
  const option = results === join(root, "results") ? "" : ` --results ${results}`;
  return `\`deno task results${option}\` makes the tables.`;
}

async function printPlan({ plan, places }: SweepOptions): Promise<void> {
  let done = 0;
  for (const planned of plan) {
    const there = await Deno.stat(join(places.results, plannedRecordPath(planned))).then(() => true, () => false);
    if (there) done++;
    console.log(`${there ? "recorded" : "to train"}  ${describePlanned(planned)}`);
  }
  console.log(`${plan.length} runs, ${done} of them recorded`);
}

if (import.meta.main) await runTask(() => main(Deno.args));
