/**
 * What is asked of the folder of a published data set.
 *
 * @module
 */
import type { FileFinding } from "../image_pairs.ts";

/** The checks, in the order in which they are told, and what each one asks. */
export const CHECKS = {
  "count": "as many pairs as the published data set has",
  "pairs": "every image has one mask of its name, every mask an image",
  "decodable": "every file can be read and decoded whole",
  "sizes": "a mask has the size of its image",
  "masks": "masks are black and white, with some polyp and some background",
  "polyp area": "all masks together have the published polyp area",
  "checksums": "every file has the SHA-256 of the published one, and none is missing",
  "duplicates": "no two images and no two masks are the same file",
  "near-duplicates": "no two images look alike, but for those of one group and what the published set has",
  "splits": "splits are disjoint and complete, and keep groups on one side",
} as const;

/** Name of a check. */
export type Check = keyof typeof CHECKS;

/** Something that a check found. */
export interface Finding extends FileFinding {
  readonly check: Check;
}
