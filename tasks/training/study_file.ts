/**
 * Studies by name or path.
 *
 * @module
 */
import { basename, join } from "node:path";
import { parseStudy, type Study } from "../../lib/experiment/study.ts";
import { readRegularFile } from "../../lib/files/regular_file.ts";
import { plainError, plainly, TaskError } from "../cli/task_error.ts";
import { didYouMean, userPath } from "../cli/values.ts";
import { projectFolder } from "../setup/project_folder.ts";

/** Greater files are no study. */
const MOST_BYTES = 2 ** 24;

/** Folder of the project's studies. */
export function studiesFolder(root: string = projectFolder().root): string {
  return join(root, "studies");
}

/** Names of the project's studies, sorted. */
export function studyNames(root?: string): string[] {
  return [...Deno.readDirSync(studiesFolder(root))].map(({ name }) => name)
    .filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"))
    .map((name) => basename(name, ".json")).sort();
}

/**
 * Reads a study.
 *
 * @throws {TaskError} where there is none, or its file is wrong
 */
export async function readStudy(word: string, root?: string): Promise<Study> {
  const isPath = /[\\/]|\.json$/.test(word);
  const path = isPath ? userPath(word) : join(studiesFolder(root), `${word}.json`);
  let text;
  try {
    text = new TextDecoder().decode(await readRegularFile(path, { mostBytes: MOST_BYTES }));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw plainError(error);
    if (isPath) throw new TaskError(`Cannot read study "${word}": there is no such file.`, 2);
    const names = studyNames(root);
    throw new TaskError(
      `Cannot read study "${word}": there are ${names.join(", ")}${didYouMean(word, names)}; a study of your own is ` +
        "named by its path, which ends in .json.",
      2,
    );
  }
  return await plainly(() => parseStudy(text, path));
}
