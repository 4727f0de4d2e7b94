/**
 * What decoding an image file gives, and the size from which on it is refused.
 *
 * @module
 */

/** A decoded image; grey images have three equal channels. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
  /** [height, width, 3] RGB, 0..255. */
  readonly pixels: Uint8Array;
}

/** Most pixels an image may have: a guard against files that are small on disk and fill the memory when decoded. */
export const MOST_PIXELS = 50_000_000;

/**
 * Throws unless width × height is at most `mostPixels`.
 *
 * @throws With the size found and the limit.
 */
export function checkPixelCount(width: number, height: number, mostPixels: number): void {
  if (!(width * height <= mostPixels)) {
    throw new Error(`expected at most ${mostPixels} pixels, found ${width} × ${height}`);
  }
}
