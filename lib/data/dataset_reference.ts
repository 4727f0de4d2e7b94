/**
 * Names of data sets, and what a user's word for one stands for. Decodes nothing, so that tables of results need no decoder.
 *
 * @module
 */
import { basename, extname } from "@std/path";

/** The data sets that can be opened. */
export const DATASET_NAMES = ["synthetic", "kvasir-seg", "cvc-clinicdb"] as const;

/** Name of a data set that can be opened. */
export type DatasetName = typeof DATASET_NAMES[number];

/**
 * What a user names as data set: one that is known, or the path of own images, which are then called as the last part of
 * it, in letters, digits and hyphens, and never as a known one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(datasetReference("kvasir-seg"), { name: "kvasir-seg" });
 * assertEquals(datasetReference("data/Läsionen 2/"), { name: "lasionen-2", own: "data/Läsionen 2/" });
 * assertEquals(datasetReference("./kvasir-seg").name, "own-kvasir-seg");
 * ```
 */
export function datasetReference(text: string): { name: string; own?: string } {
  if ((DATASET_NAMES as readonly string[]).includes(text)) return { name: text };
  const last = basename(text), stem = /^\.(csv|tsv|txt)$/i.test(extname(last)) ? last.slice(0, -4) : last;
  const letters = stem.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const clean = letters.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "") || "own";
  return { name: (DATASET_NAMES as readonly string[]).includes(clean) ? `own-${clean}` : clean, own: text };
}
