/**
 * A perceptual hash: images that look alike have hashes that differ in few bits.
 *
 * @module
 */
import sharp from "sharp";
import type { DecodedImage } from "../decoded_image.ts";

/** Height = width to which an image is reduced, pixels. */
const SIDE = 16;

/** Bits of a hash: one for each two neighbours in a row or a column. */
export const HASH_BITS = 2 * SIDE * (SIDE - 1);

/**
 * The difference hash of an image: reduced to 16 × 16 grey pixels, one bit for each pair of neighbours that says
 * whether it grows brighter to the right (240 bits) or downwards (240 bits). It does not change with brightness and
 * contrast.
 *
 * @returns 480 bits in 15 words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const row = Array.from({ length: 64 }, (_, x) => [4 * x, 4 * x, 4 * x]).flat();
 * const image = { width: 64, height: 64, channels: 3, pixels: new Uint8Array(Array(64).fill(row).flat()) } as const;
 * const dark = { ...image, pixels: image.pixels.map((level) => level >> 1) };
 * assertEquals(hammingDistance(await differenceHash(image), await differenceHash(dark)), 0);
 * ```
 */
export async function differenceHash({ width, height, channels, pixels }: DecodedImage): Promise<Uint32Array> {
  const grey = await sharp(pixels, { raw: { width, height, channels } })
    .greyscale().resize(SIDE, SIDE, { fit: "fill" }).raw().toBuffer();
  const hash = new Uint32Array(HASH_BITS / 32);
  let bit = 0;
  const compare = (first: number, second: number) => {
    if (grey[first] < grey[second]) hash[bit >>> 5] |= 1 << (bit & 31);
    bit++;
  };
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const pixel = row * SIDE + column;
      if (column + 1 < SIDE) compare(pixel, pixel + 1);
      if (row + 1 < SIDE) compare(pixel, pixel + SIDE);
    }
  }
  return hash;
}

/** The number of bits in which two hashes differ. */
export function hammingDistance(first: Uint32Array, second: Uint32Array): number {
  let distance = 0;
  for (let word = 0; word < first.length; word++) {
    for (let bits = first[word] ^ second[word]; bits !== 0; bits &= bits - 1) distance++;
  }
  return distance;
}
