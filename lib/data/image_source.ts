/**
 * Images from files, published ones and a user's own: what is there, how it is read, and what belongs together.
 *
 * @module
 */
import { resolve } from "@std/path";
import { readFolder } from "./folder_layout.ts";
import { type FileFinding, kindOf, listImagePairs, type Pairing, type PairListing, withState } from "./image_pairs.ts";
import { readManifest, withGroups } from "./manifest.ts";
import { type MaskRule, THRESHOLD_RULE } from "./mask_rule.ts";
import { nearDuplicateGroups } from "./near_duplicates.ts";
import { type PairsRead, type ReadOptions, readPairs } from "./read_pairs.ts";
import { datasetNotFound, findRealDataset, foregroundFinding, type RealDataset } from "./real_dataset.ts";
import { type SegmentationDataset, segmentationDataset } from "./segmentation_dataset.ts";

/** A set of image files before any is decoded. */
export interface ImageSource {
  readonly name: string;
  /** Path of its folder or list, by which findings on all of it are told. */
  readonly root: string;
  readonly listing: PairListing;
  readonly published?: RealDataset;
}

/** A source that was read. */
export interface SourceRead {
  readonly read: PairsRead;
  /** Nothing where no image could be read. */
  readonly dataset?: SegmentationDataset;
  /** Images that look almost like an earlier one; 0 where none was looked for. */
  readonly nearDuplicates: number;
  readonly findings: readonly FileFinding[];
}

/** Most names that a note lists. */
const MOST_NAMES = 10;
/** Share of the image from which on a mask looks inverted, and the share of masks from which on the whole set does. */
const MOST_LESION = 0.6, NEARLY_ALL = 0.9;

/**
 * A published set in a folder.
 *
 * @throws If it is not there.
 */
export async function publishedSource(published: RealDataset, directory: string): Promise<ImageSource> {
  const folders = findRealDataset(published, directory);
  if (folders === undefined) throw new Error(datasetNotFound(published, directory));
  const listing = await listImagePairs(folders, published.extensions);
  return { name: published.name, root: folders.masks, listing, published };
}

/** The pairs of a user's own images, with the groups of a list. */
function ownPairing(root: string, groups: string | undefined): Pairing {
  const pairing = kindOf(root) === "folder" ? readFolder(root) : readManifest(root);
  return groups === undefined ? pairing : withGroups(pairing, resolve(groups));
}

/** A user's own images: a folder (see `readFolder()`) or a list (see `readManifest()`), and a list of groups. */
export async function ownSource(name: string, path: string, groups?: string): Promise<ImageSource> {
  const root = resolve(path), kind = kindOf(root);
  if (kind === undefined) {
    throw new Error(`Cannot open "${root}": expected a folder or a CSV file, found nothing there`);
  }
  return { name, root, listing: await withState(ownPairing(root, groups)) };
}

/**
 * The split that a user's own images bring along: "manifest" where the list or the folders name a part for each, for
 * training and for test, and no group that the user gives stands in two parts. Nothing is decoded; what can't be read has
 * none, and is told where it is read.
 *
 * @param groups Path of a list of groups.
 */
export function ownSplit(path: string, groups?: string): "manifest" | undefined {
  const root = resolve(path), kind = kindOf(root);
  if (kind === undefined) return undefined;
  try {
    const { pairs } = ownPairing(root, groups);
    const has = (wanted?: string) => pairs.some(({ part }) => part === wanted);
    const inSeveral = groupsInSeveralParts(pairs.filter(({ group }) => group !== undefined));
    return has("train") && has("test") && !has(undefined) && inSeveral.length === 0 ? "manifest" : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a source whole to one size; what is wrong is told and left out. */
export async function readSource(source: ImageSource, options: ReadOptions): Promise<SourceRead> {
  const { name, root, listing, published } = source;
  const rule: MaskRule | undefined = published && THRESHOLD_RULE;
  const read = await readPairs(listing, root, { ...options, rule, hashes: published === undefined });
  const { ids, images, masks, native, foreground } = read;
  const wrongArea = published && foregroundFinding(published, foreground, root);
  const findings = [...read.findings, ...(wrongArea ? [{ file: root, message: wrongArea }] : [])];
  if (ids.length === 0) {
    const none = { file: root, message: `Cannot read "${root}": expected at least one image with a mask, found none` };
    return { read, nearDuplicates: 0, findings: findings.length > 0 ? findings : [none] };
  }
  const alike = [...ids.keys()]; // the first image that each looks almost like
  if (!published) {
    for (const group of nearDuplicateGroups(read.hashes)) group.forEach((index) => alike[index] = group[0]);
  }
  const nearDuplicates = alike.filter((first, index) => first !== index).length;
  const { groups, notes: groupNotes } = published?.groupsOf([...ids]) ?? {
    groups: alike.map((first, index) => native[index].slice === undefined ? ids[first] : native[index].id),
    notes: listing.notes,
  };
  const parts = { name, size: options.size, ids, images, masks, groups, native };
  const several = native.filter(({ moreMasks }) => moreMasks !== undefined).length;
  const notes = [
    ...groupNotes,
    ...(several === 0 ? [] : [`${several} of ${ids.length} images have several masks, which are united.`]),
    ...(read.rule && !published ? [read.rule.sentence] : []),
    ...read.notes,
    ...(read.rule ? lesionNotes(read) : []),
  ];
  const dataset = segmentationDataset({ ...parts, notes, ...(read.rule && { maskRule: read.rule }) });
  return { read, dataset, nearDuplicates, findings };
}

/**
 * A data set with the groups and parts that a list of the user's gives, in place of those of the images' looks; notes
 * say how many look alike and stand apart all the same.
 */
export function withLists(dataset: SegmentationDataset, { listing, published }: ImageSource): SegmentationDataset {
  if (published) return dataset;
  const { ids, native = [] } = dataset;
  const byId = new Map(listing.pairs.map((pair) => [pair.id, pair]));
  const pairs = ids.map((_, index) => byId.get(native[index].id));
  const parts = pairs.map((pair) => pair?.part);
  const listed = pairs.some((pair) => pair?.group !== undefined);
  const groups = listed ? pairs.map((pair, index) => pair?.group ?? native[index].id) : dataset.groups;
  const withParts = parts.some((part) => part !== undefined);
  const notes = [
    ...dataset.notes,
    ...(listed ? listedNotes(dataset, groups) : alikeNotes(dataset)),
    ...(withParts ? partsNotes(parts, groups) : []),
  ];
  return { ...dataset, groups, notes, ...(withParts && { parts }) };
}

/** That the images come with parts, which split uses them, and what stands in several of them. */
function partsNotes(parts: readonly (string | undefined)[], groups: readonly string[]): string[] {
  const count = (wanted?: string) => parts.filter((part) => part === wanted).length;
  const inSeveral = groupsInSeveralParts(groups.map((group, index) => ({ group, part: parts[index] })));
  return [
    `The images come with parts: ${count("train")} for training, ${count("validation")} for validation, ` +
    `${count("test")} for test${
      count() > 0 ? `, ${count()} in none` : ""
    }. They are the split "manifest", which is the ` +
    "default (a study names its own) where every image has a part, some are for training and some for test, and no group " +
    "of a list stands in two.",
    ...(inSeveral.length === 0 ? [] : [
      `Groups that stand in several parts, so that scores by "manifest" may be of what was trained on: ${inSeveral.length}, ` +
      `${names(inSeveral)}. The split "grouped" keeps each on one side.`,
    ]),
  ];
}

/** Groups of which some images have another part than others. */
function groupsInSeveralParts(images: readonly { readonly group?: string; readonly part?: string }[]): string[] {
  const byGroup = Map.groupBy(images, ({ group }) => group!);
  return [...byGroup].filter(([, members]) => new Set(members.map(({ part }) => part)).size > 1).map(([group]) =>
    group
  );
}

function alikeNotes({ ids, groups, native }: SegmentationDataset): string[] {
  if (native?.[0]?.slice !== undefined) {
    return [`The slices of a volume are one group: ${new Set(groups).size} groups.`];
  }
  const alike = ids.length - new Set(groups).size;
  return alike === 0 ? [] : [
    `${alike} of ${ids.length} images look almost like an earlier one; they are one group with it and stay on one side ` +
    "of a grouped split.",
  ];
}

function listedNotes({ ids, groups: alike, native }: SegmentationDataset, groups: readonly string[]): string[] {
  const index = new Map(ids.map((id, position) => [id, position]));
  const apart = ids.filter((_, position) =>
    native?.[position].slice === undefined && groups[index.get(alike[position]) ?? position] !== groups[position]
  );
  return [
    `Groups are those of the list: ${new Set(groups).size}.`,
    ...(apart.length === 0 ? [] : [`${apart.length} images look almost like one of another group: ${names(apart)}.`]),
  ];
}

/** Empty and full masks, and a set that looks inverted. */
function lesionNotes({ ids, foreground, native }: PairsRead): string[] {
  const shares = lesionShares({ foreground, native });
  const empty = ids.filter((_, index) => shares[index] === 0), full = ids.filter((_, index) => shares[index] === 1);
  const marked = shares.filter((share) => share > 0);
  const large = marked.filter((share) => share > MOST_LESION).length;
  const percent = (100 * marked.reduce((sum, share) => sum + share, 0) / (marked.length || 1)).toFixed(0);
  return [
    ...(empty.length === 0 ? [] : [`${empty.length} of ${ids.length} masks are empty: ${names(empty)}`]),
    ...(full.length === 0 ? [] : [`${full.length} of ${ids.length} masks are all lesion: ${names(full)}`]),
    ...(large === 0 || large < NEARLY_ALL * marked.length ? [] : [
      `Warning: the masks look inverted, as lesion fills ${percent} % of the images on average; where that is wrong, ` +
      "--mask-value names the values that are lesion.",
    ]),
  ];
}

/** The share of each image that is lesion, at native size. */
export function lesionShares({ foreground, native }: Pick<PairsRead, "foreground" | "native">): number[] {
  return foreground.map((count, index) => count / (native[index].width * native[index].height));
}

function names(ids: readonly string[]): string {
  return ids.slice(0, MOST_NAMES).join(", ") + (ids.length > MOST_NAMES ? " …" : "");
}
