/**
 * Sizes of the work, written as base width / image size / batch: `16/96/8`.
 *
 * @module
 */

/** A U-Net's base width, the height = width of its images in pixels, and the number of images in a batch. */
export interface WorkSize {
  readonly baseWidth: number;
  readonly imageSize: number;
  readonly batch: number;
}

/** The sizes that the bench measures by default: from a quick trial's to the thesis' network and images. */
export const DEFAULT_SIZES = ["8/64/16", "16/96/8", "32/128/8", "64/224/2"] as const;

/** The U-Net halves its images four times. */
const IMAGE_SIZE_UNIT = 16;

/**
 * Reads a size.
 *
 * @throws {RangeError} saying what is wrong with it
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseWorkSize("16/96/8"), { baseWidth: 16, imageSize: 96, batch: 8 });
 * ```
 */
export function parseWorkSize(text: string): WorkSize {
  const match = /^([1-9]\d{0,4})\/([1-9]\d{0,4})\/([1-9]\d{0,4})$/.exec(text);
  if (!match) throw new RangeError(`expected base width/image size/batch as in 16/96/8, found "${text}"`);
  const [baseWidth, imageSize, batch] = match.slice(1).map(Number);
  if (imageSize % IMAGE_SIZE_UNIT !== 0) {
    throw new RangeError(
      `expected an image size that is a multiple of ${IMAGE_SIZE_UNIT}, found ${imageSize} in "${text}"`,
    );
  }
  if (baseWidth % 2 !== 0) throw new RangeError(`expected an even base width, found ${baseWidth} in "${text}"`);
  return { baseWidth, imageSize, batch };
}

/** The size as it is written. */
export function formatWorkSize({ baseWidth, imageSize, batch }: WorkSize): string {
  return `${baseWidth}/${imageSize}/${batch}`;
}
