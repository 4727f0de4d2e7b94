/**
 * Where the tests find the published data sets: the folder in POLYDICE_DATA, the project's `data/`, or `shared/data`
 * beside the project. Their images are not part of the repository, so tests on them are skipped where they are missing.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { findDatasets, projectDataDirectory } from "../lib/data/load_dataset.ts";

const PLACES = [
  Deno.env.get("POLYDICE_DATA"),
  projectDataDirectory(),
  fromFileUrl(new URL("../../shared/data", import.meta.url)),
];

/** A folder that holds the real data set of this name ("kvasir-seg" or "cvc-clinicdb"), or nothing. */
export function realData(name: string): string | undefined {
  return PLACES.find((place) => place && findDatasets(place).some((found) => found.name === name));
}

/** Options of `Deno.test` for a test on a real data set: it is ignored, and its name says so, where the set is missing. */
export function realDataTest(
  dataset: string,
  name: string,
  run: (directory: string) => void | Promise<void>,
): Deno.TestDefinition {
  const directory = realData(dataset);
  return directory === undefined
    ? { name: `${name} (skipped: no ${dataset} found)`, ignore: true, fn: () => {} }
    : { name, fn: () => run(directory) };
}
