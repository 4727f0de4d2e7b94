/**
 * The rim of a mask over its image.
 *
 * @module
 */

/** Bright green, which tissue does not have. */
const OUTLINE = [0, 255, 90];

/**
 * Draws the rim of a mask, from inside, into an image.
 *
 * @param image RGB bytes, `[height, width, 3]`; changed
 * @param mask `[height, width]`, 0 or 1
 */
export function drawOutline(image: Uint8Array, mask: Uint8Array, width: number): void {
  const height = mask.length / width;
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel] === 0) continue;
    const column = pixel % width, row = (pixel - column) / width;
    const isInside = column > 0 && column + 1 < width && row > 0 && row + 1 < height && mask[pixel - 1] === 1 &&
      mask[pixel + 1] === 1 && mask[pixel - width] === 1 && mask[pixel + width] === 1;
    if (!isInside) image.set(OUTLINE, 3 * pixel);
  }
}
