/**
 * A study of the project with a session's sizes, images and seed in the place of its own.
 *
 * @module
 */
import { join } from "@std/path";
import { datasetReference } from "../data/dataset_reference.ts";
import { changedStudy, parseStudy, type Study } from "../experiment/study.ts";
import { projectDirectory } from "../project_directory.ts";
import type { Session, SessionOptions } from "./session.ts";

/**
 * Reads a study of the project, and puts what a session has been opened with into it: its runs are the session's.
 *
 * @param name of the study: a file of `studies/`
 * @param options those that the session was opened with
 */
export async function sessionStudy(
  name: string,
  { profile, seed, experiment }: Pick<Session, "profile" | "seed" | "experiment">,
  { dataset: word, groups, set }: Pick<SessionOptions, "dataset" | "groups" | "set">,
): Promise<Study> {
  const path = join(projectDirectory(), "studies", `${name}.json`);
  const { dataset, split } = experiment("polydice1");
  const own = word === undefined ? undefined : datasetReference(word).own;
  return changedStudy(parseStudy(await Deno.readTextFile(path), path), {
    profile,
    seeds: [seed],
    set,
    data: { dataset, split, set: {}, ...(own !== undefined && { own }), ...(groups !== undefined && { groups }) },
  });
}
