/**
 * Studies by name or path.
 *
 * @module
 */
import { basename, join } from "node:path";
import { parseStudy, type Study } from "../../lib/experiment/study.ts";
import { readRegularFile } from "../../lib/files/regular_file.ts";
import { didYouMean, userPath } from "../cli/values.ts";
import { plainError } from "../plain_error.ts";
import { projectFolder } from "../setup/project_folder.ts";
import { TaskError } from "../cli/task_error.ts";

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
 * @param word Its name, or the path of a file that ends in `.json`.
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
    const names = studyNames(root);
    throw new TaskError(
      isPath
        ? `Cannot read study "${word}": there is no such file.`
        : `Cannot read study "${word}": there are ${names.join(", ")}${
          didYouMean(word, names)
        }; a study of your own is ` +
          "named by its path, which ends in .json.",
      2,
    );
  }
  try {
    return parseStudy(text, path);
  } catch (error) {
    throw plainError(error);
  }
}
