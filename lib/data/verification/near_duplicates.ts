/**
 * Images that show the same almost alike.
 *
 * @module
 */
import { hammingDistance, HASH_BITS } from "./difference_hash.ts";

/**
 * Most bits in which the hashes of near-duplicates differ: a tenth. Four pairs of Kvasir-SEG lie below (3, 8, 14 and 30
 * bits; the next at 78), and 50 of ClinicDB, each within one video sequence (the nearest of two sequences at 80).
 * Copies saved again at 256 × 256 pixels and JPEG quality 60 differ in at most 21 (80 images tried).
 */
export const MOST_DIFFERENT_BITS = HASH_BITS / 10;

/** Two images, by their index, and the number of bits in which their hashes differ. */
export interface LookAlikes {
  readonly first: number;
  readonly second: number;
  readonly distance: number;
}

/**
 * All pairs of images whose difference hashes differ in at most `mostBits` bits, nearest first.
 *
 * @param hashes one an image, of {@linkcode differenceHash}; nothing for an image without one
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const hashes = [new Uint32Array(15), new Uint32Array(15).fill(7), new Uint32Array(15).fill(5)];
 * assertEquals(nearDuplicates(hashes), [{ first: 1, second: 2, distance: 15 }, { first: 0, second: 2, distance: 30 }, {
 *   first: 0,
 *   second: 1,
 *   distance: 45,
 * }]);
 * ```
 */
export function nearDuplicates(
  hashes: readonly (Uint32Array | undefined)[],
  mostBits: number = MOST_DIFFERENT_BITS,
): LookAlikes[] {
  const pairs: LookAlikes[] = [];
  for (const [second, hash] of hashes.entries()) {
    if (hash === undefined) continue;
    for (let first = 0; first < second; first++) {
      const other = hashes[first];
      if (other === undefined) continue;
      const distance = hammingDistance(other, hash);
      if (distance <= mostBits) pairs.push({ first, second, distance });
    }
  }
  return pairs.sort((a, b) => a.distance - b.distance);
}
