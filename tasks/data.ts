/**
 * `deno task data`: gets and checks the published data sets, and checks images of your own.
 *
 * The one task that needs the network, and of it only the data sets' own servers.
 *
 * @module
 */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { findDatasets, projectDataDirectory, REAL_DATASETS } from "../lib/data/load_dataset.ts";
import { runCommandLine, taskCommand } from "./cli/command.ts";
import { didYouMean, pathOption, userPath } from "./cli/values.ts";
import { type CheckOptions, checkTask } from "./data/check.ts";
import { fetchDatasets } from "./data/fetch.ts";
import { verify } from "./data/verify.ts";
import { progressLine } from "./cli/progress_line.ts";
import { projectFolder } from "./setup/project_folder.ts";
import { TaskError } from "./cli/task_error.ts";
import { maskValues, SPLIT_HELP, splitName } from "./training/options.ts";

/** The data sets that can be fetched. */
const PUBLISHED = ["kvasir-seg", "cvc-clinicdb"] as const;
/** Name of a data set that can be fetched. */
type PublishedName = typeof PUBLISHED[number];

/** What the command's words lead to. Paths are absolute; `data` is undefined for the project's `data/`. */
export interface DataActions {
  list(options: { data?: string }): void;
  fetch(datasets: readonly PublishedName[], options: FetchOptions): Promise<void>;
  verify(options: { data?: string; dataset?: PublishedName; selection?: true; json?: string }): Promise<void>;
  check(options: CheckOptions): Promise<void>;
}

interface FetchOptions {
  readonly data?: string;
  /** Archive or folder to take. */
  readonly from?: string;
  readonly acceptTerms?: true;
}

/** The command `deno task data`. */
export function dataCommand({ list, fetch, verify, check }: DataActions) {
  const command = taskCommand(
    "deno task data",
    "Gets and checks the published data sets, and checks images of your own.",
  ).addHelpText("after", EXAMPLES);
  command.command("fetch", { isDefault: true })
    .description("gets data sets from their authors, or takes what you have; without a name lists what is there")
    .argument("[names...]", PUBLISHED.join(" or "), publishedNames)
    .addOption(pathOption("--from <path>", "archive (ZIP, RAR) or folder to take in place of fetching"))
    .addOption(dataOption("folder in which the data set's own is made (default: the project's data/)"))
    .option("--accept-terms", "agrees to the data set's terms without asking, for scripts")
    .action(async (names, options) => {
      if (names.length > 0) return await fetch([...new Set(names)], options);
      if (options.from !== undefined || options.acceptTerms) {
        throw new TaskError(`Cannot tell which data set to get: name ${PUBLISHED.join(" or ")}.`, 2);
      }
      command.outputHelp();
      list(options);
    });
  command.command("verify")
    .description("checks every file of a data set; exit status 1 where something is wrong")
    .addOption(dataOption("folder of the data set, or the one that holds it (default: the project's data/)"))
    .addOption(new Option("--dataset <name>", "which (default: what --data holds)").choices(PUBLISHED))
    .option(
      "--selection",
      "the folder is a selection or addition of yours: not to hold against the whole published set",
    )
    .addOption(pathOption("--json <file>", "writes counts, findings and notes to a file"))
    .action(verify);
  command.command("check")
    .description("says what training would understand of your own images; exit status 1 where it would refuse them")
    .argument("<path>", "folder of images and masks, or a CSV manifest", userPath)
    .addOption(pathOption("--json <file>", "writes what was understood, with every finding, to a file"))
    .addOption(
      pathOption("--page <file>", "where the page of pictures goes (default: results/checks/NAME.html)"),
    )
    .option(
      "--mask-value <list>",
      "values of the masks that are lesion, as in 1,2 (default: the masks say it)",
      maskValues,
    )
    .addOption(pathOption("--groups <file>", "CSV (image,group) of patients or videos"))
    .addOption(
      new Option("--fit <way>", "how images become square: stretched (the default), or padded with black")
        .choices(["stretch", "pad"]),
    )
    .option("--split <name>", SPLIT_HELP, splitName)
    .action(async (images, { maskValue, ...options }) => await check({ images, maskValues: maskValue, ...options }));
  return command;
}

const EXAMPLES = `
  deno task data                       this text and what is there
  deno task data kvasir-seg            fetches Kvasir-SEG from its authors (46 MB)
  deno task data cvc-clinicdb          fetches CVC-ClinicDB from its authors (271 MB unpacked)
  deno task data NAME --from PATH      takes an archive or a folder that you have
  deno task data verify                checks every file of a data set
  deno task data check DIR             what training would understand of your own images
  deno task data fetch --help          the options of getting one; so verify --help and check --help

Every file of a published set is compared with the published one by SHA-256. A data set appears whole or not at all.`;

function dataOption(description: string) {
  return pathOption("--data <folder>", description, "POLYDICE_DATA");
}

/** Collects names; whoever mistypes another command is told it too, as this one stands for all unknown words. */
function publishedNames(word: string, before: PublishedName[] | undefined): PublishedName[] {
  const name = PUBLISHED.find((name) => name === word), valid = ["check", "verify", ...PUBLISHED];
  if (name !== undefined) return [...before ?? [], name];
  throw new InvalidArgumentError(`Expected one of ${valid.join(", ")}.${didYouMean(word, valid)}`);
}

/** What a folder holds, a line for each data set. */
export function datasetLines(directory: string): string[] {
  const found = new Map(findDatasets(directory).map(({ name, images }) => [name as string, images]));
  const line = (name: string, text: string) => `  ${name.padEnd(14)}${text}`;
  return [
    `In ${directory}:`,
    line("synthetic", "rendered where it is needed"),
    ...REAL_DATASETS.map(({ name, official }) => {
      const folder = found.get(name);
      if (folder === undefined) return line(name, "not there");
      const images = [...Deno.readDirSync(folder)].filter((entry) => !entry.name.startsWith("."));
      return line(name, `${images.length} of ${official.count} images in ${folder}`);
    }),
  ];
}

const ACTIONS: DataActions = {
  list: ({ data = projectDataDirectory() }) => console.log(["", ...datasetLines(data)].join("\n")),
  fetch: (names, { data: directory = projectDataDirectory(), from, acceptTerms = false }) =>
    fetchDatasets({
      ...{ directory, from, acceptTerms, ...projectFolder(), line: progressLine() },
      definitions: REAL_DATASETS.filter(({ name }) => names.some((wanted) => wanted === name)),
      ask: Deno.stdin.isTerminal() ? prompt : undefined,
    }),
  verify: ({ data: directory = projectDataDirectory(), dataset, selection = false, json }) =>
    verify({ directory, dataset, selection, json, line: progressLine() }),
  check: (options) => checkTask(options, progressLine()),
};

if (import.meta.main) await runCommandLine(dataCommand(ACTIONS));
