/**
 * Images that show nearly the same: frames of one examination, copies at another size or in another format. A test image
 * that is nearly one of training measures memory, so splits keep such images on one side.
 *
 * @module
 */
import sharp from "sharp";

/** Height = width to which an image is reduced, pixels. */
const SIDE = 16;

/** Bits of a hash: one for each two neighbours in a row or a column. */
export const HASH_BITS = 2 * SIDE * (SIDE - 1);
const WORDS = HASH_BITS / 32;

/**
 * Most bits in which the hashes of near-duplicates differ: a tenth. Four pairs of Kvasir-SEG lie below (3, 8, 14 and 30
 * bits; the next at 78), and 50 of ClinicDB, each within one video sequence (the nearest of two sequences at 80).
 * Copies saved again at 256 × 256 pixels and JPEG quality 60 differ in at most 21 (80 images tried). Any two of 400
 * images of Kvasir-SEG differ in 201 bits in the middle, 99 of 100 pairs in more than 146. An image of one colour has no
 * bit set, so that all of them look alike.
 */
export const MOST_DIFFERENT_BITS = HASH_BITS / 10;

/**
 * The difference hash of an image: reduced to 16 × 16 grey pixels, one bit for each pair of neighbours that says
 * whether it grows brighter to the right (240 bits) or downwards (240 bits). It does not change with brightness and
 * contrast; it does with rotation, mirroring and cropping.
 *
 * @param image `pixels` is [height, width, 3] RGB.
 * @returns 480 bits in 15 words.
 */
export async function differenceHash(
  { width, height, pixels }: { readonly width: number; readonly height: number; readonly pixels: Uint8Array },
): Promise<Uint32Array> {
  const grey = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .greyscale().resize(SIDE, SIDE, { fit: "fill" }).raw().toBuffer();
  const hash = new Uint32Array(WORDS);
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

/** Two images, by their index, and the number of bits in which their hashes differ. */
interface LookAlikes {
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

/**
 * All pairs of images whose difference hashes differ in at most `mostBits` bits, nearest first.
 *
 * All pairs are compared, each until it is over the limit, most after four of 15 words: 10,000 images take about
 * one second.
 *
 * @param hashes one an image, of {@linkcode differenceHash}; nothing for an image without one
 */
export function nearDuplicates(
  hashes: readonly (Uint32Array | undefined)[],
  mostBits: number = MOST_DIFFERENT_BITS,
): LookAlikes[] {
  const indices = [...hashes.keys()].filter((index) => hashes[index] !== undefined);
  // All in one array, as following a reference for each comparison takes longer than the comparison.
  const words = new Uint32Array(WORDS * indices.length);
  for (const [place, index] of indices.entries()) words.set(hashes[index]!, WORDS * place);
  const pairs: LookAlikes[] = [];
  for (let second = 1; second < indices.length; second++) {
    for (let first = 0; first < second; first++) {
      let distance = 0;
      for (let word = 0; word < WORDS && distance <= mostBits; word++) {
        distance += bitsOf(words[WORDS * first + word] ^ words[WORDS * second + word]);
      }
      if (distance <= mostBits) pairs.push({ first: indices[first], second: indices[second], distance });
    }
  }
  return pairs.sort((a, b) => a.distance - b.distance);
}

/**
 * The groups of images that look alike, by their index: two images are in one group if a chain of near-duplicates leads
 * from one to the other. Images that stand alone are left out; groups and members are in the order of the images.
 */
export function nearDuplicateGroups(hashes: readonly (Uint32Array | undefined)[]): number[][] {
  const parents = [...hashes.keys()];
  const root = (index: number) => {
    while (parents[index] !== index) index = parents[index] = parents[parents[index]];
    return index;
  };
  for (const { first, second } of nearDuplicates(hashes)) {
    const [one, other] = [root(first), root(second)];
    parents[Math.max(one, other)] = Math.min(one, other);
  }
  return [...Map.groupBy(hashes.keys(), root).values()].filter((group) => group.length > 1);
}

/** The number of bits that are set in 32 (Hacker's Delight, figure 5-2). */
function bitsOf(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
