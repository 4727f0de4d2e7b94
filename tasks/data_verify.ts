/**
 * Checking a published data set's folder, for people and for scripts.
 *
 * @module
 */
import { findDatasets, REAL_DATASETS } from "../lib/data/load_dataset.ts";
import { verifyDataset } from "../lib/data/verification/verify_dataset.ts";
import { failureLine, reportJson, reportLines } from "./data_report.ts";
import type { ProgressLine } from "./cli/progress_line.ts";
import { TaskError } from "./cli/task_error.ts";
import { writeFileAtomically } from "./cli/write_file.ts";

/** What to check. */
export interface VerifyCommand {
  /** The data set's folder or the one that holds it. */
  readonly directory: string;
  /** Its name; undefined: the one that the folder holds. */
  readonly dataset?: string;
  /** Whether the folder is the user's own selection. */
  readonly selection: boolean;
  /** File for the report as JSON. */
  readonly json?: string;
  readonly line: ProgressLine;
}

/**
 * Checks a data set and prints the report.
 *
 * @throws {TaskError} with status 1 where something is wrong with it or it is not there, with 2 where it is not clear
 * which one is meant
 */
export async function verify({ directory, dataset, selection, json, line }: VerifyCommand): Promise<void> {
  const found = findDatasets(directory).map(({ name }) => name as string);
  const names = REAL_DATASETS.map(({ name }) => name);
  if (dataset === undefined && found.length !== 1) {
    const holds = found.length === 0 ? `${directory} holds none` : `${directory} holds ${found.join(" and ")}`;
    throw new TaskError(`Cannot choose a data set: ${holds}; name ${names.join(" or ")} by --dataset.`, 2);
  }
  const definition = REAL_DATASETS.find(({ name }) => name === (dataset ?? found[0]))!;
  const onProgress = ({ done, total }: { done: number; total: number }) =>
    line.show(`${definition.title}: ${done} of ${total} pairs read`);
  let verification;
  try {
    verification = await verifyDataset({ definition, directory, selection, onProgress });
  } catch (error) {
    throw new TaskError((error as Error).message);
  } finally {
    line.clear();
  }
  reportLines(definition.title, verification).forEach(line.say);
  if (json !== undefined) await writeReport(json, reportJson(verification));
  if (!verification.passed) throw new TaskError(failureLine(definition.title, verification));
  line.say(`${definition.title}: nothing wrong`);
}

async function writeReport(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomically(path, text);
  } catch (error) {
    throw new TaskError(`Cannot write the report to ${path}: ${(error as Error).message}.`);
  }
}
