/**
 * Holds a folder against the published data set: number of pairs, polyp area, and the checksums of all files.
 *
 * @module
 */
import { basename, dirname, join } from "@std/path";
import { matchRelease, type Release } from "../acquisition/published_release.ts";
import type { DatasetFolders, RealDataset } from "../real_dataset.ts";
import type { Finding } from "./verification.ts";

/** What is known about a folder's files. */
export interface PublishedFilesCheck {
  /** The format of the release that the folder holds; nothing where no file name is one of a release. */
  readonly format?: string;
  /** Paths of the files that are the published ones. */
  readonly published: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/**
 * Compares files with the release whose names they have: each file that differs, that is missing, or that the release
 * does not have, is a finding.
 *
 * @param sums SHA-256 (hexadecimal) of every file by its path; nothing where it could not be read
 */
export function checkPublishedFiles(
  folders: DatasetFolders,
  sums: ReadonlyMap<string, string | undefined>,
  { definition, releases }: { definition: Pick<RealDataset, "title" | "layouts">; releases: readonly Release[] },
): PublishedFilesCheck {
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
