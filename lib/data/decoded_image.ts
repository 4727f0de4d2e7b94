/**
 * A decoded image as the data sets keep it.
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
