/**
 * `deno task data check`: what training would understand of a user's own images.
 *
 * @module
 */
import { join } from "@std/path";
import { checkPage, checkRows } from "../../lib/data/check_page.ts";
import { checkedImages } from "../../lib/data/check_images.ts";
import { ownSplit } from "../../lib/data/image_source.ts";
import { datasetReference } from "../../lib/data/dataset_reference.ts";
import type { Fit } from "../../lib/data/resize_image.ts";
import { projectDirectory } from "../../lib/project_directory.ts";
import { shellWord } from "../../lib/text/escape.ts";
import { type OutputKind, requireOutput, writeOutput } from "../cli/output_file.ts";
import type { ProgressLine } from "../cli/progress_line.ts";
import { TaskError } from "../cli/task_error.ts";

/** The page of pictures, and the file of --json. */
const PAGE_FILE: OutputKind = {
  option: "--page",
  known: /^<!doctype html>\n<html lang="en"><head>[^]*<title>Check of /,
};
const JSON_FILE: OutputKind = { option: "--json", known: /^\{\s*"pairs": / };

/** What to check, and where to write. */
export interface CheckOptions {
  /** Path of the images: a folder or a list of pairs. */
  readonly images: string;
  /** File for the check as JSON. */
  readonly json?: string;
  /** File for the page of pictures; by default in the project's results/checks/, which git ignores. */
  readonly page?: string;
  /** Mask values that are lesion; by default the masks say it. */
  readonly maskValues?: string;
  /** CSV file of groups. */
  readonly groups?: string;
  readonly fit?: Fit;
  /** Name of a split; default: the images' own, else "grouped". */
  readonly split?: string;
  readonly splitSeed?: number;
}

/** Most findings that are printed; all of them stand on the page and in the file of --json. */
const MOST_PRINTED = 30;

/**
 * Checks images, prints what was understood and writes the page of pictures.
 *
 * @throws {TaskError} where training would refuse the images, or a file can't be written
 */
export async function checkTask(options: CheckOptions, line: ProgressLine): Promise<void> {
  const { images, maskValues = "", groups, fit = "stretch", splitSeed = 0 } = options;
  const split = options.split ?? ownSplit(images, groups) ?? "grouped";
  const { name } = datasetReference(images);
  const page = options.page ?? join(projectDirectory(), "results", "checks", `${name}.html`);
  if (page === options.json) throw new TaskError("Cannot use --json and --page: they name the same file.", 2);
  await requireOutput(page, PAGE_FILE);
  if (options.json !== undefined) await requireOutput(options.json, JSON_FILE);
  const choice = { dataset: name, fit, maskValues, split, splitSeed };
  const onProgress = ({ done, total }: { done: number; total: number }) =>
    line.show(`Reading ${name}: ${done} of ${total} files`);
  const { check, images: checked } = await checkedImages(choice, { own: images, groups, onProgress });
  line.clear();

  for (const [title, value] of checkRows(check)) line.say(`${title.padEnd(17)}${value}`);
  check.notes.forEach((note) => line.say(`Note: ${note}`));
  check.findings.slice(0, MOST_PRINTED).forEach(({ message }) => line.say(`Finding: ${message}`));
  if (check.findings.length > MOST_PRINTED) line.say(`… and ${check.findings.length - MOST_PRINTED} more findings`);
  line.show("Drawing the pictures");
  await writeOutput(page, await checkPage(`Check of ${name}`, check, { images: checked, fit }), PAGE_FILE);
  line.clear();
  line.say(`Pictures to look at: ${page}`);
  if (options.json !== undefined) await writeOutput(options.json, JSON.stringify(check, null, 2) + "\n", JSON_FILE);
  const wrong = check.findings.length;
  if (wrong > 0) {
    throw new TaskError(`Training would refuse these images: ${wrong} finding${wrong === 1 ? "" : "s"}.`);
  }
  const same = [["groups", groups], ["split", options.split], ["fit", options.fit], ["mask-value", options.maskValues]];
  const words = same.flatMap(([name, value]) => value ? [`--${name}`, shellWord(value)] : []);
  const command = ["deno task train", "--dataset", shellWord(images), ...words].join(" ");
  line.say(`Nothing is wrong: \`${command}\` would use these images.`);
}
