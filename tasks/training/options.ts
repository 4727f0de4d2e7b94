/**
 * Options that several tasks have: which images, which settings, and where things are.
 *
 * @module
 */
import { join } from "node:path";
import { type Command, type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { BACKEND_NAMES, type BackendName } from "../../lib/backend/use_backend.ts";
import { datasetIn } from "../../lib/data/load_dataset.ts";
import { parseMaskValues } from "../../lib/data/mask_rule.ts";
import { datasetReference } from "../../lib/data/dataset_reference.ts";
import { ownSplit } from "../../lib/data/image_source.ts";
import type { DataPlaces } from "../../lib/data/open_data.ts";
import { type Experiment, SPLIT, THESIS_EXPERIMENT } from "../../lib/experiment/experiment.ts";
import { PROFILE_NAMES, PROFILES } from "../../lib/experiment/profiles.ts";
import { pathOption, userPath } from "../cli/values.ts";
import { projectFolder } from "../setup/project_folder.ts";
import { TaskError } from "../cli/task_error.ts";

/** Which images; every field may be missing. Like the others here no interface, which commander would not take. */
export type DataOptions = {
  readonly dataset?: string;
  readonly data?: string;
  readonly groups?: string;
  readonly split?: string;
  readonly fit?: Experiment["fit"];
  readonly maskValue?: string;
};

/** Help of `--split`. */
export const SPLIT_HELP =
  "grouped, random, published, manifest (your own images' parts), or a fold, as fold-2-of-5; by " +
  "default manifest where your images have parts for training and test, else grouped";

/** Adds the options that say which images. */
export function withDataOptions<Args extends unknown[], Values extends Record<string, unknown>>(
  command: Command<Args, Values>,
): Command<Args, Values & DataOptions> {
  // Typed by hand: inferred through a generic command, the types of so many options take TypeScript minutes.
  return (command as CommandUnknownOpts)
    .addOption(
      new Option(
        "--dataset <name>",
        "synthetic, kvasir-seg, cvc-clinicdb, or the path of your own images: a folder or a CSV manifest; by default " +
          "what --data holds, else synthetic",
      ).env("POLYDICE_DATASET"),
    )
    .addOption(pathOption("--data <folder>", "folder that holds Kvasir-SEG or CVC-ClinicDB", "POLYDICE_DATA"))
    .addOption(
      pathOption("--groups <file>", "your own images: CSV (image,group) of patients or videos", "POLYDICE_GROUPS"),
    )
    .addOption(
      new Option("--split <name>", SPLIT_HELP)
        .argParser(splitName).env("POLYDICE_SPLIT"),
    )
    .addOption(
      new Option("--fit <way>", "how images become square: stretched (the default), or padded with black")
        .choices(["stretch", "pad"]).env("POLYDICE_FIT"),
    )
    .addOption(
      new Option(
        "--mask-value <list>",
        "values of the masks that are lesion, as in 1,2; by default told from the masks",
      )
        .argParser(maskValues).env("POLYDICE_MASK_VALUE"),
    ) as unknown as Command<Args, Values & DataOptions>;
}

/** Where runs are and what computes. */
export type RunOptions = {
  /** Folder, absolute. */
  readonly runs: string;
  readonly backend: BackendName;
};

/** Adds the options that say where runs are and what computes. */
export function withRunOptions<Args extends unknown[], Values extends Record<string, unknown>>(
  command: Command<Args, Values>,
): Command<Args, Values & RunOptions> {
  // Typed by hand: inferred through a generic command, the types of so many options take TypeScript minutes.
  return (command as CommandUnknownOpts)
    .addOption(
      pathOption("--runs <folder>", "folder of checkpoints and weights").default(
        join(projectFolder().root, "runs"),
        "runs",
      ),
    )
    .addOption(
      new Option("--backend <name>", "what computes").choices(BACKEND_NAMES).default("tensorflow" as const).env(
        "POLYDICE_BACKEND",
      ),
    ) as unknown as Command<Args, Values & RunOptions>;
}

/** Help of `--profile`. */
export const PROFILE_HELP = `sizes. ${
  PROFILE_NAMES.map((name) => `${name}: ${PROFILES[name].description}`).join(". ")
}`;

/** Images that a user has chosen: their name in the experiment, and where they are. */
export interface ChosenData {
  readonly dataset: string;
  readonly split?: string;
  readonly set: Partial<Experiment>;
  readonly places: DataPlaces;
}

/**
 * What the options say. An option that would have no effect is refused, and so is a folder that is not there.
 *
 * @param command Tells whether an option was typed, and does not come from a variable.
 * @param standard Name of the data set where no option names one; default: what `--data` holds, else synthetic.
 * @throws {TaskError} with status 2
 */
export function chosenData(
  options: DataOptions,
  command: CommandUnknownOpts,
  standard?: string,
): ChosenData {
  const { data, groups, split, fit, maskValue } = options;
  if (data !== undefined && !isFolder(data)) {
    throw new TaskError(`Cannot read --data "${data}": there is no such folder.`, 2);
  }
  const named = options.dataset ?? standard ?? folderDataset(data);
  const { name, own } = datasetReference(named);
  const path = own === undefined ? undefined : userPath(own);
  if (path !== undefined && !isThere(path)) {
    throw new TaskError(
      `Cannot read --dataset "${named}": there is no such folder or manifest, and the published data sets are called ` +
        "synthetic, kvasir-seg and cvc-clinicdb.",
      2,
    );
  }
  const refuse = (option: keyof DataOptions, flag: string, why: string) => {
    const isTyped = options[option] !== undefined && command.getOptionValueSource(option) === "cli";
    if (isTyped) throw new TaskError(`Cannot use --${flag}: ${why}.`, 2);
  };
  if (name === "synthetic" || path !== undefined) {
    const whose = path === undefined ? "synthetic images need none" : "--dataset says where your own images are";
    refuse("data", "data", `it is the folder of the published data sets, and ${whose}`);
  }
  if (path === undefined) {
    for (const [option, flag] of [["groups", "groups"], ["fit", "fit"], ["maskValue", "mask-value"]] as const) {
      refuse(option, flag, `it is for your own images, which --dataset names, and ${name} has none of it to choose`);
    }
  }
  if (split === "published" && name !== "kvasir-seg") {
    throw new TaskError(`Cannot use --split published: only kvasir-seg has a published split, found ${name}.`, 2);
  }
  if (split === "manifest" && path === undefined) {
    throw new TaskError(`Cannot use --split manifest: it is for a manifest of your own images, found ${name}.`, 2);
  }
  return {
    dataset: name,
    split: split ?? (path === undefined ? undefined : ownSplit(path, groups)),
    set: path === undefined
      ? {}
      : { ...(fit !== undefined && { fit }), ...(maskValue !== undefined && { maskValues: maskValue }) },
    places: {
      data: path === undefined ? data : undefined,
      own: path,
      groups,
      cache: join(projectFolder().root, ".cache"),
    },
  };
}

/** Settings that have an option of their own. */
const OWN_OPTIONS: Readonly<Record<string, string>> = {
  dataset: "--dataset",
  split: "--split",
  seed: "--seed",
  fit: "--fit",
  maskValues: "--mask-value",
};

/**
 * Reads one `key=value` and adds it to those before. Whether the values fit together is told where the experiment is
 * resolved, which knows profile and method.
 *
 * @throws {InvalidArgumentError} for a key that there is not or that has an option of its own, or a word that is no truth
 *   value where one is needed
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(setting("augmentation=false", setting("slope=4")), { slope: 4, augmentation: false });
 * ```
 */
export function setting(word: string, before: Partial<Experiment> = {}): Partial<Experiment> {
  const [, key, text] = /^([A-Za-z]+)=(.+)$/.exec(word) ?? [];
  if (key === undefined) throw new InvalidArgumentError("Expected key=value, as in slope=4.");
  if (!Object.hasOwn(THESIS_EXPERIMENT, key)) {
    throw new InvalidArgumentError(`There is no setting "${key}". There are ${SETTING_NAMES.join(", ")}.`);
  }
  const standard = THESIS_EXPERIMENT[key as keyof Experiment];
  if (key in OWN_OPTIONS) {
    throw new InvalidArgumentError(`"${key}" has an option of its own, ${OWN_OPTIONS[key]} ${text}.`);
  }
  if (typeof standard === "boolean" && !["true", "false"].includes(text)) {
    throw new InvalidArgumentError("Expected true or false.");
  }
  const value = typeof standard === "string" ? text : typeof standard === "number" ? Number(text) : text === "true";
  return { ...before, [key]: value };
}

/** Names of the settings that `--set` changes. */
export const SETTING_NAMES = Object.keys(THESIS_EXPERIMENT).filter((key) => !(key in OWN_OPTIONS));

/** Adds `--set`. */
export function withSettings<Args extends unknown[], Values extends Record<string, unknown>>(
  command: Command<Args, Values>,
): Command<Args, Values & { readonly set: Partial<Experiment> }> {
  // Typed by hand: inferred through a generic command, the types of so many options take TypeScript minutes.
  return (command as CommandUnknownOpts)
    .addOption(
      new Option("--set <key=value>", `another setting than the profile's, as in slope=4; may be repeated`)
        .argParser(setting).default({} as Partial<Experiment>, "none"),
    ) as unknown as ReturnType<typeof withSettings<Args, Values>>;
}

/** A split's name. */
export function splitName(word: string): string {
  if (SPLIT.test(word)) return word;
  throw new InvalidArgumentError("Expected grouped, random, published, manifest or a fold, as fold-2-of-5.");
}

/** Mask values that are lesion, as an experiment keeps them: colours without "#", in lower case. */
export function maskValues(list: string): string {
  try {
    parseMaskValues(list);
  } catch {
    throw new InvalidArgumentError("Expected values as in 1 or 1,2 or 1-5, or a colour as in ff0000.");
  }
  return list.toLowerCase().replace(/[#\s]/g, "");
}

function folderDataset(data: string | undefined): string {
  try {
    return datasetIn(data);
  } catch (error) {
    throw new TaskError((error as Error).message, 2);
  }
}

/** Whether there is a folder at a path, or a link to one. */
export function isFolder(path: string): boolean {
  return isThere(path, ({ isDirectory }) => isDirectory);
}

function isThere(path: string, holds: (state: Deno.FileInfo) => boolean = () => true): boolean {
  try {
    return holds(Deno.statSync(path));
  } catch {
    return false;
  }
}
