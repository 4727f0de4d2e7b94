/**
 * The files of one predicted image.
 *
 * @module
 */
import sharp from "sharp";
import type { InputImage } from "../lib/data/input_images.ts";
import { nativeMap, thresholded } from "../lib/data/resize_image.ts";
import { PREDICTION_FOLDERS } from "../lib/report/predictions_page.ts";
import type { Prediction, PredictOptions } from "../lib/training/predict_files.ts";

/** Longer side of the small pictures, pixels. */
const THUMBNAIL = 288;
/** Colour of outlines: bright green, which tissue does not have. */
const OUTLINE = [0, 255, 90];
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
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel] === 0) continue;
    const column = pixel % columns, row = (pixel - column) / columns;
    const isInside = column > 0 && column + 1 < columns && row > 0 && row + 1 < rows && mask[pixel - 1] === 1 &&
      mask[pixel + 1] === 1 && mask[pixel - columns] === 1 && mask[pixel + columns] === 1;
    if (!isInside) small.set(OUTLINE, 3 * pixel);
  }
  return await sharp(small, { raw: { width: columns, height: rows, channels: 3 } }).jpeg({ quality: 85 }).toBuffer();
}
