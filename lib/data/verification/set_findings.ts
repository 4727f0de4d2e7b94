/**
 * What is wrong with a folder as a whole: files that the published data set has not, and images that stand twice.
 *
 * @module
 */
import { basename, dirname, join } from "@std/path";
import { matchRelease, type Release } from "../acquisition/published_release.ts";
import { HASH_BITS, nearDuplicates } from "../near_duplicates.ts";
import type { DatasetFolders, RealDataset } from "../real_dataset.ts";
import type { ExaminedPair } from "./examine_pair.ts";
import type { Finding } from "./checks.ts";

/**
 * Compares files with the release whose names they have: each file that differs, that is missing, or that the release
 * does not have, is a finding.
 *
 * @param sums SHA-256 (hexadecimal) of every file by its path; nothing where it could not be read
 * @returns `format` of the release, nothing where no file name is one of a release; paths of `published` files
 */
export function checkPublishedFiles(
  folders: DatasetFolders,
  sums: ReadonlyMap<string, string | undefined>,
  { definition, releases }: { definition: Pick<RealDataset, "title" | "layouts">; releases: readonly Release[] },
): { format?: string; published: ReadonlySet<string>; findings: readonly Finding[] } {
  const files = [...sums.keys()];
  const targets = files.map((file) => `${dirname(file) === folders.images ? "images" : "masks"}/${basename(file)}`);
  const layouts = [...definition.layouts, { images: "images", masks: "masks" }];
  const release = matchRelease(releases, layouts, targets)?.release;
  if (release === undefined) {
    const message = `"${folders.images}" has no file with a name of ${definition.title}`;
    return { published: new Set(), findings: [{ check: "checksums", file: folders.images, message }] };
  }
  const findings: Finding[] = [], published = new Set<string>(), present = new Set(targets);
  const report = (file: string, message: string) => findings.push({ check: "checksums", file, message });
  for (const [index, file] of files.entries()) {
    const expected = release.files.get(targets[index]), found = sums.get(file);
    if (expected === undefined) report(file, `"${file}" is no file of ${definition.title}`);
    else if (expected === found) published.add(file);
    else if (found !== undefined) {
      report(file, `"${file}" is not the published file: expected SHA-256 ${expected}, found ${found}`);
    }
  }
  for (const target of release.files.keys()) {
    if (present.has(target)) continue;
    const file = join(target.startsWith("images/") ? folders.images : folders.masks, basename(target));
    report(file, `"${file}" is missing`);
  }
  return { format: release.format, published, findings };
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
  const area = pairs.reduce((sum, { foreground }) => sum + foreground, 0);
  if (area === official.foreground) return [];
  const message = `"${masks}": expected ${official.foreground} polyp pixels in all masks, found ${area}`;
  return [{ check: "polyp area", file: masks, message }];
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
    ...sameFiles(pairs.flatMap(({ mask, maskSum, foreground }) => foreground > 0 ? { file: mask, sum: maskSum } : [])),
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
): { readonly findings: readonly Finding[]; readonly notes: readonly Finding[] } {
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
