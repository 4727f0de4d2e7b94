/**
 * The settings of a run of the notebooks, as `deno task reproduce` hands them over in environment variables. By hand in
 * JupyterLab there are none and the defaults hold.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { BACKEND_NAMES } from "../backend/use_backend.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { PROFILE_NAMES, type ProfileName } from "../experiment/profiles.ts";

/** Where results go unless told otherwise: in the project, wherever the notebook is run from. */
const DEFAULT_RESULTS = fromFileUrl(new URL("../../results/latest", import.meta.url));

/** What all notebooks need to know: what `openSession()` takes, and where results go. */
export interface NotebookSettings {
  readonly profile: ProfileName;
  /**
   * A published data set, `"synthetic"`, or the path of images of one's own. Where it is not given, the data folder decides;
   * without that, the images are synthetic.
   */
  readonly dataset?: string;
  /** Folder with the published data sets. */
  readonly dataDirectory?: string;
  /** CSV of groups, for images of one's own. */
  readonly groups?: string;
  /** How the images are split. */
  readonly split?: string;
  readonly seed: number;
  /** Where it is not given, TensorFlow. */
  readonly backend?: string;
  /** How images of one's own are read. */
  readonly set: Partial<Experiment>;
  /** Folder for the results table. */
  readonly resultsDirectory: string;
}

/**
 * Reads the settings from POLYDICE_PROFILE, POLYDICE_DATASET, POLYDICE_DATA, POLYDICE_GROUPS, POLYDICE_SPLIT, POLYDICE_FIT,
 * POLYDICE_MASK_VALUE, POLYDICE_SEED, POLYDICE_BACKEND and POLYDICE_RESULTS. A variable that is empty counts as not set.
 *
 * @param read gives the value of a variable. Default: the environment
 * @throws {RangeError} on a value that is not valid; the message lists all that are wrong, and the valid ones
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(readSettings(() => undefined).profile, "quick");
 * ```
 */
export function readSettings(
  read: (name: string) => string | undefined = (name) => Deno.env.get(name),
): NotebookSettings {
  const faults: string[] = [];
  const value = (name: string) => read(name)?.trim() || undefined;
  const choice = <Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined => {
    const given = value(name);
    if (given === undefined || (choices as readonly string[]).includes(given)) return given as Choice | undefined;
    faults.push(`${name}: expected one of ${choices.join(", ")}, found "${given}"`);
  };
  const fit = choice("POLYDICE_FIT", ["stretch", "pad"]);
  const maskValues = value("POLYDICE_MASK_VALUE");
  const settings: NotebookSettings = {
    profile: choice("POLYDICE_PROFILE", PROFILE_NAMES) ?? "quick",
    dataset: value("POLYDICE_DATASET"),
    dataDirectory: value("POLYDICE_DATA"),
    groups: value("POLYDICE_GROUPS"),
    split: value("POLYDICE_SPLIT"),
    seed: seedFrom(value("POLYDICE_SEED"), faults),
    backend: choice("POLYDICE_BACKEND", BACKEND_NAMES),
    set: { ...(fit && { fit }), ...(maskValues && { maskValues }) },
    resultsDirectory: value("POLYDICE_RESULTS") ?? DEFAULT_RESULTS,
  };
  if (faults.length > 0) throw new RangeError(`Cannot read the settings: ${faults.join("; ")}`);
  return settings;
}

/** Seed of a run where none is given. */
const DEFAULT_SEED = 1;

function seedFrom(given: string | undefined, faults: string[]): number {
  if (given === undefined) return DEFAULT_SEED;
  const seed = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(seed)) return seed;
  faults.push(`POLYDICE_SEED: expected a whole number of at least 0, found "${given}"`);
  return DEFAULT_SEED;
}
