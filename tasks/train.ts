/**
 * `deno task train`: one run.
 *
 * @module
 */
import { progressLine } from "./cli/progress_line.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { setup } from "./setup.ts";
import { runTask } from "./cli/task_error.ts";
import { parseTrainOptions, TRAIN_HELP } from "./train_options.ts";
import { trainPlanned } from "./train_planned.ts";

async function main(args: string[]): Promise<number> {
  const { root } = projectFolder();
  const options = parseTrainOptions(args, root, Deno.env.toObject());
  if (!options) {
    console.log(TRAIN_HELP);
    return 0;
  }
  const line = progressLine();
  if ((options.places.backend ?? "tensorflow") === "tensorflow") await setup({ progress: line });
  const { written } = await trainPlanned([options.planned], options.places, line);
  console.log(written.length > 0 ? `Record: ${written[0]}` : "This run has its record already.");
  return 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
