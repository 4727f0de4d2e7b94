/**
 * Holds the files of an archive or a folder against the published checksums.
 *
 * @module
 */
import { join } from "@std/path";
import type { FileFinding } from "../file_finding.ts";
import type { RealDataset } from "../real_dataset.ts";
import { sha256 } from "./checksum_manifest.ts";
import type { FileSource } from "./file_source.ts";
import { matchRelease, type Release } from "./published_release.ts";

/** What a source holds of a data set. */
export interface ReleaseCheck {
  /** The format of the release, as in "TIFF"; nothing where the source holds no file of the data set. */
  readonly format?: string;
  /** Images and masks that are the published ones. */
  readonly files: number;
  /** One for each image or mask that is missing or another than the published one. */
  readonly findings: readonly FileFinding[];
  /** On files beside the images and masks. */
  readonly notes: readonly string[];
}

/** How far a check is: `done` of `total` files. */
export type FileProgress = (progress: { readonly done: number; readonly total: number }) => void;

/** What to check, and what to do with each file that is right. */
export interface ReleaseCheckOptions {
  /** Where the source lies; stands in findings. */
  readonly path: string;
  readonly definition: Pick<RealDataset, "title" | "layouts">;
  readonly releases: readonly Release[];
  /** Called with each published file, its path in the release and its bytes. */
  readonly take?: (target: string, bytes: Uint8Array) => Promise<void>;
  readonly onProgress?: FileProgress;
}

/**
 * Reads a source's files of a data set and compares their SHA-256 with the published ones.
 *
 * A source holds one release of the data set, that of which it has the most files. Of two files for one target one has
 * to be right. Extras that differ are left out with a note. Reading stops at the first file that the source cannot
 * give, which is a finding too. What `take` throws is thrown.
 */
export async function checkRelease(source: FileSource, options: ReleaseCheckOptions): Promise<ReleaseCheck> {
  const { path, definition, releases, take, onProgress } = options;
  const match = matchRelease(releases, definition.layouts, source.files.map((file) => file.path));
  if (match === undefined) {
    const wanted = releases.map(({ format, files }) => `${files.size} ${format} files`).join(" or ");
    const message = `"${path}" holds no file of ${definition.title}: expected ${wanted}`;
    return { files: 0, findings: [{ file: path, message }], notes: [] };
  }
  const { release, targets } = match;
  const right = new Set<string>(), wrong = new Map<string, FileFinding>();
  const notes: string[] = [];
  let done = 0;
  const broken = await readAll(source, new Set(targets.keys()), async (index, bytes) => {
    const target = targets.get(index)!, file = join(path, source.files[index].path);
    const published = release.files.get(target) ?? release.extras.get(target)!, found = sha256(bytes);
    if (found === published) {
      if (!right.has(target)) await take?.(target, bytes);
      right.add(target);
    } else if (release.files.has(target)) {
      const message = `"${file}" is not the published file: expected SHA-256 ${published}, found ${found}`;
      wrong.set(target, { file, message });
    } else notes.push(`"${file}" is not the published file and is left out`);
    onProgress?.({ done: ++done, total: targets.size });
  });
  const findings = broken === undefined ? [] : [{ file: path, message: `"${path}": ${broken}` }];
  for (const target of release.files.keys()) {
    if (right.has(target)) continue;
    const missing = { file: join(path, target), message: `"${target}" is missing in "${path}"` };
    // Where reading stopped, what comes after it is not missing.
    if (wrong.has(target) || broken === undefined) findings.push(wrong.get(target) ?? missing);
  }
  const files = [...right].filter((target) => release.files.has(target)).length;
  return { format: release.format, files, findings, notes };
}

/** Hands every file to `take`; returns the source's complaint where it cannot give one. */
async function readAll(
  source: FileSource,
  indices: ReadonlySet<number>,
  take: (index: number, bytes: Uint8Array) => Promise<void>,
): Promise<string | undefined> {
  const files = source.read(indices)[Symbol.asyncIterator]();
  while (true) {
    let next;
    try {
      next = await files.next();
    } catch (error) {
      return (error as Error).message;
    }
    if (next.done) return undefined;
    await take(next.value.index, next.value.bytes);
  }
}
