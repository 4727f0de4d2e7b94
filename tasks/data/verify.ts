/**
 * Checking a published data set's folder, for people and for scripts.
 *
 * @module
 */
import { findDatasets, REAL_DATASETS } from "../../lib/data/load_dataset.ts";
import { type Check, CHECKS, type Finding } from "../../lib/data/verification/checks.ts";
import { type Verification, verifyDataset } from "../../lib/data/verification/verify_dataset.ts";
import { type OutputKind, requireOutput, writeOutput } from "../cli/output_file.ts";
import type { ProgressLine } from "../cli/progress_line.ts";
import { TaskError } from "../cli/task_error.ts";

/** The file of --json. */
const REPORT_FILE: OutputKind = { option: "--json", known: /^\{\s*"dataset": "[^"]*",\s*"folders": / };

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
  if (json !== undefined) await requireOutput(json, REPORT_FILE);
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
  if (json !== undefined) await writeOutput(json, reportJson(verification), REPORT_FILE);
  if (!verification.passed) throw new TaskError(failureLine(definition.title, verification));
  line.say(`${definition.title}: nothing wrong`);
}

/** Notes of one check that are printed; all of them stand in the file of --json. */
const MOST_NOTES = 5;

/**
 * The lines of a report: counts, one line a check, every finding, and the first notes of each check. Another number of
 * pairs than the published one leaves the question of their polyp area open.
 *
 * @param title of the data set
 */
export function reportLines(title: string, { format, folders, counts, findings, notes }: Verification): string[] {
  const number = (check: Check) => findings.filter((finding) => finding.check === check).length;
  const open = (check: string) => check === "polyp area" && counts.pairs !== counts.expectedPairs;
  const width = Math.max(...Object.keys(CHECKS).map((check) => check.length));
  return [
    `${title}${format ? ` (${format})` : ""}: ${counts.images} images in ${folders.images}`,
    `${" ".repeat(title.length)}  ${counts.masks} masks in ${folders.masks}`,
    ...Object.entries(CHECKS).map(([check, asks]) => {
      const wrong = number(check as Check);
      return `  ${(wrong > 0 ? `${wrong} wrong` : open(check) ? "not asked" : "ok").padEnd(10)}${
        check.padEnd(width)
      }  ${asks}`;
    }),
    ...section("Findings", findings.map(({ message }) => message)),
    ...section("Notes", firstNotes(notes)),
  ];
}

/** The one sentence that a failed check ends with. */
export function failureLine(title: string, { dataset, folders, findings }: Verification): string {
  const number = Map.groupBy(findings, ({ check }) => check);
  const parts = [...number].map(([check, { length }]) => `${length} × ${check}`).join(", ");
  const files = new Set(findings.map(({ file }) => file)).size;
  const count = (many: number, what: string) => `${many} ${what}${many === 1 ? "" : "s"}`;
  return `Cannot accept ${title} in ${folders.images}: ${count(findings.length, "finding")} in ${
    count(files, "file")
  } ` +
    `(${parts}). Mend them, or get the data set anew by \`deno task data ${dataset}\`.`;
}

/** The report as JSON. */
export function reportJson(verification: Verification): string {
  const checks = Object.entries(CHECKS).map(([check, asks]) => {
    const number = (list: readonly Finding[]) => list.filter((finding) => finding.check === check).length;
    return { check, asks, findings: number(verification.findings), notes: number(verification.notes) };
  });
  const { findings, notes, ...rest } = verification;
  return JSON.stringify({ ...rest, checks, findings, notes }, null, 2) + "\n";
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function firstNotes(notes: readonly Finding[]): string[] {
  return [...Map.groupBy(notes, ({ check }) => check)].flatMap(([check, list]) => {
    const more = list.length - MOST_NOTES;
    const first = list.slice(0, MOST_NOTES).map(({ message }) => message);
    return more > 0 ? [...first, `and ${more} more notes on ${check} (--json FILE has all)`] : first;
  });
}
