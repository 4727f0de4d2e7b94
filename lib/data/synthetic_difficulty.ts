/**
 * The traits that make a synthetic image hard, and the difficulty that follows from them.
 *
 * @module
 */
import type { RandomStream } from "../random/random_stream.ts";

/** What makes an image hard; each trait runs from 0 (easy) to 1 (hard). */
export interface DifficultyTraits {
  /** 0: the polyp stands out in colour and height; 1: it has nearly the colour of the mucosa and is nearly flat. */
  readonly faintness: number;
  /** 0: the radius is 0.58 half image widths (26 % of the image); 1: 0.2 (3 %). */
  readonly smallness: number;
  /** 0: sharp margin and steep sides; 1: the polyp runs out into the wall. */
  readonly softness: number;
  /** 0: smooth, without vessels, with a rim shadow; 1: the mucosa's vessels and texture run on over the polyp. */
  readonly camouflage: number;
  /** 0: nothing else in view; 1: four things that look like polyps (short folds, bubbles, residue). */
  readonly distraction: number;
}

/** The share of each trait in the difficulty; the shares sum to 1. */
export const DIFFICULTY_WEIGHTS: Readonly<DifficultyTraits> = {
  faintness: 0.35,
  smallness: 0.2,
  softness: 0.15,
  camouflage: 0.15,
  distraction: 0.15,
};

/** The share of the image's common hardness in each trait; the rest is drawn for the trait alone. */
const COMMON_SHARE = 0.6;

/**
 * Draws the traits of one image: each is 0.6 h + 0.4 u with one h for the image and a u of its own, all uniform in
 * [0, 1). The common h spreads the images from easy to hard; five traits drawn alone would crowd around one half.
 */
export function drawTraits(stream: RandomStream): DifficultyTraits {
  const common = stream.uniform();
  const trait = () => COMMON_SHARE * common + (1 - COMMON_SHARE) * stream.uniform();
  return { faintness: trait(), smallness: trait(), softness: trait(), camouflage: trait(), distraction: trait() };
}

/**
 * The difficulty in [0, 1] that an image with these traits was made with:
 * 0.35 faintness + 0.2 smallness + 0.15 softness + 0.15 camouflage + 0.15 distraction.
 *
 * It is a definition and not an estimate: the mutual information D of the thesis (equation 8) can be held against it.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const easy = { faintness: 0, smallness: 0, softness: 0, camouflage: 0, distraction: 0 };
 * assertAlmostEquals(difficultyOf(easy), 0);
 * assertAlmostEquals(difficultyOf({ ...easy, faintness: 1 }), 0.35);
 * ```
 */
export function difficultyOf(traits: DifficultyTraits): number {
  const names = Object.keys(DIFFICULTY_WEIGHTS) as (keyof DifficultyTraits)[];
  return names.reduce((sum, name) => sum + DIFFICULTY_WEIGHTS[name] * traits[name], 0);
}
