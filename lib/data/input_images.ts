/**
 * Images without masks, one after the other: files, folders of them, and volumes as slices.
 *
 * @module
 */
import { basename, dirname, relative, resolve } from "@std/path";
import { readFolder } from "./folder_layout.ts";
import { composed, imageFilesIn, kindOf, withoutExtension } from "./image_pairs.ts";
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

/** Folders below one another that are looked into; more are a ring of links. */
const MOST_DEPTH = 20;
/** Longest name, bytes of UTF-8: file systems allow 255, and endings come behind. */
const LONGEST_NAME = 180;

/**
 * The images of files and folders in the order named, each once. Of a folder of images and masks, as training takes it, the
 * images alone are taken; of another one every image file, of the folders in it too.
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

/** The image files of a folder: of pairs the images alone, with what training calls them. */
function filesOf(folder: string, notes: string[]): { file: string; id?: string }[] {
  try {
    const { pairs, single } = readFolder(folder);
    if (pairs.length > 0) {
      const masks = pairs.flatMap(({ mask, moreMasks = [] }) => [mask, ...moreMasks]).concat(single.masks);
      notes.push(`"${folder}" holds images and masks: the ${masks.length} masks are no images to predict.`);
      const named = pairs.map(({ image, id }) => ({ file: image, id: basename(id) }));
      return [...named, ...single.images.map((file) => ({ file }))];
    }
  } catch {
    // No folder of pairs: all that is there are images.
  }
  return imageFilesIn(folder, { levels: MOST_DEPTH }).map(({ path }) => ({ file: path }));
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
