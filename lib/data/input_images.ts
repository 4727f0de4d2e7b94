/**
 * Images without masks, one after the other: files, folders of them, and volumes as slices.
 *
 * @module
 */
import { basename, dirname, join, relative, resolve } from "@std/path";
import { JOURNAL_FILE, MANIFEST_FILE } from "../files/own_folder.ts";
import { isMaskFolder, readFolder } from "./folder_layout.ts";
import {
  composed,
  entriesOf,
  type ImagePair,
  kindOf,
  masksOf,
  type Pairing,
  withoutExtension,
  withoutMaskSuffix,
} from "./image_pairs.ts";
import { decodePicture, decodeVolume, formatOfFile } from "./decode/decode_picture.ts";
import { type Picture, rgbOf } from "./picture.ts";

/** A file to read. */
export interface InputFile {
  readonly path: string;
  /** As people should see it: from the folder that was named on. */
  readonly shown: string;
  /** What its results are called: its name without the extension, changed where another file has that already. */
  readonly name: string;
}

/** Files to read, and what a user should know of them. */
export interface InputListing {
  readonly files: readonly InputFile[];
  readonly notes: readonly string[];
}

/** An image at its native size. */
export interface InputImage {
  /** What its results are called: the file's, of a volume with the number of the slice, as in `scan#12`. */
  readonly name: string;
  /** As people should see it. */
  readonly shown: string;
  /** The file's orientation applied, pixels. */
  readonly width: number;
  /** The file's orientation applied, pixels. */
  readonly height: number;
  /** [height, width, 3] RGB, 0..255, as training reads them. */
  readonly pixels: Uint8Array;
  /** What was done that a person should know. */
  readonly notes: readonly string[];
}

/** Longest name, bytes of UTF-8: file systems allow 255, and endings come behind. */
const LONGEST_NAME = 180;

/**
 * The images of files and folders in the order named, each once. Of a folder every image file is taken, of the folders in
 * it too; where it holds images and masks, as training takes it, all that are no masks.
 *
 * @throws {Error} Where there is nothing at a path, or no image in a folder.
 */
export function listInputs(paths: readonly string[]): InputListing {
  const notes: string[] = [], found = new Map<string, { path: string; shown: string; own: string }>();
  for (const place of paths) {
    const path = resolve(place), kind = kindOf(path);
    if (kind === undefined) throw new Error(`Cannot read "${path}": expected a file or folder, found nothing there`);
    const files = kind === "folder" ? filesOf(path, notes) : [{ file: path }];
    if (files.length === 0) throw new Error(`Cannot read "${path}": expected image files, found none in this folder`);
    for (const { file, id } of files) {
      const shown = relative(kind === "folder" ? path : dirname(path), file);
      if (!found.has(file)) {
        found.set(file, { path: file, shown, own: id === undefined ? plainName(file) : fileName(id) });
      }
    }
  }
  const shown = new Map<string, number>();
  for (const file of found.values()) shown.set(file.shown, (shown.get(file.shown) ?? 0) + 1);
  const taken = new Set<string>(), stems = new Set([...found.values()].map(({ own }) => own.toLowerCase()));
  const files = [...found.values()].map((file): InputFile => {
    const { own } = file, name = freeName(own, file.path, taken, stems);
    const unclear = shown.get(file.shown)! > 1 ? file.path : file.shown;
    if (name !== own) {
      notes.push(`The results of "${unclear}" are called "${name}", as another file is called "${own}".`);
    }
    return { path: file.path, shown: unclear, name };
  });
  return { files, notes };
}

/**
 * Decodes a file: one image, or the slices of a volume one after the other.
 *
 * @throws {Error} With the file's path, where it can't be read.
 */
export async function* readInput({ path, shown, name }: InputFile): AsyncGenerator<InputImage> {
  if (await formatOfFile(path) !== "NIfTI") return yield inputImage(await decodePicture(path), name, shown);
  const { slices, slice } = await decodeVolume(path);
  for (let index = 0; index < slices; index++) {
    yield inputImage(slice(index), `${name}#${index}`, `${shown}#${index}`);
  }
}

function inputImage(picture: Picture, name: string, shown: string): InputImage {
  const { width, height, notes } = picture, { pixels, note } = rgbOf(picture);
  return { name, shown, width, height, pixels, notes: [...notes, ...(note ? [note] : [])] };
}

/** The image files of a folder: of one with pairs first their images, with what training calls them; none is a mask. */
function filesOf(folder: string, notes: string[]): { file: string; id?: string }[] {
  const all = imagesBelow(folder, notes), { pairs, single } = pairingOf(folder);
  if (pairs.length === 0) return all.map((file) => ({ file }));
  const masks = new Set([...pairs.flatMap(masksOf), ...single.masks].map(realPath));
  const taken = new Set(pairs.map(({ image }) => realPath(image))), others: string[] = [];
  const isMask = maskTest(folder, all, pairs);
  for (const file of [...single.images, ...all]) {
    const place = realPath(file);
    if (taken.has(place) || masks.has(place)) continue;
    if (isMask(file)) masks.add(place);
    else {
      taken.add(place);
      others.push(file);
    }
  }
  notes.push(`"${folder}" holds images and masks: the ${masks.size} masks are no images to predict.`);
  if (others.length > 0) {
    const names = others.slice(0, 5).map((file) => relative(folder, file)).join(", ") + (others.length > 5 ? " …" : "");
    notes.push(`${others.length} of ${taken.size} images make no pair there and are predicted all the same: ${names}.`);
  }
  return [...pairs.map(({ image, id }) => ({ file: image, id: basename(id) })), ...others.map((file) => ({ file }))];
}

/** The pairs of a folder; none where it can't be read as one of pairs, so that all that is there are images. */
function pairingOf(folder: string): Pick<Pairing, "pairs" | "single"> {
  try {
    return readFolder(folder);
  } catch {
    return { pairs: [], single: { images: [], masks: [] } };
  }
}

/** All image files of a folder and those in it, each once wherever links lead; without the results of our own tasks. */
function imagesBelow(folder: string, notes: string[], seen = new Set<string>()): string[] {
  if (seen.has(realPath(folder))) return [];
  seen.add(realPath(folder));
  const isResult = (path: string) => [MANIFEST_FILE, JOURNAL_FILE].some((name) => kindOf(join(path, name)) === "file");
  try {
    const { folders, files } = entriesOf(folder);
    const below = folders.map((name) => join(folder, name)).filter((path) => !isResult(path));
    return [
      ...files.filter((name) => withoutExtension(name) !== undefined).map((name) => join(folder, name)),
      ...below.flatMap((path) => imagesBelow(path, notes, seen)),
    ];
  } catch (error) {
    if (seen.size === 1) throw error; // the folder that was named
    notes.push(`Cannot read the folder "${folder}", it is passed over: ${(error as Error).message}`);
    return [];
  }
}

/** Tells masks that are in no pair: by the folders above them, or as masks of another file by their names. */
function maskTest(folder: string, files: readonly string[], pairs: readonly ImagePair[]): (file: string) => boolean {
  const above = (file: string): string[] =>
    file === folder || file === dirname(file) ? [] : [file, ...above(dirname(file))];
  const withImages = new Set(pairs.flatMap(({ image }) => above(dirname(image))));
  const withMasks = new Set(pairs.flatMap(masksOf).map((mask) => dirname(mask)));
  const stem = (file: string) => composed(withoutExtension(file) ?? file), stems = new Set(files.map(stem));
  return (file) =>
    stems.has(withoutMaskSuffix(stem(file))?.base ?? "") ||
    above(dirname(file)).some((path) => !withImages.has(path) && (withMasks.has(path) || isMaskFolder(basename(path))));
}

function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return path; // a link that leads nowhere
  }
}

/** A file's name without its extension, as a name for files. */
function plainName(path: string): string {
  const file = basename(path);
  return fileName(withoutExtension(file) ?? file.replace(/(?<=.)\.[^.]*$/, ""));
}

/** A name that files can have: in Unicode's composed form, without what leads elsewhere, not too long. */
function fileName(text: string): string {
  // deno-lint-ignore no-control-regex -- no system takes them in names
  return shortened(composed(text.toWellFormed()).replace(/[\x00-\x1f\x7f\\/]/g, "_") || "image", "");
}

/**
 * The name, or the folder's before it, or with a number, whichever no other file has; case alone makes no difference.
 *
 * @param taken Names so far, in lower case; the chosen one is added.
 * @param stems Own names of all files, whose slices would be called `stem#0` and so on.
 */
function freeName(name: string, path: string, taken: Set<string>, stems: ReadonlySet<string>): string {
  const isFree = (candidate: string) => {
    const key = candidate.toLowerCase(), slice = /^(.+)#\d+$/.exec(key);
    return !taken.has(key) && (slice === null || !stems.has(slice[1]));
  };
  const inFolder = shortened(`${plainName(dirname(path))}_${name}`, "");
  let chosen = isFree(name) ? name : inFolder;
  for (let number = 2; !isFree(chosen); number++) chosen = shortened(name, `_${number}`);
  taken.add(chosen.toLowerCase());
  return chosen;
}

function shortened(name: string, ending: string): string {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  let characters = [...name];
  while (bytes(characters.join("") + ending) > LONGEST_NAME) characters = characters.slice(0, -1);
  return characters.join("") + ending;
}
