/**
 * The files of one predicted image.
 *
 * @module
 */
import sharp from "sharp";
import { stringify } from "@std/csv";
import type { InputFile, InputImage } from "../../lib/data/input_images.ts";
import { drawOutline } from "../../lib/data/outline.ts";
import { nativeMap, thresholded } from "../../lib/data/resize_image.ts";
import type { OwnFolder } from "../../lib/files/own_folder.ts";
import { PREDICTION_FOLDERS, type PredictionFigure } from "../../lib/report/predictions_page.ts";
import { csvCell } from "../../lib/text/escape.ts";
import type { Prediction, PredictOptions } from "../../lib/training/predict_files.ts";

/** Longer side of the small pictures, pixels. */
const THUMBNAIL = 288;
/** Largest value of 16 bits. */
const WHITE = 65535;

/** Paths of an image's files in the folder of predictions. */
export function predictionPaths(name: string, hasUncertainty: boolean): string[] {
  const { masks, probability, uncertainty, thumbnails } = PREDICTION_FOLDERS;
  const folders = [masks, probability, ...(hasUncertainty ? [uncertainty] : [])];
  return [...folders.map((folder) => `${folder}/${name}.png`), `${thumbnails}/${name}.jpg`];
}

/** An image's files with their paths, one after the other: of a large image each takes much memory. */
export async function* predictionFiles(
  image: InputImage,
  prediction: Prediction,
  options: PredictOptions,
): AsyncGenerator<[path: string, content: Uint8Array]> {
  const { width, height } = image, { mask, probability, mutualInformation } = prediction;
  const paths = predictionPaths(image.name, mutualInformation !== undefined).values();
  const path = () => paths.next().value!;
  const png = (values: Uint8Array | Uint16Array, space: "b-w" | "grey16") =>
    sharp(values, { raw: { width, height, channels: 1 } }).toColourspace(space).png().toBuffer();
  const sixteenBits = (values: Float32Array, most: number) => {
    const levels = new Uint16Array(values.length);
    for (let pixel = 0; pixel < levels.length; pixel++) {
      levels[pixel] = Math.round(WHITE * Math.min(1, Math.max(0, values[pixel] / most)));
    }
    return levels;
  };
  yield [path(), await png(mask.map((value) => 255 * value), "b-w")];
  yield [path(), await png(sixteenBits(probability, 1), "grey16")];
  if (mutualInformation) yield [path(), await png(sixteenBits(mutualInformation, Math.LN2), "grey16")];
  yield [path(), await thumbnail(image, prediction, options)];
}

/** The image made small with the rim of its mask. */
async function thumbnail(
  { width, height, pixels }: InputImage,
  { workingProbability }: Prediction,
  { size, fit, threshold }: PredictOptions,
): Promise<Uint8Array> {
  const scale = Math.min(1, THUMBNAIL / Math.max(width, height));
  const [columns, rows] = [width, height].map((length) => Math.max(1, Math.round(scale * length)));
  const small = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(columns, rows, { fit: "fill" }).raw().toBuffer();
  // From the map itself: a mask that is made small would lose thin parts. A bar of padding may differ by a pixel here.
  const mask = thresholded(nativeMap(workingProbability, size, columns, rows, fit), threshold);
  drawOutline(small, mask, columns);
  return await sharp(small, { raw: { width: columns, height: rows, channels: 3 } }).jpeg({ quality: 85 }).toBuffer();
}

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
