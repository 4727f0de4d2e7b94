/**
 * Image files and their mask files: finding them in two folders and reading all of them to one size.
 *
 * @module
 */
import { join, parse } from "@std/path";
import { binaryMask, foregroundCount, resizeMask } from "./binary_mask.ts";
import { decodeImage } from "./decode_image.ts";
import type { FileFinding } from "./file_finding.ts";
import { resizeImage } from "./resize_image.ts";

/** An image file and the mask file of the same name. */
export interface ImagePair {
  /** The file name without its extension. */
  readonly id: string;
  /** Path of the image file. */
  readonly image: string;
  /** Path of the mask file. */
  readonly mask: string;
}

/** The pairs of a data set folder, and what is wrong with the files that make no pair. */
export interface PairListing {
  readonly pairs: readonly ImagePair[];
  /** Paths of images without a mask and of masks without an image. */
  readonly single: { readonly images: readonly string[]; readonly masks: readonly string[] };
  /** One for each file that has no partner or stands twice, and each link that leads nowhere. */
  readonly findings: readonly FileFinding[];
  /** Path, size and times of every file: changes whenever a file does. */
  readonly state: readonly string[];
}

/** Pairs read to one size. */
export interface LoadedPairs {
  /** [count, size, size, 3] RGB, 0..255. */
  readonly images: Uint8Array;
  /** [count, size, size], 0 or 1. */
  readonly masks: Uint8Array;
  /** Polyp pixels of each mask at its native size. */
  readonly foreground: readonly number[];
}

/** How far reading has come: `done` of `total` images. */
export type ReadProgress = (progress: { done: number; total: number }) => void;

/** Pairs read at once: enough to keep a few cores busy, few enough to hold only some large photographs in memory. */
const CONCURRENCY = 3;

/**
 * Lists the images and masks of two folders as pairs with equal names, whatever their extensions, sorted with numbers in
 * numeric order ("2" before "10"). Hidden files and files with other extensions are left out.
 *
 * @param folders Paths of the two folders.
 * @param extensions In lower case with the dot.
 */
export async function listImagePairs(
  folders: { images: string; masks: string },
  extensions: readonly string[],
): Promise<PairListing> {
  const findings: FileFinding[] = [];
  const images = filesByName(folders.images, extensions, findings);
  const masks = filesByName(folders.masks, extensions, findings);
  const single = { images: without(images, masks), masks: without(masks, images) };
  for (const file of single.images) {
    findings.push({ file, message: `image "${file}" has no mask in "${folders.masks}"` });
  }
  for (const file of single.masks) {
    findings.push({ file, message: `mask "${file}" has no image in "${folders.images}"` });
  }
  const ids = [...images.keys()].filter((id) => masks.has(id))
    .sort(new Intl.Collator("en", { numeric: true }).compare);
  const state = await Promise.all([...images.values(), ...masks.values()].map(fileState));
  const pairs = ids.map((id) => ({ id, image: images.get(id)!, mask: masks.get(id)! }));
  return { pairs, single, findings, state };
}

/** The paths of files whose names the others do not have. */
function without(files: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): string[] {
  return [...files].filter(([id]) => !others.has(id)).map(([, path]) => path);
}

/**
 * Reads all pairs of a listing to `size` × `size`: decodes them, checks that image and mask agree in size, takes the
 * mask's threshold at native size and resizes both.
 *
 * @throws With every finding of the listing and of the files at once, so that one look mends the folder.
 */
export async function loadImagePairs(
  { pairs, findings }: PairListing,
  size: number,
  onProgress?: ReadProgress,
): Promise<LoadedPairs> {
  const pixels = size * size;
  const images = new Uint8Array(3 * pixels * pairs.length), masks = new Uint8Array(pixels * pairs.length);
  const foreground: number[] = pairs.map(() => 0);
  const unreadable: string[][] = pairs.map(() => []);
  let next = 0, done = 0;
  const readUntilNoneIsLeft = async () => {
    for (let index = next++; index < pairs.length; index = next++) {
      const read = await readPair(pairs[index], size, (finding) => unreadable[index].push(finding));
      if (read !== undefined) {
        images.set(read.image, 3 * pixels * index);
        masks.set(read.mask, pixels * index);
        foreground[index] = read.foreground;
      }
      onProgress?.({ done: ++done, total: pairs.length });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, readUntilNoneIsLeft));
  throwFindings([...findings.map(({ message }) => message), ...unreadable.flat()]);
  return { images, masks, foreground };
}

/** One pair at `size` × `size`, or nothing where something is wrong with it, which is reported. */
async function readPair(
  pair: ImagePair,
  size: number,
  report: (finding: string) => void,
): Promise<{ image: Uint8Array; mask: Uint8Array; foreground: number } | undefined> {
  const decode = async (path: string) => {
    try {
      return await decodeImage(await Deno.readFile(path), { name: path });
    } catch (error) {
      report((error as Error).message);
    }
  };
  const image = await decode(pair.image), mask = await decode(pair.mask);
  if (image === undefined || mask === undefined) return;
  if (image.width !== mask.width || image.height !== mask.height) {
    report(
      `Cannot read mask "${pair.mask}": expected ${image.width} × ${image.height} pixels as its image has, ` +
        `found ${mask.width} × ${mask.height}`,
    );
    return;
  }
  try {
    const binary = binaryMask(mask);
    return {
      image: await resizeImage(image, size),
      mask: resizeMask(binary, mask.width, mask.height, size),
      foreground: foregroundCount(binary),
    };
  } catch (error) {
    report(`Cannot read mask "${pair.mask}": ${(error as Error).message}`);
  }
}

function throwFindings(findings: readonly string[]): void {
  if (findings.length === 0) return;
  const files = findings.length === 1 ? "1 wrong file" : `${findings.length} wrong files`;
  throw new Error([`Cannot read the data set: found ${files}`, ...findings].join("\n  "));
}

/** The paths of a folder's files with these extensions by their names without extension. */
function filesByName(folder: string, extensions: readonly string[], findings: FileFinding[]): Map<string, string> {
  const files = new Map<string, string>();
  const names = [...Deno.readDirSync(folder)].filter((entry) => !entry.isDirectory).map((entry) => entry.name).sort();
  for (const file of names) {
    const { name, ext } = parse(file);
    if (file.startsWith(".") || !extensions.includes(ext.toLowerCase())) continue;
    const path = join(folder, file), other = files.get(name);
    if (!isFile(path)) findings.push({ file: path, message: `"${path}" is no file, nor a link to one` });
    else if (other === undefined) files.set(name, path);
    else findings.push({ file: path, message: `"${path}" and "${other}" have one name: remove one of them` });
  }
  return files;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Path, size, time of the last write and (to the second) of the last change of any kind, which no program sets back. */
async function fileState(path: string): Promise<string> {
  const { size, mtime, ctime } = await Deno.stat(path);
  return `${path} ${size} ${mtime?.getTime()} ${ctime?.getTime()}`;
}
