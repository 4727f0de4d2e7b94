/**
 * Binary masks: from grey mask images at their native size, and resized so that small polyps survive.
 *
 * @module
 */

/** Grey levels above this are polyp. JPEG masks hold 0–8 and 246–255 besides pure black and white. */
const MASK_THRESHOLD = 127;

/**
 * The binary mask of a published mask image, [height, width] of 0 and 1: 1 where the mean of the three channels is above 127.
 *
 * It is taken at native size, before any resizing: the grey rims of JPEG masks and of ClinicDB's belong to neither side,
 * and `> 0` would add 3.7 % of area to Kvasir-SEG's polyps.
 *
 * @throws If the mask image is a label image (only 0 and one other value of at most 127), which has no pixel above the
 * threshold although something is marked.
 */
export function binaryMask(
  { width, height, pixels }: { readonly width: number; readonly height: number; readonly pixels: Uint8Array },
): Uint8Array {
  const mask = new Uint8Array(width * height);
  let least = Infinity, greatest = 0;
  for (let pixel = 0, entry = 0; pixel < mask.length; pixel++, entry += 3) {
    const sum = pixels[entry] + pixels[entry + 1] + pixels[entry + 2];
    if (sum > 3 * MASK_THRESHOLD) mask[pixel] = 1;
    if (sum > 0 && sum < least) least = sum;
    if (sum > greatest) greatest = sum;
  }
  if (least === greatest && greatest <= 3 * MASK_THRESHOLD) {
    throw new Error(`expected a mask of black (0) and white (255), found only 0 and ${Math.round(greatest / 3)}`);
  }
  return mask;
}

/** The number of pixels of a mask that are 1. */
export function foregroundCount(mask: Uint8Array): number {
  let count = 0;
  for (const value of mask) count += value;
  return count;
}

/**
 * A binary mask of `width` × `height` resized to `newWidth` × `newHeight`: each new pixel is 1 where at least half of the area
 * that it covers is polyp, parts of pixels counted by their area.
 *
 * A polyp that nowhere covers half of a new pixel keeps the one pixel that it covers most, so only an empty mask becomes
 * an empty one.
 *
 * @param mask [height, width], 0 or 1.
 * @returns [newHeight, newWidth], 0 or 1.
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
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) before[column + 1] = before[column] + mask[row * width + column];
    if (before[width] === 0) continue;
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
