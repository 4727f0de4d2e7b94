/**
 * Random streams that are derived from one seed by label, so that every use of chance in a run (split, weights, shuffle
 * of epoch 12, pass 3 of MC Dropout) is its own stream and none depends on how many numbers another one has drawn.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js"; // audited, without dependencies, and the same in every runtime
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** What a stream is for: text and numbers, most general first, as in `("epoch", 12, "shuffle")`. */
export type StreamLabel = string | number;

/** A source of random numbers; each call draws the next one. */
export interface RandomStream {
  /** A number in [0, 1), uniformly. */
  uniform(): number;
  /** An integer in [from, to], both ends included, uniformly. */
  integer(from: number, to: number): number;
  /** A normally distributed number with mean 0 and standard deviation 1 (Box and Muller). */
  normal(): number;
}

/**
 * The 32-bit seed of the stream with these labels: the first four bytes of the SHA-256 of the seed and the labels.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * assertEquals(deriveSeed(7, "mc", 3), deriveSeed(7, "mc", 3));
 * assertNotEquals(deriveSeed(7, "mc", 3), deriveSeed(7, "mc", 4));
 * ```
 */
export function deriveSeed(seed: number, ...labels: StreamLabel[]): number {
  const digest = sha256(new TextEncoder().encode(JSON.stringify([seed, ...labels])));
  return new DataView(digest.buffer, digest.byteOffset).getInt32(0, true);
}

/** The random stream with these labels; the same seed and labels give the same numbers on every machine. */
export function randomStream(seed: number, ...labels: StreamLabel[]): RandomStream {
  const generator = xoroshiro128plus(deriveSeed(seed, ...labels));
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    integer: (from, to) => uniformInt(generator, from, to),
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** A copy of `items` in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], stream: RandomStream): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = stream.integer(0, last);
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}
