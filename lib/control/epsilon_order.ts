/**
 * Controls for the controller: the same values of ε, dealt out to other images.
 *
 * @module
 */
/** Who gets which ε: see {@linkcode reorderEpsilon}. */
export type EpsilonOrder = "uncertainty" | "mean" | "random" | "reversed";

/**
 * Deals out the values of ε anew, so that their distribution stays and only who gets them changes. What is left of the
 * method's advantage then is due to the spread of ε, not to the uncertainty.
 *
 * - `"uncertainty"`: as they are.
 * - `"random"`: to images in random order.
 * - `"reversed"`: the image with the highest ε gets the lowest, and so on; equals in the order of the images.
 *
 * @param epsilon One ε an image.
 * @param random A number in [0, 1) at each call; only `"random"` asks for it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(reorderEpsilon([0.1, 0.4, 0.2], "reversed", () => 0), [0.4, 0.1, 0.2]);
 * ```
 */
export function reorderEpsilon(epsilon: readonly number[], order: EpsilonOrder, random: () => number): number[] {
  switch (order) {
    case "uncertainty":
      return [...epsilon];
    case "mean":
      return epsilon.map(() => epsilon.reduce((sum, value) => sum + value, 0) / epsilon.length);
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
