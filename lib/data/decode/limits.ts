/**
 * What a single image file may cost: the sizes from which on it is refused before anything is decoded.
 *
 * Measured at these limits with the costliest kinds (progressive CMYK JPEG, interlaced PNG, volumes packed by gzip; all
 * turned by EXIF): up to 350 MB above what the process holds, so that no file costs more than 500 MB, whatever its bytes.
 *
 * @module
 */

/** Most bytes of an image file; a 24-bit BMP of `MOST_PIXELS` pixels has 96 million. */
export const MOST_BYTES = 100_000_000;

/** Most pixels of an image, 8000 × 4000: a guard against files that are small on disk and fill the memory when decoded. */
export const MOST_PIXELS = 32_000_000;

/** Most pixels of a side, as JPEG has: decoders take their time for every row, however short. */
export const MOST_SIDE = 65_535;

/** Most bytes of an image's samples when decoded: `MOST_PIXELS` of RGBA at 8 bits, half as many at 16 bits. */
const MOST_SAMPLE_BYTES = 4 * MOST_PIXELS;

/** Most bytes of a volume's voxels: 512 × 512 × 512 of 16 bits. */
export const MOST_VOLUME_BYTES = 2 ** 28;

/**
 * Throws unless an image has at least one pixel and stays within the limits.
 *
 * @param sampleBytes Bytes of a pixel when decoded.
 */
export function checkSize(width: number, height: number, sampleBytes: number): void {
  if (!(width >= 1 && height >= 1)) throw new Error(`expected at least one pixel, found ${width} × ${height}`);
  if (!(width <= MOST_SIDE && height <= MOST_SIDE)) {
    throw new Error(`expected at most ${MOST_SIDE} pixels a side, found ${width} × ${height}`);
  }
  if (!(width * height <= MOST_PIXELS)) {
    throw new Error(`expected at most ${MOST_PIXELS} pixels, found ${width} × ${height}: make it smaller`);
  }
  if (width * height * sampleBytes > MOST_SAMPLE_BYTES) {
    const found = `${width} × ${height} pixels of ${sampleBytes} bytes: make it smaller, or save it with 8 bits`;
    throw new Error(`expected at most ${MOST_SAMPLE_BYTES / 1e6} MB of samples, found ${found}`);
  }
}
