/**
 * Controls for the controller: the ε that it made, given to other images.
 *
 * @module
 */
import { mean } from "../statistics/mean.ts";

/** Who gets which ε: see {@linkcode reorderEpsilon}. */
export type EpsilonOrder = "uncertainty" | "mean" | "random" | "reversed";

/**
 * Deals out the ε of an update anew. The mean of ε stays in every order, its distribution in all but `"mean"`, so what is
 * left of the method's advantage is not due to the uncertainty, but to the size of ε (`"mean"`) or to its spread.
 *
 * - `"uncertainty"`: as they are.
 * - `"mean"`: every image gets the mean of all.
 * - `"random"`: to images in random order.
 * - `"reversed"`: the image with the highest ε gets the lowest, and so on; equals in the order of the images.
 *
 * @param epsilon one ε an image; for `"mean"` at least one
 * @param random gives a number in [0, 1) at each call; only `"random"` asks for it
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(reorderEpsilon([0.1, 0.4, 0.2], "reversed", () => 0), [0.4, 0.1, 0.2]);
 * assertEquals(reorderEpsilon([0.125, 0.375, 0.25], "mean", () => 0), [0.25, 0.25, 0.25]);
 * ```
 */
export function reorderEpsilon(epsilon: readonly number[], order: EpsilonOrder, random: () => number): number[] {
  switch (order) {
    case "uncertainty":
      return [...epsilon];
    case "mean":
      return new Array<number>(epsilon.length).fill(mean(epsilon));
    case "random":
      return epsilon.map((value) => ({ value, key: random() })).sort((a, b) => a.key - b.key).map(({ value }) => value);
    case "reversed": {
      const ascending = [...epsilon.keys()].sort((a, b) => epsilon[a] - epsilon[b] || a - b);
      const reordered = new Array<number>(epsilon.length);
      ascending.forEach((image, rank) => reordered[image] = epsilon[ascending.at(-1 - rank)!]);
      return reordered;
    }
  }
}
