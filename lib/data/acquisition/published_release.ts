/**
 * The files of a published data set with their checksums, and which of them an archive or a folder holds.
 *
 * @module
 */
import type { RealDataset } from "../real_dataset.ts";
import { parseChecksums } from "./checksum_manifest.ts";

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

/** The release that a list of paths belongs to. */
export interface ReleaseMatch {
  readonly release: Release;
  /** For each path that is one of the release's files, its path there; indices are those of the list. */
  readonly targets: ReadonlyMap<number, string>;
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
 * The release of which a list of paths holds the most files, or nothing where it holds no file of any; of several that
 * are equally complete the first.
 *
 * A path belongs to a release's image or mask if its file name is the same and its folder is called as one of the data
 * set's layouts calls images or masks; so `CVC-ClinicDB/Ground Truth/7.tif` is `masks/7.tif`.
 *
 * @param paths with "/" between folders
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const release = { format: "PNG", files: new Map([["images/7.png", ""], ["masks/7.png", ""]]), extras: new Map() };
 * const paths = ["PNG/Original/7.png", "readme.md", "PNG/Ground Truth/7.png"];
 * const layouts = [{ images: "PNG/Original", masks: "PNG/Ground Truth" }];
 * assertEquals([...matchRelease([release], layouts, paths)!.targets], [[0, "images/7.png"], [2, "masks/7.png"]]);
 * ```
 */
export function matchRelease(
  releases: readonly Release[],
  layouts: RealDataset["layouts"],
  paths: readonly string[],
): ReleaseMatch | undefined {
  const kinds = folderKinds(layouts);
  const matches = releases.map((release) => {
    const targets = new Map<number, string>();
    for (const [index, path] of paths.entries()) {
      const [folder, name] = path.split("/").slice(-2);
      const target = name === undefined ? folder : `${kinds.get(folder.toLowerCase())}/${name}`;
      if (release.files.has(target)) targets.set(index, target);
      else if (release.extras.has(name ?? folder)) targets.set(index, name ?? folder);
    }
    return { release, targets, held: new Set([...targets.values()].filter((path) => release.files.has(path))).size };
  });
  const best = matches.toSorted((a, b) => b.held / b.release.files.size - a.held / a.release.files.size).at(0);
  return best === undefined || best.held === 0 ? undefined : { release: best.release, targets: best.targets };
}

/** "images" or "masks" by the lower-case names that layouts give the folders of each. */
function folderKinds(layouts: RealDataset["layouts"]): Map<string, "images" | "masks"> {
  const lastPart = (path: string) => path.split("/").at(-1)!.toLowerCase();
  return new Map(
    layouts.flatMap(({ images, masks }) => [[lastPart(images), "images"], [lastPart(masks), "masks"]] as const),
  );
}
