/**
 * Holds the files of an archive or a folder against the published checksums.
 *
 * @module
 */
import { join } from "@std/path";
import type { RealDataset } from "../real_dataset.ts";
import type { FileSource } from "./file_source.ts";
import { matchRelease, type Release, sha256 } from "./published_release.ts";

/** What a source holds of a data set. */
export interface ReleaseCheck {
  /** The format of the release, as in "TIFF"; nothing where the source holds no file of the data set. */
  readonly format?: string;
  /** Images and masks that are the published ones. */
  readonly files: number;
  /** A sentence for each image or mask that is missing or another than the published one. */
  readonly findings: readonly string[];
}

/** What to check, and what to do with each file that is right. */
export interface ReleaseCheckOptions {
  /** Where the source lies; stands in findings. */
  readonly path: string;
  readonly definition: Pick<RealDataset, "title" | "layouts">;
  readonly releases: readonly Release[];
  /** Called with each published file, its path in the release and its bytes. */
  readonly take?: (target: string, bytes: Uint8Array) => Promise<void>;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Reads a source's files of a data set and compares their SHA-256 with the published ones.
 *
 * A source holds one release of the data set, that of which it has the most files. Of two files for one target one has
 * to be right. Extras that differ are left out.
 *
 * @throws What the source throws where it cannot give a file, and what `take` throws.
 */
export async function checkRelease(source: FileSource, options: ReleaseCheckOptions): Promise<ReleaseCheck> {
  const { path, definition, releases, take, onProgress } = options;
  const match = matchRelease(releases, definition.layouts, source.paths);
  if (match === undefined) {
    const wanted = releases.map(({ format, files }) => `${files.size} ${format} files`).join(" or ");
    return { files: 0, findings: [`"${path}" holds no file of ${definition.title}: expected ${wanted}`] };
  }
  const { release, targets } = match;
  const right = new Set<string>(), wrong = new Map<string, string>();
  let done = 0;
  for await (const { index, bytes } of source.read(new Set(targets.keys()))) {
    const target = targets.get(index)!, file = join(path, source.paths[index]);
    const published = release.files.get(target) ?? release.extras.get(target)!, found = sha256(bytes);
    if (found !== published) {
      wrong.set(target, `"${file}" is not the published file: expected SHA-256 ${published}, found ${found}`);
    } else if (!right.has(target)) {
      await take?.(target, bytes);
      right.add(target);
    }
    onProgress?.({ done: ++done, total: targets.size });
  }
  const left = [...release.files.keys()].filter((target) => !right.has(target));
  const findings = left.map((target) => wrong.get(target) ?? `"${target}" is missing in "${path}"`);
  return { format: release.format, files: release.files.size - left.length, findings };
}
