/**
 * Image files and their mask files: finding them in two folders and pairing them by name.
 *
 * @module
 */
import { join } from "@std/path";

/** A part of a split. */
export type SplitPart = "train" | "validation" | "test";

/** A file or folder, and what was found about it. */
export interface FileFinding {
  /** Its path. */
  readonly file: string;
  /** A sentence that names the file and says what was expected and what was found. */
  readonly message: string;
}

/** An image file and the mask file or files of the same name. */
export interface ImagePair {
  /** The file name without its extension, in Unicode's composed form. */
  readonly id: string;
  /** Path of the image file. */
  readonly image: string;
  /** Path of the mask file. */
  readonly mask: string;
  /** Paths of further masks of the same image, which are united with the first. */
  readonly moreMasks?: readonly string[];
  /** What it belongs to (a patient, a video), where a list of the user's says so. */
  readonly group?: string;
  /** Its part of the split, where a list or the folders say so. */
  readonly part?: SplitPart;
}

/** The pairs of a data set folder, and what is wrong with the files that make no pair. */
export interface PairListing {
  readonly pairs: readonly ImagePair[];
  /** Paths of the images and masks that make no pair: of which the other is missing, or masks have several names. */
  readonly single: { readonly images: readonly string[]; readonly masks: readonly string[] };
  /** One for each file that has no partner or stands twice, and each link that leads nowhere. */
  readonly findings: readonly FileFinding[];
  /** What one should know of how the files were understood. */
  readonly notes: readonly string[];
  /** Path, size and times of every file: changes whenever a file does. */
  readonly state: readonly string[];
}

/** A listing before the files' state is taken. */
export type Pairing = Omit<PairListing, "state">;

/** A file that may be an image: its name without extension, composed, and its path. */
export interface ImageFile {
  readonly name: string;
  readonly path: string;
}

/** How far reading has come: `done` of `total` files; masks that are read for their rule count beside the pairs. */
export type ReadProgress = (progress: { done: number; total: number }) => void;

/** Extensions of the files that can be read, in lower case. */
export const IMAGE_EXTENSIONS: readonly string[] = ".jpg .jpeg .jpe .jfif .png .tif .tiff .bmp .webp .nii.gz .nii .dcm"
  .split(" ");

/** Files that systems leave in folders: hidden ones (`._x`, `.DS_Store`) and Windows' own. */
const JUNK = /^(\.|~\$)|^(thumbs\.db|ehthumbs\.db|desktop\.ini|__macosx)$/i;

/**
 * Lists the images and masks of two folders as pairs (see `pairNames()`), whatever their extensions, sorted with numbers
 * in numeric order ("2" before "10"). Junk and files with other extensions are left out.
 *
 * @param folders Paths of the two folders.
 * @param extensions In lower case with the dot.
 */
export async function listImagePairs(
  folders: { images: string; masks: string },
  extensions: readonly string[] = IMAGE_EXTENSIONS,
): Promise<PairListing> {
  const images = imageFilesIn(folders.images, { extensions }), masks = imageFilesIn(folders.masks, { extensions });
  return await withState(pairFiles(images, masks, folders));
}

/** A folder's entries without junk, by name; a link counts as what it leads to. */
export function entriesOf(folder: string): { readonly folders: readonly string[]; readonly files: readonly string[] } {
  const entries = [...Deno.readDirSync(folder)].filter(({ name }) => !JUNK.test(name));
  const isFolder = ({ name, isDirectory, isSymlink }: Deno.DirEntry) =>
    isDirectory || (isSymlink && kindOf(join(folder, name)) === "folder");
  const names = (wanted: boolean) =>
    entries.filter((entry) => isFolder(entry) === wanted).map(({ name }) => name).sort();
  return { folders: names(true), files: names(false) };
}

/**
 * The files of a folder with these extensions, sorted by name.
 *
 * @param levels Of how many levels of folders below files are taken too; their names then begin with the folder's.
 */
export function imageFilesIn(
  folder: string,
  { extensions = IMAGE_EXTENSIONS, levels = 0 }: { extensions?: readonly string[]; levels?: number } = {},
): ImageFile[] {
  const { folders, files } = entriesOf(folder);
  const own = [...files, ...(levels > 0 ? [] : folders)].flatMap((file): ImageFile[] => {
    const name = withoutExtension(file, extensions);
    return name === undefined ? [] : [{ name: composed(name), path: join(folder, file) }];
  });
  const below = levels === 0
    ? []
    : folders.flatMap((inner) =>
      imageFilesIn(join(folder, inner), { extensions, levels: levels - 1 })
        .map(({ name, path }) => ({ name: `${composed(inner)}/${name}`, path }))
    );
  return [...own, ...below];
}

/** A file's name without its extension, or nothing where that is none of these. */
export function withoutExtension(file: string, extensions: readonly string[] = IMAGE_EXTENSIONS): string | undefined {
  const found = extensions.find((extension) => file.toLowerCase().endsWith(extension));
  return found && file.slice(0, -found.length);
}

/**
 * Pairs image files with mask files; each that has no partner, stands twice or is no file is a finding.
 *
 * @param loosely Whether names may also differ as in `looserPairs()`, which is noted.
 */
export function pairFiles(
  images: readonly ImageFile[],
  masks: readonly ImageFile[],
  folders: { images: string; masks: string },
  { loosely = false }: { loosely?: boolean } = {},
): Pairing {
  const findings: FileFinding[] = [];
  const imagePaths = pathsByName(images, findings), maskPaths = pathsByName(masks, findings);
  const names = pairNames([...imagePaths.keys()], [...maskPaths.keys()]);
  const { suffixes, doubtful } = names;
  const looser = loosely ? looserPairs([...imagePaths.keys()], [...maskPaths.keys()], names) : [];
  const masksOf = new Map([...names.masksOf, ...looser.map(([image, mask]): [string, string[]] => [image, [mask]])]);
  const pairedMasks = new Set(looser.map(([, mask]) => mask)),
    left = names.left.filter((mask) => !pairedMasks.has(mask));
  const path = (mask: string) => maskPaths.get(mask)!;
  const single = {
    images: [...imagePaths].filter(([name]) => !masksOf.has(name)).map(([, file]) => file),
    masks: left.map(path),
  };
  for (const file of single.images) {
    findings.push({ file, message: `image "${file}" has no mask in "${folders.masks}"` });
  }
  for (const file of single.masks) {
    findings.push({ file, message: `mask "${file}" has no image in "${folders.images}"` });
  }
  for (const { image, masks } of doubtful) {
    const file = imagePaths.get(image)!, names = masks.map((mask) => `"${path(mask)}"`).join(" and ");
    findings.push({ file, message: `image "${file}" has masks by several names: ${names}; keep one of them` });
    single.images.push(file);
    single.masks.push(...masks.map(path));
  }
  const unclear = new Set(doubtful.map(({ image }) => image));
  const pairs = [...masksOf].filter(([image]) => !unclear.has(image)).map(([id, [first, ...more]]): ImagePair => ({
    id,
    image: imagePaths.get(id)!,
    mask: path(first),
    ...(more.length > 0 && { moreMasks: more.map(path) }),
  }));
  const endings = suffixes.map((suffix) => `"${suffix}"`).join(" or ");
  const notes = suffixes.length === 0 ? [] : [`Masks have their image's name and ${endings}.`];
  if (looser.length > 0) {
    const [[image, mask]] = looser;
    notes.push(
      `${looser.length} of ${pairs.length} masks have their image's name but for a word before it, upper and lower case ` +
        `or a second extension, as "${path(mask)}" for "${imagePaths.get(image)}": look whether they belong together.`,
    );
  }
  return { pairs: sorted(pairs), single, findings, notes };
}

/** Endings that tell a mask from its image, with a number where one image has several masks (`_mask`, `_mask_1`). */
const MASK_SUFFIX =
  /[ _.-](mask|masks|segmentation|seg|segm|gt|groundtruth|ground_truth|label|labels|annotation|annotations)([ _-]?\d+)?$/i;

/** Endings that images have and their masks do not: nnU-Net's first channel, and "image" where the mask says "mask". */
const IMAGE_SUFFIX = /[ _.-](0000|image|img|input)$/i;

/** Words that stand before a name or its number. */
const MASK_PREFIX = /^(masks?|segmentation|segm?|gt|ground_?truth|labels?|annotations?)([ _.-]|(?=\d))/i;
const IMAGE_PREFIX = /^(image|img|input)([ _.-]|(?=\d))/i;

/** A file's name in Unicode's composed form, as one system writes "ä" as one sign and another as two. */
export function composed(name: string): string {
  return name.normalize("NFC");
}

/** A mask's name without its usual ending, and that ending without its number; nothing where it has none. */
export function withoutMaskSuffix(name: string): { readonly base: string; readonly suffix: string } | undefined {
  const found = MASK_SUFFIX.exec(name);
  return found === null
    ? undefined
    : { base: name.slice(0, found.index), suffix: found[0].slice(0, found[1].length + 1) };
}

/**
 * Pairs names of images with names of masks, both without extension and {@linkcode composed}: equal names, or the mask's
 * with a usual ending (`_mask`, `-mask`, `_segmentation`, `_gt`, `_label` …), or the image's with nnU-Net's `_0000` or
 * with `_image`. Masks of one image whose endings differ in a number alone (`_mask`, `_mask_1`) belong together.
 *
 * @returns The masks of each image that has any, the endings that masks have and their images have not, masks that no
 * image has, and images with masks under several names.
 */
function pairNames(images: readonly string[], masks: readonly string[]) {
  const byName = new Map(images.map((name) => [name, name]));
  const byBase = new Map(
    images.flatMap((name) => IMAGE_SUFFIX.test(name) ? [[name.replace(IMAGE_SUFFIX, ""), name]] : []),
  );
  const imageNamed = (name: string) => byName.get(name) ?? byBase.get(name);
  const found = new Map<string, { mask: string; suffix: string }[]>(images.map((name) => [name, []]));
  const left: string[] = [];
  for (const mask of masks) {
    const ending = withoutMaskSuffix(mask);
    const equal = imageNamed(mask), image = equal ?? (ending && imageNamed(ending.base));
    if (image === undefined) left.push(mask);
    else found.get(image)!.push({ mask, suffix: equal === undefined ? ending!.suffix : "" });
  }
  const withMasks = [...found].filter(([, masks]) => masks.length > 0);
  const isDoubtful = (masks: readonly { suffix: string }[]) => new Set(masks.map(({ suffix }) => suffix)).size > 1;
  const names = (list: readonly { mask: string }[]) => list.map(({ mask }) => mask);
  return {
    masksOf: new Map(withMasks.map(([image, list]) => [image, names(list)])),
    suffixes: [...new Set(withMasks.flatMap(([, list]) => list.map(({ suffix }) => suffix)))].filter(Boolean),
    left,
    doubtful: withMasks.filter(([, list]) => isDoubtful(list)).map(([image, list]) => ({ image, masks: names(list) })),
  };
}

/** Whether a file's name begins or ends as masks' names do. */
export function isNamedAsMask(name: string): boolean {
  return MASK_PREFIX.test(name) || MASK_SUFFIX.test(name);
}

/**
 * Pairs names that `pairNames()` leaves, where they are equal but for case, a second extension (`a.jpg.png`) and a word
 * before (`image_1`, `mask_1`). Only what fits one alone is paired: no other image or mask may fit, paired or not.
 */
function looserPairs(
  images: readonly string[],
  masks: readonly string[],
  { masksOf, left }: { masksOf: ReadonlyMap<string, unknown>; left: readonly string[] },
): (readonly [image: string, mask: string])[] {
  if (left.length === 0 || masksOf.size === images.length) return [];
  const imagesNamed = Map.groupBy(
    images.flatMap((image) => looserNames(image, IMAGE_PREFIX, IMAGE_SUFFIX).map((name) => ({ name, image }))),
    ({ name }) => name,
  );
  const fitting = masks.flatMap((mask) => {
    const names = looserNames(mask, MASK_PREFIX, MASK_SUFFIX);
    const found = new Set(names.flatMap((name) => imagesNamed.get(name) ?? []).map(({ image }) => image));
    return [...found].map((image) => ({ image, mask }));
  });
  const masksFor = Map.groupBy(fitting, ({ image }) => image), imagesFor = Map.groupBy(fitting, ({ mask }) => mask);
  const isLeft = new Set(left);
  return fitting.filter(({ image, mask }) =>
    !masksOf.has(image) && isLeft.has(mask) && masksFor.get(image)!.length === 1 && imagesFor.get(mask)!.length === 1
  ).map(({ image, mask }) => [image, mask]);
}

/** What a file may be called beside its name, in lower case: without its prefix, or its suffix, or a second extension. */
function looserNames(name: string, prefix: RegExp, suffix: RegExp): string[] {
  const start = name.lastIndexOf("/") + 1, own = name.slice(start);
  const names = [own, own.replace(prefix, ""), own.replace(suffix, "")]
    .map((own) => withoutExtension(own) ?? own).filter((own) => own !== "");
  return [...new Set(names.map((own) => (name.slice(0, start) + own).toLowerCase()))];
}

/** Pairs in the order of their ids, numbers in numeric order. */
export function sorted(pairs: readonly ImagePair[]): ImagePair[] {
  const { compare } = new Intl.Collator("en", { numeric: true });
  return pairs.toSorted((a, b) => compare(a.id, b.id));
}

/** All mask files of a pair. */
export function masksOf({ mask, moreMasks = [] }: Pick<ImagePair, "mask" | "moreMasks">): string[] {
  return [mask, ...moreMasks];
}

/** A listing with the state of all its files. */
export async function withState(pairing: Pairing): Promise<PairListing> {
  const { pairs, single } = pairing;
  const files = [...pairs.flatMap((pair) => [pair.image, ...masksOf(pair)]), ...single.images, ...single.masks];
  return { ...pairing, state: await Promise.all(files.map(fileState)) };
}

/** The paths of files by their names. */
function pathsByName(files: readonly ImageFile[], findings: FileFinding[]): Map<string, string> {
  const paths = new Map<string, string>();
  for (const { name, path } of files) {
    const other = paths.get(name);
    if (kindOf(path) !== "file") findings.push({ file: path, message: `"${path}" is no file, nor a link to one` });
    else if (other === undefined) paths.set(name, path);
    else findings.push({ file: path, message: `"${path}" and "${other}" have one name: remove one of them` });
  }
  return paths;
}

/** What a path leads to. */
export function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const { isFile, isDirectory } = Deno.statSync(path);
    return isFile ? "file" : isDirectory ? "folder" : undefined;
  } catch {
    return undefined;
  }
}

/** Path, size, time of the last write and (to the second) of the last change of any kind, which no program sets back. */
async function fileState(path: string): Promise<string> {
  const { size, mtime, ctime } = await Deno.stat(path);
  return `${path} ${size} ${mtime?.getTime()} ${ctime?.getTime()}`;
}
