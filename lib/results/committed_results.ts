/**
 * Results of the project's own studies, from the records that are committed.
 *
 * @module
 */
import { join } from "@std/path";
import { parseStudy, type Study } from "../experiment/study.ts";
import { projectDirectory } from "../project_directory.ts";
import { readStudyRecords } from "./record_store.ts";
import { type Results, resultsOf } from "./results_of.ts";

/** Options of {@linkcode committedResults}. */
export interface CommittedOptions {
  /** The project's folder. */
  readonly root?: string;
  /** Puts other runs in the place of the study's, such as a part of them. */
  readonly change?: (study: Study) => Study;
}

/**
 * Results of a study of the project by its name; runs that have no record yet are gaps.
 *
 * @throws {Error} where there is no such study, or its records can't stand in one table
 */
export async function committedResults(
  name: string,
  { root = projectDirectory(), change = (study) => study }: CommittedOptions = {},
): Promise<Results> {
  const path = join(root, "studies", `${name}.json`);
  const study = change(parseStudy(await Deno.readTextFile(path), path));
  const { records } = await readStudyRecords(join(root, "results"), study);
  return resultsOf(study, records.map(({ record }) => record));
}
