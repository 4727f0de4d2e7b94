/**
 * The settings of a run of the notebooks, as `deno task reproduce` hands them over in environment variables. By hand in
 * JupyterLab there are none and the defaults hold.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";

/** Profiles, from the smallest to the thesis' own settings. */
export const PROFILES = ["smoke", "quick", "small", "long", "thesis"] as const;

/** Data sets. */
export const DATASETS = ["synthetic", "kvasir-seg", "cvc-clinicdb"] as const;

/** Compute backends. */
export const BACKENDS = ["tensorflow", "cpu", "webgpu"] as const;

/** Where results go unless told otherwise: in the project, wherever the notebook is run from. */
const DEFAULT_RESULTS = fromFileUrl(new URL("../../results/latest", import.meta.url));

/** What all five notebooks need to know. */
export interface NotebookSettings {
  readonly profile: typeof PROFILES[number];
  /** Where it is not given, the data folder decides; without that, the images are synthetic. */
  readonly dataset?: typeof DATASETS[number];
  /** Folder with the images. */
  readonly dataDirectory?: string;
  readonly seed: number;
  /** Where it is not given, the best one that is there. */
  readonly backend?: typeof BACKENDS[number];
  /** Folder for the results table. */
  readonly resultsDirectory: string;
}

/**
 * Reads the settings: POLYDICE_PROFILE, POLYDICE_DATASET, POLYDICE_DATA, POLYDICE_SEED, POLYDICE_BACKEND and
 * POLYDICE_RESULTS. A variable that is empty counts as not set.
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
  const settings: NotebookSettings = {
    profile: choice("POLYDICE_PROFILE", PROFILES) ?? "quick",
    dataset: choice("POLYDICE_DATASET", DATASETS),
    dataDirectory: value("POLYDICE_DATA"),
    seed: seedFrom(value("POLYDICE_SEED"), faults),
    backend: choice("POLYDICE_BACKEND", BACKENDS),
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
