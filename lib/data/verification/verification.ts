/**
 * What checking a data set's folder gives.
 *
 * @module
 */
import type { FileFinding } from "../file_finding.ts";

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

/** Counts of a data set's folder. */
export interface VerificationCounts {
  readonly images: number;
  readonly masks: number;
  readonly pairs: number;
  /** Pairs of the published data set. */
  readonly expectedPairs: number;
  /** Polyp pixels of all masks at native size. */
  readonly polypPixels: number;
}

/** The result of all checks. */
export interface Verification {
  /** Name of the data set, as in "kvasir-seg". */
  readonly dataset: string;
  /** Paths of its two folders. */
  readonly folders: { readonly images: string; readonly masks: string };
  /** The format of the published release that it is, as in "TIFF"; nothing where no file is of one. */
  readonly format?: string;
  /** Whether the folder was held against the whole published data set or is the user's own selection. */
  readonly selection: boolean;
  /** Whether nothing is wrong. */
  readonly passed: boolean;
  readonly counts: VerificationCounts;
  /** What is wrong, in the order of the checks. */
  readonly findings: readonly Finding[];
  /** What one should know and is not wrong, such as near-duplicates that the published data set has. */
  readonly notes: readonly Finding[];
}
