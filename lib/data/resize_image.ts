/**
 * Brings images and masks of any proportions to the square that the model takes, and what it says of that back to their
 * size.
 *
 * @module
 */
import sharp from "sharp";

/** How: stretched to the square, as the thesis does, or whole in its middle with black bars beside it. */
export type Fit = "stretch" | "pad";

/** Where in the square an image lies, pixels. */
interface FittedBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a `size` × `size` square that an image of `width` × `height` fills. */
export function fittedBox(width: number, height: number, size: number, fit: Fit): FittedBox {
  if (fit === "stretch") return { left: 0, top: 0, width: size, height: size };
  const side = (length: number) => Math.max(1, Math.round(size * length / Math.max(width, height)));
  const [boxWidth, boxHeight] = [side(width), side(height)];
  return {
    left: Math.floor((size - boxWidth) / 2),
    top: Math.floor((size - boxHeight) / 2),
    width: boxWidth,
    height: boxHeight,
  };
}

/**
 * An image resized to `size` × `size` pixels, [size, size, 3] RGB 0..255, by a Lanczos filter as wide as the reduction,
 * so that fine patterns are averaged and not aliased.
 *
 * @param image `pixels` is [height, width, 3].
 */
export async function fitImage(
  image: { readonly width: number; readonly height: number; readonly pixels: Uint8Array },
  size: number,
  fit: Fit = "stretch",
): Promise<Uint8Array> {
  const { width, height, pixels } = image, box = fittedBox(width, height, size, fit);
  const resized = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(box.width, box.height, { fit: "fill", kernel: "lanczos3" }).raw().toBuffer();
  return placed(new Uint8Array(resized.buffer, resized.byteOffset, resized.length), box, size, 3);
}

/** A binary mask, [height, width], resized as its image is, [size, size]; see {@linkcode resizeMask}. */
export function fitMask(mask: Uint8Array, width: number, height: number, size: number, fit: Fit): Uint8Array {
  const box = fittedBox(width, height, size, fit);
  return placed(resizeMask(mask, width, height, box.width, box.height), box, size, 1);
}

/**
 * A binary mask, [height, width] of 0 and 1, resized to [newHeight, newWidth]: each new pixel is 1 where at least half of
 * the area that it covers is polyp, parts of pixels counted by their area.
 *
 * A polyp that nowhere covers half of a new pixel keeps the one pixel that it covers most, so only an empty mask becomes
 * an empty one.
 */
export function resizeMask(
  mask: Uint8Array,
  width: number,
  height: number,
  newWidth: number,
  newHeight: number = newWidth,
): Uint8Array {
  const coverage = areaAverage(mask, width, height, newWidth, newHeight);
  // Sums of fractions of pixels carry rounding of about 1e-16 each; half of an area must not depend on it.
  const half = 0.5 - 1e-9;
  const resized = new Uint8Array(newWidth * newHeight);
  let most = 0;
  for (let pixel = 0; pixel < resized.length; pixel++) {
    if (coverage[pixel] >= half) resized[pixel] = 1;
    if (coverage[pixel] > coverage[most]) most = pixel;
  }
  if (coverage[most] > 0) resized[most] = 1;
  return resized;
}

/** The share of each of `columns` × `rows` equal cells that a mask covers, [rows, columns] in [0, 1]. */
function areaAverage(mask: Uint8Array, width: number, height: number, columns: number, rows: number): Float64Array {
  const sums = new Float64Array(columns * rows);
  const cellWidth = width / columns, cellHeight = height / rows;
  const before = new Float64Array(width + 1); // number of ones in a row before each column
  const cells = new Float64Array(columns);
  for (let row = 0, one = -1; row < height; row++) {
    const start = row * width;
    if (one < start) one = mask.indexOf(1, start); // the first pixel of the mask from here on
    if (one < 0) break;
    if (one >= start + width) continue;
    for (let column = 0; column < width; column++) before[column + 1] = before[column] + mask[start + column];
    const onesBefore = (position: number) => {
      const column = Math.min(width - 1, Math.floor(position));
      return before[column] + (position - column) * (before[column + 1] - before[column]);
    };
    for (let cell = 0; cell < columns; cell++) {
      cells[cell] = onesBefore((cell + 1) * cellWidth) - onesBefore(cell * cellWidth);
    }
    const last = Math.min(rows - 1, Math.ceil((row + 1) / cellHeight) - 1);
    for (let cellRow = Math.floor(row / cellHeight); cellRow <= last; cellRow++) {
      const overlap = Math.min(row + 1, (cellRow + 1) * cellHeight) - Math.max(row, cellRow * cellHeight);
      if (overlap <= 0) continue;
      for (let cell = 0; cell < columns; cell++) sums[cellRow * columns + cell] += overlap * cells[cell];
    }
  }
  return sums.map((sum) => sum / (cellWidth * cellHeight));
}

/** Values of a box in a square of zeros. */
function placed(values: Uint8Array, box: FittedBox, size: number, channels: number): Uint8Array {
  if (box.width === size && box.height === size) return values;
  const square = new Uint8Array(channels * size * size), row = channels * box.width;
  for (let y = 0; y < box.height; y++) {
    square.set(values.subarray(y * row, (y + 1) * row), channels * ((box.top + y) * size + box.left));
  }
  return square;
}

/**
 * A map of `size` × `size` values at the size of the image's file: the inverse of `fitImage()`. Bilinear between the
 * centres of pixels, as OpenCV and PyTorch (`align_corners=False`) do; beyond the outermost centres the value there.
 * Black bars of `"pad"` are cut off and never mixed in.
 *
 * @param map `[size, size]`
 * @param width of the file, its orientation applied, pixels
 * @param height of the file, pixels
 * @returns `[height, width]`
 */
export function nativeMap(
  map: Float32Array,
  size: number,
  width: number,
  height: number,
  fit: Fit = "stretch",
): Float32Array<ArrayBuffer> {
  const box = fittedBox(width, height, size, fit);
  const columns = neighbours(width, box.left, box.width), rows = neighbours(height, box.top, box.height);
  const native = new Float32Array(width * height);
  for (let y = 0, position = 0; y < height; y++) {
    const above = rows.first[y] * size, below = rows.second[y] * size, down = rows.share[y];
    for (let x = 0; x < width; x++, position++) {
      const left = columns.first[x], right = columns.second[x], along = columns.share[x];
      const top = map[above + left] + along * (map[above + right] - map[above + left]);
      const bottom = map[below + left] + along * (map[below + right] - map[below + left]);
      native[position] = top + down * (bottom - top);
    }
  }
  return native;
}

/** The mask of a map: 1 where the probability is above the threshold, as in float32. */
export function thresholded(probability: Float32Array, threshold: number): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(probability.length), least = Math.fround(threshold);
  for (let pixel = 0; pixel < mask.length; pixel++) if (probability[pixel] > least) mask[pixel] = 1;
  return mask;
}

/** Of every new position the two old ones that it lies between, and how far it is on the way to the second. */
function neighbours(count: number, from: number, length: number) {
  const first = new Int32Array(count), second = new Int32Array(count), share = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const place = Math.min(length - 1, Math.max(0, (index + 0.5) * length / count - 0.5)), before = Math.floor(place);
    first[index] = from + before;
    second[index] = from + Math.min(length - 1, before + 1);
    share[index] = place - before;
  }
  return { first, second, share };
}
