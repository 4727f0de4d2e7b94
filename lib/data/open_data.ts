/**
 * The data of an experiment: its images, which of them are for what, and the fingerprints of all that.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { loadDataset } from "./load_dataset.ts";
import type { ReadProgress } from "./image_pairs.ts";
import type { Fit } from "./resize_image.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";
import { type Split, splitDataset, type SplitKind } from "./split.ts";

/** What of an experiment says which images there are and which are for what. */
export interface DataChoice {
  /** A published data set, "synthetic", or what own images are called. */
  readonly dataset: string;
  /** At most so many images; 0 for all. */
  readonly imageCount: number;
  /** Height = width at which the network sees them, pixels. */
  readonly imageSize: number;
  /** How images that are not square get there. */
  readonly fit: Fit;
  /** Mask values that are lesion, as in "1,2"; "" leaves it to the masks. */
  readonly maskValues: string;
  /** grouped, random, published, manifest, or as fold-2-of-5. */
  readonly split: string;
  /** Seed of a grouped or random split, and of the order of images. */
  readonly splitSeed: number;
}

/** Where the images lie. */
export interface DataPlaces {
  /** Folder of published data sets. */
  readonly data?: string;
  /** Path of own images: a folder or a list of pairs. */
  readonly own?: string;
  /** CSV file of the groups of own images. */
  readonly groups?: string;
  /** Folder of the image cache. */
  readonly cache?: string;
  /** Told how many images are read. */
  readonly onProgress?: ReadProgress;
}

/** Fingerprints of everything in the data that a training depends on; SHA-256, hexadecimal. */
export interface DataFingerprint {
  /** Name, size, ids, images and masks. */
  readonly pixels: string;
  /** The group of every image. */
  readonly groups: string;
  /** The ids of training, validation and test images in order. */
  readonly members: string;
}

/** Images and their split. */
export interface RunData {
  /** The images. */
  readonly dataset: SegmentationDataset;
  /** Which of them are for training, validation and test. */
  readonly split: Split;
  /** Their fingerprints. */
  readonly fingerprint: DataFingerprint;
}

/**
 * Opens the data of an experiment.
 *
 * @throws If images are missing or wrong (every file is told), or can't be split as chosen.
 */
export async function openData(choice: DataChoice, places: DataPlaces): Promise<RunData> {
  const dataset = await openImages(choice, places);
  const split = splitDataset(dataset, { kind: choice.split as SplitKind, seed: choice.splitSeed });
  return { dataset, split, fingerprint: dataFingerprint(dataset, split) };
}

/** Opens the images of an experiment without splitting them. */
export async function openImages(
  choice: Omit<DataChoice, "split">,
  places: DataPlaces,
): Promise<SegmentationDataset> {
  return await loadDataset({
    name: choice.dataset,
    directory: places.data,
    own: places.own,
    groups: places.groups,
    size: choice.imageSize,
    fit: choice.fit,
    maskValues: choice.maskValues,
    count: choice.imageCount || undefined,
    seed: choice.splitSeed,
    cacheDirectory: places.cache,
    onProgress: places.onProgress,
  });
}

/** The fingerprints of a data set and its split. */
export function dataFingerprint(dataset: SegmentationDataset, split: Split): DataFingerprint {
  const sum = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");
  const members = [split.train, split.validation, split.test].map((part) => part.map((index) => dataset.ids[index]));
  return { pixels: dataset.fingerprint, groups: sum(dataset.groups), members: sum(members) };
}

/** What tells an image from all others whatever its name: 16 hexadecimal digits of the SHA-256 of its RGB values. */
export function contentOf({ size, images }: Pick<SegmentationDataset, "size" | "images">, index: number): string {
  const length = 3 * size * size;
  return createHash("sha256").update(images.subarray(index * length, (index + 1) * length)).digest("hex").slice(0, 16);
}
