/**
 * The files of a published data set with their checksums, and which of them an archive or a folder holds.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { RealDataset } from "../real_dataset.ts";

/** Folder of the lists of checksums. */
const CHECKSUMS = new URL("../../../data/checksums/", import.meta.url);

/** One form in which a data set is published. Paths are `images/…` and `masks/…`, whatever its archive calls them. */
export interface Release {
  /** What tells it from the others, as in "TIFF". */
  readonly format: string;
  /** SHA-256 (hexadecimal) of every image and mask by its path. */
  readonly files: ReadonlyMap<string, string>;
  /** SHA-256 of what comes with them and nothing needs, such as boxes round the polyps, by path. */
  readonly extras: ReadonlyMap<string, string>;
}

/** The releases of a data set, from the project's lists of checksums, the preferred one first. */
export function readReleases({ releases }: Pick<RealDataset, "releases">): Release[] {
  return releases.map(({ format, manifest, folder }) => {
    const files = new Map<string, string>(), extras = new Map<string, string>();
    for (const [path, sum] of parseChecksums(Deno.readTextFileSync(new URL(manifest, CHECKSUMS)))) {
      if (!path.startsWith(`${folder}/`)) continue;
      const inside = path.slice(folder.length + 1);
      (/^(images|masks)\//.test(inside) ? files : extras).set(inside, sum);
    }
    return { format, files, extras };
  });
}

/**
 * The checksums of a list as `sha256sum` writes it, by path: SHA-256 in lower-case hexadecimal, paths as they stand.
 */
export function parseChecksums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line === "") continue;
    const [, sum, path] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (sum === undefined) {
      throw new Error(`Cannot read the checksums: expected 64 hexadecimal digits and a path in line ${index + 1}`);
    }
    if (sums.has(path)) throw new Error(`Cannot read the checksums: "${path}" stands twice`);
    sums.set(path, sum);
  }
  return sums;
}

/** SHA-256 of bytes, lower-case hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The release of which a list of paths holds the most files, or nothing where it holds no file of any; of several that
 * are equally complete the first.
 *
 * A path belongs to a release's image or mask if its file name is the same and its folder is called as one of the data
 * set's layouts calls images or masks; so `CVC-ClinicDB/Ground Truth/7.tif` is `masks/7.tif`.
 *
 * @param paths with "/" between folders
 * @returns For each path that is one of the release's files, by its index, its path there.
 */
export function matchRelease(
  releases: readonly Release[],
  layouts: RealDataset["layouts"],
  paths: readonly string[],
): { readonly release: Release; readonly targets: ReadonlyMap<number, string> } | undefined {
  const lastPart = (path: string) => path.split("/").at(-1)!.toLowerCase();
  const kinds = new Map(
    layouts.flatMap(({ images, masks }) => [[lastPart(images), "images"], [lastPart(masks), "masks"]]),
  );
  const matches = releases.map((release) => {
    const targets = new Map<number, string>();
    for (const [index, path] of paths.entries()) {
      const [name, folder = ""] = path.split("/").reverse();
      const target = `${kinds.get(folder.toLowerCase())}/${name}`;
      if (release.files.has(target)) targets.set(index, target);
      else if (release.extras.has(name)) targets.set(index, name);
    }
    const held = new Set([...targets.values()].filter((path) => release.files.has(path))).size;
    return { release, targets, share: held / release.files.size };
  });
  const best = matches.toSorted((a, b) => b.share - a.share).at(0);
  return best === undefined || best.share === 0 ? undefined : { release: best.release, targets: best.targets };
}
