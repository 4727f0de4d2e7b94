/**
 * Files that are the same, and images that look the same.
 *
 * @module
 */
import { HASH_BITS, nearDuplicates } from "../near_duplicates.ts";
import type { ExaminedPair } from "./examine_pair.ts";
import type { Finding } from "./verification.ts";

/** What is wrong, and what one should only know. */
export interface FindingsAndNotes {
  readonly findings: readonly Finding[];
  readonly notes: readonly Finding[];
}

/** Images, and masks with a polyp, that are the same file as one before. */
export function duplicateFindings(pairs: readonly ExaminedPair[]): Finding[] {
  const sameFiles = (files: readonly { file: string; sum?: string }[]) => {
    const first = new Map<string, string>();
    return files.flatMap(({ file, sum }): Finding[] => {
      const other = sum && first.get(sum);
      if (sum && !other) first.set(sum, file);
      return other ? [{ check: "duplicates", file, message: `"${file}" and "${other}" are the same file` }] : [];
    });
  };
  return [
    ...sameFiles(pairs.map(({ image, imageSum }) => ({ file: image, sum: imageSum }))),
    // Empty masks are all alike; they are told by another check.
    ...sameFiles(
      pairs.filter(({ foreground }) => foreground > 0).map(({ mask, maskSum }) => ({
        file: mask,
        sum: maskSum,
      })),
    ),
  ];
}

/**
 * Images that look alike. It is only noted where both are the published files, as the published data sets have such
 * pairs, or where both are in one group, as splits then keep them together. Pairs that are the same file are left out.
 *
 * @param groups one a pair
 * @param published paths of the files that are the published ones
 */
export function nearDuplicateFindings(
  pairs: readonly ExaminedPair[],
  groups: readonly string[],
  published: ReadonlySet<string>,
): FindingsAndNotes {
  const findings: Finding[] = [], notes: Finding[] = [];
  for (const { first, second, distance } of nearDuplicates(pairs.map(({ hash }) => hash))) {
    const [one, other] = [pairs[first], pairs[second]];
    if (one.imageSum === other.imageSum) continue;
    const together = groups[first] === groups[second];
    const official = published.has(one.image) && published.has(other.image);
    const side = together
      ? "splits by group keep them on one side"
      : "splits may put them on both sides, so that a test image is nearly one of training";
    const message = `"${one.image}" and "${other.image}" look alike (${distance} of ${HASH_BITS} bits differ); ${side}`;
    (together || official ? notes : findings).push({ check: "near-duplicates", file: other.image, message });
  }
  return { findings, notes };
}
