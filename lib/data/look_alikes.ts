/**
 * Images that look almost alike, as groups.
 *
 * @module
 */
import { MOST_DIFFERENT_BITS } from "./near_duplicates.ts";

/**
 * For each image the index of the first one that it looks almost like, by its difference hash, directly or by way of
 * others: its own where it is the first. Memory grows with the number of images, not of pairs.
 *
 * @param hashes one an image, of `differenceHash()`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const [zero, near, far] = [0, 1, -1].map((bits) => new Uint32Array(15).fill(bits));
 * assertEquals(lookAlikeGroups([zero, far, near]), [0, 1, 0]);
 * ```
 */
export function lookAlikeGroups(hashes: readonly Uint32Array[], mostBits: number = MOST_DIFFERENT_BITS): number[] {
  const words = hashes[0]?.length ?? 0, bits = new Uint32Array(words * hashes.length);
  hashes.forEach((hash, index) => bits.set(hash, words * index));
  const leader = [...hashes.keys()];
  const leaderOf = (index: number): number => {
    while (leader[index] !== index) index = leader[index] = leader[leader[index]];
    return index;
  };
  for (let second = 1; second < hashes.length; second++) {
    for (let first = 0; first < second; first++) {
      let distance = 0;
      for (let word = 0; word < words && distance <= mostBits; word++) {
        distance += bitCount(bits[words * first + word] ^ bits[words * second + word]);
      }
      if (distance > mostBits) continue;
      const [one, other] = [leaderOf(first), leaderOf(second)];
      leader[Math.max(one, other)] = Math.min(one, other);
    }
  }
  return leader.map((_, index) => leaderOf(index));
}

/** The number of ones of a 32-bit word, counted in pairs, fours and bytes at once. */
function bitCount(word: number): number {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
