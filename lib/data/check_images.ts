/**
 * What training would understand of a user's own images, before anyone trains; by the code that training reads them with.
 *
 * @module
 */
import type { FileFinding } from "./image_pairs.ts";
import { lesionShares, readSource, type SourceRead, withLists } from "./image_source.ts";
import { openSource } from "./load_dataset.ts";
import type { DataChoice, DataPlaces } from "./open_data.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";
import { splitDataset, type SplitKind } from "./split.ts";

/** What was understood. */
export interface Check {
  /** Pairs of an image and its mask that can be used; slices of volumes count each. */
  readonly pairs: number;
  /** Share of the images that is lesion, at native size; null where no mask could be read. */
  readonly lesionShare: { readonly mean: number | null; readonly min: number | null; readonly max: number | null };
  /** How lesion is told from background, in a sentence. */
  readonly maskRule: string;
  /** Number of groups, images of one of which stay on one side of a grouped split. */
  readonly groups: number;
  /** Images that look almost like an earlier one. */
  readonly nearDuplicates: number;
  /** What training refuses. */
  readonly findings: readonly FileFinding[];
  /** What one should know. */
  readonly notes: readonly string[];
  /** Native sizes, pixels: how many different ones, and the one of least and of most pixels. */
  readonly sizes: { readonly different: number; readonly least: string; readonly most: string };
  /** Number of pairs of each kind of files, as in "JPEG images, PNG masks". */
  readonly formats: Readonly<Record<string, number>>;
  /** Ids of images whose mask is empty. */
  readonly emptyMasks: readonly string[];
  /** Images of each part of the split; 0 where they can't be split, which a finding says. */
  readonly split: { readonly kind: string; readonly train: number; readonly validation: number; readonly test: number };
}

/** What is known of images whose pixels are not held. */
export type ImageList = Pick<SegmentationDataset, "ids" | "groups" | "native" | "maskRule" | "notes">;

/** Which images; how many are used and at which size says nothing of them. */
export type CheckChoice = Omit<DataChoice, "imageCount" | "imageSize">;

/** A check, and which images it is of. */
export interface CheckedImages {
  readonly check: Check;
  readonly images?: ImageList;
}

/** Height = width to which images are read, as what is told of them is of their own sizes and pixels need room. */
const SIZE = 1;

/** Checks the images of a choice; nothing is thrown for wrong files, and no cache is used. */
export async function checkImages(choice: CheckChoice, places: DataPlaces): Promise<Check> {
  return (await checkedImages(choice, places)).check;
}

/** As {@linkcode checkImages}, with the list of the images. */
export async function checkedImages(choice: CheckChoice, places: DataPlaces): Promise<CheckedImages> {
  const { fit, maskValues } = choice, where = places.own ?? choice.dataset;
  try {
    const source = await openSource({ ...places, name: choice.dataset, directory: places.data });
    const result = await readSource(source, { size: SIZE, fit, maskValues, onProgress: places.onProgress });
    const dataset = result.dataset && withLists(result.dataset, source);
    return { check: checkOf(choice, where, result, dataset), ...(dataset && { images: dataset }) };
  } catch (error) {
    return { check: nothing(choice, [{ file: where, message: (error as Error).message }]) };
  }
}

function checkOf(choice: CheckChoice, where: string, result: SourceRead, dataset?: SegmentationDataset): Check {
  const { read, nearDuplicates } = result, findings = [...result.findings];
  if (dataset === undefined) return nothing(choice, findings, read.notes);
  const shares = read.rule === undefined ? [] : lesionShares(read), ordered = shares.toSorted((a, b) => a - b);
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const bySize = read.native.toSorted((a, b) => a.width * a.height - b.width * b.height)
    .map(({ width, height }) => `${width} × ${height}`);
  return {
    ...nothing(choice, findings, dataset.notes),
    pairs: dataset.ids.length,
    ...(shares.length > 0 && { lesionShare: { mean, min: ordered[0], max: ordered.at(-1)! } }),
    ...(read.rule && { maskRule: read.rule.sentence }),
    groups: new Set(dataset.groups).size,
    nearDuplicates,
    split: partsOf(choice, where, dataset, findings),
    sizes: { different: new Set(bySize).size, least: bySize[0], most: bySize.at(-1)! },
    formats: read.formats,
    emptyMasks: read.rule === undefined ? [] : dataset.ids.filter((_, index) => read.foreground[index] === 0),
  };
}

/** The sizes of the split's parts; that it can't be made is added to the findings. */
function partsOf(
  choice: CheckChoice,
  file: string,
  dataset: SegmentationDataset,
  findings: FileFinding[],
): Check["split"] {
  const { split: kind, splitSeed: seed } = choice;
  try {
    const { train, validation, test } = splitDataset(dataset, { kind: kind as SplitKind, seed });
    return { kind, train: train.length, validation: validation.length, test: test.length };
  } catch (error) {
    findings.push({ file, message: (error as Error).message });
    return { kind, train: 0, validation: 0, test: 0 };
  }
}

/** The check of a place where no image could be read. */
function nothing(choice: CheckChoice, findings: readonly FileFinding[], notes: readonly string[] = []): Check {
  return {
    pairs: 0,
    lesionShare: { mean: null, min: null, max: null },
    maskRule: "none: see the findings",
    groups: 0,
    nearDuplicates: 0,
    findings,
    notes,
    sizes: { different: 0, least: "", most: "" },
    formats: {},
    emptyMasks: [],
    split: { kind: choice.split, train: 0, validation: 0, test: 0 },
  };
}
