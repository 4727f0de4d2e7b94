/**
 * What predictions say in numbers: the table for people, and the state from which an interrupted prediction goes on.
 *
 * @module
 */
import { stringify } from "@std/csv";
import type { InputFile } from "../lib/data/input_images.ts";
import type { OwnFolder } from "../lib/files/own_folder.ts";
import type { PredictionFigure } from "../lib/report/predictions_page.ts";
import { csvCell } from "../lib/text/escape.ts";
import { predictionPaths } from "./prediction_files.ts";

/** One image. */
export interface PredictionRow extends PredictionFigure {
  /** Mean of the probability over the image. */
  readonly meanProbability: number;
}

/** A file whose images are predicted; it is as it was while its size and time of writing are. */
export interface PredictedFile {
  readonly path: string;
  readonly size: number;
  readonly modified: number;
  readonly rows: readonly PredictionRow[];
  /** What was done to the images that a person should know. */
  readonly remarks: readonly string[];
}

/** File of the state, in the folder of predictions. */
export const STATE_FILE = "predictions.json";

/** The rows in the order of the review: by difficulty, without it by predictive entropy; the greatest first. */
export function inReviewOrder(rows: readonly PredictionRow[]): PredictionRow[] {
  return rows.toSorted((a, b) => (b.difficulty ?? 0) - (a.difficulty ?? 0) || b.entropy - a.entropy);
}

/** The table as CSV, in the order of the review. Without stochastic passes difficulty and entropy are empty. */
export function predictionsCsv(ordered: readonly PredictionRow[]): string {
  const digits = (value: number) => String(Number(value.toPrecision(6)));
  const rows = ordered.map((row, index) => ({
    file: csvCell(row.file),
    width: row.width,
    height: row.height,
    lesion_pixels: row.lesionPixels,
    components: row.components,
    mean_probability: digits(row.meanProbability),
    difficulty: row.difficulty === null ? "" : digits(row.difficulty),
    entropy: row.difficulty === null ? "" : digits(row.entropy),
    review_rank: index + 1,
  }));
  const columns = [
    ...["file", "width", "height", "lesion_pixels", "components", "mean_probability", "difficulty", "entropy"],
    "review_rank",
  ];
  return stringify(rows, { columns }).replaceAll("\r\n", "\n");
}

/** What a folder holds of former predictions with the same settings, by path; nothing of others. */
export async function readState(folder: OwnFolder, settings: unknown): Promise<Map<string, PredictedFile>> {
  if (!await folder.keep(STATE_FILE)) return new Map();
  const state = JSON.parse(await Deno.readTextFile(`${folder.path}/${STATE_FILE}`));
  if (JSON.stringify(state.settings) !== JSON.stringify(settings)) return new Map();
  return new Map((state.files as PredictedFile[]).map((file) => [file.path, file]));
}

/** Writes what there is so far. */
export async function writeState(
  folder: OwnFolder,
  settings: unknown,
  files: readonly PredictedFile[],
): Promise<void> {
  const text = JSON.stringify({ settings, files });
  await folder.write(STATE_FILE, new TextEncoder().encode(`${text}\n`));
}

/** Takes over what was predicted of a file before: false where the file has changed, or one of its results. */
export async function keepPredicted(
  folder: OwnFolder,
  before: PredictedFile,
  { name, shown }: InputFile,
  { size, modified }: Pick<PredictedFile, "size" | "modified">,
): Promise<boolean> {
  if (before.size !== size || before.modified !== modified) return false;
  for (const row of before.rows) {
    const isOf = (whole: string, part: string) => whole === part || whole.startsWith(`${part}#`);
    if (!isOf(row.name, name) || !isOf(row.file, shown)) return false;
    for (const path of predictionPaths(row.name, row.difficulty !== null)) if (!await folder.keep(path)) return false;
  }
  return true;
}
