/**
 * `deno task data`: gets and checks the published data sets.
 *
 * The one task that needs the network, and of it only the data sets' own servers.
 *
 * @module
 */
import { workFolder } from "../lib/data/acquisition/acquire_dataset.ts";
import { findDatasets, projectDataDirectory, REAL_DATASETS } from "../lib/data/load_dataset.ts";
import { acquire } from "./data_acquire.ts";
import { HELP, parseDataOptions } from "./data_options.ts";
import { verify } from "./data_verify.ts";
import { progressLine } from "./cli/progress_line.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { runTask } from "./cli/task_error.ts";

/** What a folder holds, a line for each data set. */
export function datasetLines(directory: string): string[] {
  const found = new Map(findDatasets(directory).map((folders) => [folders.name as string, folders]));
  const state = (definition: typeof REAL_DATASETS[number]) => {
    const { name, official } = definition, folders = found.get(name);
    if (folders !== undefined) {
      const images = [...Deno.readDirSync(folders.images)].filter((entry) => !entry.name.startsWith(".")).length;
      return `${images} of ${official.count} images in ${folders.images}`;
    }
    return isThere(workFolder(definition, directory)) ? "begun, not finished" : "not there";
  };
  const line = (name: string, text: string) => `  ${name.padEnd(14)}${text}`;
  return [
    `In ${directory}:`,
    line("synthetic", "rendered where it is needed"),
    ...REAL_DATASETS.map((definition) => line(definition.name, state(definition))),
  ];
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

async function main(args: string[]): Promise<number> {
  const { root, cache } = projectFolder();
  const env = { INIT_CWD: Deno.env.get("INIT_CWD"), POLYDICE_DATA: Deno.env.get("POLYDICE_DATA") };
  const command = parseDataOptions(args, root, env);
  if (command.kind === "help") {
    console.log(HELP);
    return 0;
  }
  const directory = command.directory ?? projectDataDirectory(), line = progressLine();
  if (command.kind === "list") console.log([HELP, "", ...datasetLines(directory)].join("\n"));
  else if (command.kind === "verify") await verify({ ...command, directory, line });
  else {
    const definitions = REAL_DATASETS.filter(({ name }) => (command.datasets as readonly string[]).includes(name));
    await acquire({
      ...command,
      definitions,
      directory,
      root,
      cache,
      line,
      ask: Deno.stdin.isTerminal() ? prompt : undefined,
    });
  }
  return 0;
}

if (import.meta.main) await runTask(() => main(Deno.args));
