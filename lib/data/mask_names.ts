/**
 * Which mask file belongs to which image file, by their names.
 *
 * @module
 */

/** Endings that tell a mask from its image, with a number where one image has several masks (`_mask`, `_mask_1`). */
const MASK_SUFFIX =
  /[ _.-](mask|masks|segmentation|seg|segm|gt|groundtruth|ground_truth|label|labels|annotation|annotations)([ _-]?\d+)?$/i;

/** Endings that images have and their masks do not: nnU-Net's first channel, and "image" where the mask says "mask". */
const IMAGE_SUFFIX = /[ _.-](0000|image|img|input)$/i;

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

/** What pairing gives. Names are keys of the maps that were paired. */
export interface NamePairs {
  /** The masks of each image that has any, in the order of the images. */
  readonly masksOf: ReadonlyMap<string, readonly string[]>;
  /** Endings that masks have and their images do not, as in "_segmentation". */
  readonly suffixes: readonly string[];
  /** Masks that no image has. */
  readonly left: readonly string[];
  /** Images with masks under several names, and these. */
  readonly doubtful: readonly { readonly image: string; readonly masks: readonly string[] }[];
}

/**
 * Pairs names of images with names of masks, both without extension and {@linkcode composed}: equal names, or the mask's
 * with a usual ending (`_mask`, `-mask`, `_segmentation`, `_gt`, `_label` …), or the image's with nnU-Net's `_0000` or
 * with `_image`. Masks of one image whose endings differ in a number alone (`_mask`, `_mask_1`) belong together.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { masksOf, left } = pairNames(["a", "b_0000"], ["a_mask", "a_mask_1", "b", "c"]);
 * assertEquals([...masksOf], [["a", ["a_mask", "a_mask_1"]], ["b_0000", ["b"]]]);
 * assertEquals(left, ["c"]);
 * ```
 */
export function pairNames(images: readonly string[], masks: readonly string[]): NamePairs {
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
    suffixes: [...new Set(withMasks.flatMap(([, list]) => list.map(({ suffix }) => suffix)))].filter((text) =>
      text !== ""
    ),
    left,
    doubtful: withMasks.filter(([, list]) => isDoubtful(list)).map(([image, list]) => ({ image, masks: names(list) })),
  };
}
