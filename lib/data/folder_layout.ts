/**
 * How a folder of a user's own keeps images and masks.
 *
 * @module
 */
import { basename, dirname, join } from "@std/path";
import {
  composed,
  entriesOf,
  IMAGE_EXTENSIONS,
  type ImageFile,
  imageFilesIn,
  type ImagePair,
  isNamedAsMask,
  pairFiles,
  type Pairing,
  sorted,
  withoutExtension,
  withoutMaskSuffix,
} from "./image_pairs.ts";
import { partNamed } from "./split.ts";

/** Names of folders of images and of masks, in lower case without spaces, "_" and "-". */
const IMAGE_FOLDERS = ["images", "image", "imgs", "img", "original", "originals", "inputs", "input", "jpegimages"];
const MASK_FOLDERS = [
  ...["masks", "mask", "labels", "label", "annotations", "annotation", "groundtruth", "groundtruths", "gt", "gts"],
  ...["segmentations", "segmentation", "seg", "targets", "target", "segmentationclass"],
];

/** A way to read a folder that fits it. */
interface Layout {
  /** What it is, as in `images in "images", masks in "masks"`. */
  readonly text: string;
  read(): Pairing;
}

/** Folders below one another in which classes or parts may stand. */
const MOST_DEPTH = 3;

/** What `--dataset` takes, for whoever gave something else. */
const KNOWN_LAYOUTS = "folders images/ and masks/ (or labels/, annotations/, gt/ …), nnU-Net's imagesTr/ and " +
  "labelsTr/, one folder with NAME.png and NAME_mask.png, folders of these, or a CSV file with the columns image,mask";

/**
 * The pairs of a folder: `images/` and `masks/` and their usual other names, nnU-Net's `imagesTr/` and `labelsTr/` (and
 * `imagesTs/` and `labelsTs/`, for test), one folder in which masks have a usual ending, several folders of these, or one
 * folder an image with all its masks (DSB 2018). A folder that holds one folder alone is looked into. Several folders,
 * also those below `images/` and `masks/`, are classes or, where all are called train, val or test, the split. What fits
 * in no other way may be folders with a word in common (`images_C1/` and `masks_C1/`), or names that differ in case or in
 * a word before (`image_1.png` and `mask_1.png`).
 *
 * @throws If no layout fits, or more than one; both are then named.
 */
export function readFolder(folder: string): Pairing {
  const layout = theLayout(folder, MOST_DEPTH);
  if (layout === undefined) {
    throw new Error(`Cannot read "${folder}": expected ${KNOWN_LAYOUTS}, found ${contents(folder)}`);
  }
  const { notes, ...pairing } = layout.read();
  return { ...pairing, pairs: sorted(pairing.pairs), notes: [`Read as ${layout.text}.`, ...notes] };
}

/** The one layout that fits a folder, or nothing. */
function theLayout(folder: string, depth: number): Layout | undefined {
  const fitting = [...twoFolders(folder), ...oneFolder(folder)];
  if (fitting.length > 1) {
    const texts = fitting.map(({ text }) => text).join("; and as ");
    throw new Error(
      `Cannot tell how to read "${folder}", as it can be read as ${texts}: move one away, or list the pairs in a CSV ` +
        `file with the columns image,mask`,
    );
  }
  if (fitting.length === 1) return fitting[0];
  return (depth > 0 ? layoutBelow(folder, depth) : undefined) ?? sharedWords(folder) ?? looserFolder(folder);
}

function layoutBelow(folder: string, depth: number): Layout | undefined {
  const { folders } = entriesOf(folder);
  if (folders.length === 1) return theLayout(join(folder, folders[0]), depth - 1);
  return folderAnImage(folder, folders) ?? severalFolders(folder, folders, depth);
}

/** A folder of images beside one of masks. */
function twoFolders(folder: string): Layout[] {
  const { folders } = entriesOf(folder);
  const named = (names: readonly string[]) =>
    folders.filter((name) => names.includes(plain(name)))
      .filter((name) => imageFilesIn(join(folder, name), { levels: MOST_DEPTH }).length > 0);
  const layouts = (imageNames: readonly string[], maskNames: readonly string[], read = readTwoFolders) =>
    named(imageNames).flatMap((images) =>
      named(maskNames).map((masks) =>
        imagesAndMasks({ images: join(folder, images), masks: join(folder, masks) }, read)
      )
    );
  return [...layouts(IMAGE_FOLDERS, MASK_FOLDERS), ...layouts(["imagestr"], ["labelstr"], readNnunet)];
}

function imagesAndMasks(paths: { images: string; masks: string }, read = readTwoFolders): Layout {
  return { text: `images in "${paths.images}" and masks in "${paths.masks}"`, read: () => read(paths) };
}

/** Folders of images and of masks whose names have a word of their own in common, as `images_C1/` and `masks_C1/`. */
function sharedWords(folder: string): Layout | undefined {
  const { folders } = entriesOf(folder);
  const byWord = (kind: readonly string[]) =>
    Map.groupBy(
      folders.filter((name) => wordBeside(kind, name))
        .filter((name) => imageFilesIn(join(folder, name), { levels: MOST_DEPTH }).length > 0),
      (name) => wordBeside(kind, name)!.toLowerCase(),
    );
  const images = byWord(IMAGE_FOLDERS), masks = byWord(MASK_FOLDERS);
  if ([...images.values(), ...masks.values()].some(({ length }) => length > 1)) return undefined;
  const several = [...images].map(([word, [name]]) => {
    const path = join(folder, name), [mask] = masks.get(word) ?? [];
    const layout = mask === undefined ? undefined : imagesAndMasks({ images: path, masks: join(folder, mask) });
    return { name: wordBeside(IMAGE_FOLDERS, name)!, path, layout };
  });
  const layout = several.length === 1 ? several[0].layout : joined(folder, several);
  const alone = [...masks].filter(([word]) => !images.has(word)).flatMap(([, [name]]) =>
    imageFilesIn(join(folder, name), { levels: MOST_DEPTH }).map(({ path }) => path)
  );
  if (layout === undefined || alone.length === 0) return layout;
  const read = (): Pairing => {
    const { single, findings, ...pairing } = layout.read();
    return {
      ...pairing,
      single: { ...single, masks: [...single.masks, ...alone] },
      findings: [...findings, ...alone.map((file) => ({ file, message: `mask "${file}" has no folder of images` }))],
    };
  };
  return { ...layout, read };
}

/** What stands before or behind a folder's usual name, as C1 in `images_C1`. */
function wordBeside(kind: readonly string[], name: string): string | undefined {
  const words = name.split(/[ _-]+/);
  for (let count = 1; count < words.length; count++) {
    const [start, end] = [words.slice(0, count), words.slice(count)];
    if (kind.includes(plain(start.join("")))) return end.join("_");
    if (kind.includes(plain(end.join("")))) return start.join("_");
  }
  return undefined;
}

/** Whether a folder's name says that it holds masks. */
export function isMaskFolder(name: string): boolean {
  return [...MASK_FOLDERS, "labelstr", "labelsts"].includes(plain(name));
}

/** A folder's name in lower case without spaces, "_" and "-". */
function plain(name: string): string {
  return name.toLowerCase().replace(/[ _-]/g, "");
}

function readTwoFolders(paths: { images: string; masks: string }): Pairing {
  const [images, masks] = [paths.images, paths.masks].map((path) => imageFilesIn(path, { levels: MOST_DEPTH }));
  const masked = new Set(masks.map((mask) => partNamed(firstFolder(mask))));
  const isUnmasked = (image: ImageFile) =>
    mayLackMasks(firstFolder(image)) && !masked.has(partNamed(firstFolder(image)));
  const unmasked = Map.groupBy(images.filter(isUnmasked), firstFolder);
  const pairing = pairFiles(images.filter((image) => !isUnmasked(image)), masks, paths, { loosely: true });
  const { pairs, notes } = withParts(pairing.pairs), { single } = pairing;
  return {
    ...pairing,
    pairs,
    single: { ...single, images: [...single.images, ...[...unmasked.values()].flat().map(({ path }) => path)] },
    notes: [
      ...pairing.notes,
      ...notes,
      ...[...unmasked].map(([name, { length }]) => unmaskedNote(join(paths.images, name), length)),
      ...otherFiles([paths.images, paths.masks]),
    ],
  };
}

function firstFolder({ name }: Pick<ImageFile, "name">): string {
  return name.includes("/") ? name.slice(0, name.indexOf("/")) : "";
}

/** Whether a folder is for validation or test, of which others may keep the masks. */
function mayLackMasks(name: string): boolean {
  return ["validation", "test"].includes(partNamed(name)!);
}

function unmaskedNote(folder: string, count: number): string {
  return `"${folder}" holds ${count === 1 ? "1 image" : `${count} images`} without masks: not used.`;
}

/** Pairs with the parts that the first folders in their ids name, where all then have one; else a note tells of those. */
function withParts(pairs: readonly ImagePair[]): { pairs: readonly ImagePair[]; notes: string[] } {
  const folderOf = ({ id }: ImagePair) => firstFolder({ name: id });
  const named = pairs.map((pair) => ({ pair, part: partNamed(folderOf(pair)) }));
  if (named.every(({ part }) => part === undefined)) return { pairs, notes: [] };
  const others = named.filter(({ pair, part }) => (part ?? pair.part) === undefined);
  if (others.length === 0) {
    return { pairs: named.map(({ pair, part }) => ({ ...pair, part: part ?? pair.part })), notes: [] };
  }
  const parts = new Set(named.filter(({ part }) => part !== undefined).map(({ pair }) => `"${folderOf(pair)}"`));
  const note =
    `The folders ${[...parts].join(" and ")} are not taken as a split, as ${others.length} images lie outside ` +
    `of them ("${others[0].pair.id}"): move those away, or list all in a CSV file with the columns image,mask,split.`;
  return { pairs: pairs.map(({ part: _, ...pair }) => pair), notes: [note] };
}

/** nnU-Net's folders: imagesTr and labelsTr, and for test imagesTs and labelsTs where these are there and whole. */
function readNnunet(paths: { images: string; masks: string }): Pairing {
  const training = nnunetCases(paths), folder = dirname(paths.images), { folders } = entriesOf(folder);
  const images = folders.find((name) => plain(name) === "imagests");
  if (images === undefined) return training;
  const unused = (why: string) => {
    return { ...training, notes: [...training.notes, `"${images}" is not used, as ${why}.`] };
  };
  const masks = folders.find((name) => plain(name) === "labelsts");
  if (masks === undefined) return unused('there is no "labelsTs" beside it');
  const { pairs, findings } = nnunetCases({ images: join(folder, images), masks: join(folder, masks) });
  if (findings.length > 0 || pairs.length === 0) return unused(findings[0]?.message ?? "it holds no image");
  const test = pairs.map((pair): ImagePair => ({ ...pair, id: `${images}/${pair.id}`, part: "test" }));
  return { ...training, pairs: [...training.pairs.map((pair) => ({ ...pair, part: "train" as const })), ...test] };
}

/** nnU-Net's cases: each is called as its mask, and has one image, of channel 0. */
function nnunetCases(paths: { images: string; masks: string }): Pairing {
  const { pairs, findings, ...rest } = readTwoFolders(paths);
  const second = imageFilesIn(paths.images).find(({ name }) => /_000[1-9]$/.test(name));
  const message =
    `"${second?.path}" is a second channel: expected one image a case, NAME_0000, as networks here take RGB`;
  return {
    ...rest,
    pairs: pairs.map((pair) => ({ ...pair, id: pair.id.replace(/_0000$/, "") })),
    findings: second === undefined ? findings : [{ file: second.path, message }, ...findings],
  };
}

/** Images and masks in one folder, told apart by the masks' endings. */
function oneFolder(folder: string): Layout[] {
  const [images, masks] = apart(folder, (name) => withoutMaskSuffix(name) !== undefined);
  const names = new Set(images.map(({ name }) => name));
  if (!masks.some(({ name }) => names.has(withoutMaskSuffix(name)!.base))) return [];
  return [inOneFolder(folder, images, masks)];
}

/** The same where masks have a word before their names (mask_1), or names differ in case, and nothing else fits. */
function looserFolder(folder: string): Layout | undefined {
  const [images, masks] = apart(folder, isNamedAsMask);
  const layout = inOneFolder(folder, images, masks);
  return layout.read().pairs.length > 0 ? layout : undefined;
}

/** The image files in a folder, and those which are masks by their names. */
function apart(folder: string, isMask: (name: string) => boolean): [images: ImageFile[], masks: ImageFile[]] {
  const { folders } = entriesOf(folder);
  const files = imageFilesIn(folder).filter(({ path }) => !folders.includes(basename(path)));
  return [files.filter(({ name }) => !isMask(name)), files.filter(({ name }) => isMask(name))];
}

function inOneFolder(folder: string, images: readonly ImageFile[], masks: readonly ImageFile[]): Layout {
  const read = () => {
    const pairing = pairFiles(images, masks, { images: folder, masks: folder }, { loosely: true });
    return { ...pairing, notes: [...pairing.notes, ...otherFiles([folder])] };
  };
  return { text: `images and masks in "${folder}", told apart by their names`, read };
}

/** One folder an image, with a folder of the image and one of its masks, whatever their names (DSB 2018). */
function folderAnImage(folder: string, folders: readonly string[]): Layout | undefined {
  const cases = folders.map((name) => {
    const inside = (kind: string) => {
      const path = join(folder, name, kind);
      return entriesOf(join(folder, name)).folders.includes(kind) ? imageFilesIn(path).map(({ path }) => path) : [];
    };
    return { id: composed(name), images: inside("images"), masks: inside("masks") };
  });
  const differ = cases.some(({ masks }) => masks.length > 1);
  if (cases.length < 2 || !differ || !cases.every(({ images }) => images.length === 1)) return undefined;
  const read = (): Pairing => {
    const whole = cases.filter(({ masks }) => masks.length > 0);
    const without = cases.filter(({ masks }) => masks.length === 0).map(({ images }) => images[0]);
    const findings = without.map((file) => ({ file, message: `image "${file}" has no mask` }));
    const pairs = whole.map(({ id, images: [image], masks: [mask, ...moreMasks] }): ImagePair => ({
      ...{ id, image, mask },
      ...(moreMasks.length > 0 && { moreMasks }),
    }));
    return { pairs, single: { images: without, masks: [] }, findings, notes: [] };
  };
  return { text: `a folder an image in "${folder}", with all its masks`, read };
}

/** Folders that can each be read: classes, or the parts of a split. */
function severalFolders(folder: string, folders: readonly string[], depth: number): Layout | undefined {
  return joined(
    folder,
    folders.map((name) => {
      const path = join(folder, name);
      return { name, path, layout: theLayout(path, depth - 1) };
    }),
  );
}

/** Several layouts as one, the ids with their names before; what has none is told, with all images in its path. */
function joined(
  folder: string,
  layouts: readonly { name: string; path: string; layout: Layout | undefined }[],
): Layout | undefined {
  const fitting = layouts.filter(({ layout }) => layout !== undefined);
  if (fitting.length === 0) return undefined;
  const areParts = fitting.every(({ name }) => partNamed(name) !== undefined);
  const read = (): Pairing => {
    const inner = fitting.map(({ name, layout }) => {
      const { pairs, ...rest } = layout!.read();
      return { ...rest, pairs: pairs.map((pair) => ({ ...pair, id: `${composed(name)}/${pair.id}` })) };
    });
    const { pairs, notes } = withParts(inner.flatMap(({ pairs }) => pairs));
    const without = layouts.filter(({ layout }) => layout === undefined).map(({ name, path }) => {
      return { name, path, images: imageFilesIn(path, { levels: MOST_DEPTH }).map(({ path }) => path) };
    }).filter(({ images }) => images.length > 0);
    const [unmasked, wrong] = [true, false].map((may) => without.filter(({ name }) => mayLackMasks(name) === may));
    return {
      pairs,
      single: {
        images: inner.flatMap(({ single }) => single.images).concat(without.flatMap(({ images }) => images)),
        masks: inner.flatMap(({ single }) => single.masks),
      },
      findings: inner.flatMap(({ findings }) => findings)
        .concat(
          wrong.flatMap(({ images }) => images)
            .map((file) => ({ file, message: `image "${file}" has no mask in its folder` })),
        ),
      notes: [
        ...new Set(inner.flatMap(({ notes }) => notes)),
        ...notes,
        ...unmasked.map(({ path, images }) => unmaskedNote(path, images.length)),
      ],
    };
  };
  const names = fitting.map(({ name }) => `"${name}"`).join(", ");
  const kind = areParts ? "parts of a split" : "folders";
  return { text: `${kind} ${names} in "${folder}", each with images and masks`, read };
}

/** A note on files that are no images, where there are some. */
function otherFiles(folders: readonly string[]): string[] {
  const others = folders.flatMap((folder) =>
    entriesOf(folder).files.filter((file) => withoutExtension(file) === undefined)
  );
  if (others.length === 0) return [];
  const first = others.slice(0, 3).join(", ") + (others.length > 3 ? " …" : "");
  return [`${others.length} files of other kinds are not used: ${first}.`];
}

/** What a folder holds, in words. */
function contents(folder: string): string {
  const { folders, files } = entriesOf(folder);
  const images = files.filter((file) => withoutExtension(file) !== undefined).length;
  const others = new Set(files.map((file) => /\.[^.]+$/.exec(file)?.[0].toLowerCase()).filter((e) => e !== undefined));
  const unknown = [...others].filter((extension) => !IMAGE_EXTENSIONS.includes(extension)).slice(0, 5);
  return [
    folders.length === 0 ? "no folder" : `the folders ${folders.slice(0, 8).map((name) => `"${name}"`).join(", ")}`,
    images === 0 ? "no image file" : `${images} image files without a mask beside them`,
    ...(unknown.length === 0 ? [] : [`files of other kinds (${unknown.join(", ")})`]),
  ].join(", ");
}
