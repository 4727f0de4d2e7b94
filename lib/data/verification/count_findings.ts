/**
 * Whether a folder holds as many pairs, and as much polyp, as the published data set.
 *
 * @module
 */
import type { DatasetFolders, RealDataset } from "../real_dataset.ts";
import type { Finding } from "./verification.ts";

/** Polyp pixels of all masks at native size. */
export function polypPixels(pairs: readonly { readonly foreground: number }[]): number {
  return pairs.reduce((sum, { foreground }) => sum + foreground, 0);
}

/** The number of pairs, where it is another than the published one; where it is not, the polyp area likewise. */
export function countFindings(
  { title, official }: Pick<RealDataset, "title" | "official">,
  { images, masks }: DatasetFolders,
  pairs: readonly { readonly foreground: number }[],
): Finding[] {
  if (pairs.length !== official.count) {
    const message = `"${images}": expected ${official.count} pairs as ${title} has, found ${pairs.length}`;
    return [{ check: "count", file: images, message }];
  }
  const area = polypPixels(pairs);
  if (area === official.foreground) return [];
  const message = `"${masks}": expected ${official.foreground} polyp pixels in all masks, found ${area}`;
  return [{ check: "polyp area", file: masks, message }];
}
