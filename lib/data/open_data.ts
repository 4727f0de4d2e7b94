/**
 * Images of an experiment, opened and split, with the fingerprints of all that a training depends on.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { basename } from "@std/path";
import { DATASET_NAMES, loadDataset, type LoadOptions } from "./load_dataset.ts";
import type { ReadProgress } from "./image_pairs.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";
import type { Split } from "./split.ts";
import { splitDataset } from "./split_dataset.ts";

/** What of an experiment says which images there are and which are for what. */
export interface DataChoice {
  readonly dataset: string;
  readonly imageCount: number;
  readonly imageSize: number;
  readonly fit: "stretch" | "pad";
  readonly maskValues: string;
  readonly split: string;
  readonly splitSeed: number;
}

/** Where images lie; absolute paths. */
export interface DataPlaces {
  /** Folder of the published data sets. */
  readonly data?: string;
  /** Folder or manifest of images of one's own. */
  readonly own?: string;
  /** CSV of groups. */
  readonly groups?: string;
  /** Folder of the image cache. */
  readonly cache?: string;
  readonly onProgress?: ReadProgress;
}

/** Fingerprints of everything in the data that a training depends on: SHA-256, hexadecimal. */
export interface DataFingerprint {
  /** Of name, size, ids, images and masks. */
  readonly pixels: string;
  /** Of the group of every image. */
  readonly groups: string;
  /** Of the ids of training, validation and test images, in order. */
  readonly members: string;
}

/** Images, how they are split, and their fingerprints. */
export interface RunData {
  readonly dataset: SegmentationDataset;
  readonly split: Split;
  readonly fingerprint: DataFingerprint;
}

/** Opens and splits the images of an experiment. */
export async function openData(choice: DataChoice, places: DataPlaces): Promise<RunData> {
  const dataset = await openImages(choice, places);
  const split = splitDataset(dataset, { kind: choice.split as "grouped", seed: choice.splitSeed });
  return { dataset, split, fingerprint: dataFingerprint(dataset, split) };
}

/** Opens the images of an experiment, without a split. */
export async function openImages(
  choice: Omit<DataChoice, "split">,
  places: DataPlaces,
): Promise<SegmentationDataset> {
  return await loadDataset({
    name: choice.dataset as LoadOptions["name"],
    directory: places.data,
    size: choice.imageSize,
    count: choice.imageCount || undefined,
    seed: choice.splitSeed,
    cacheDirectory: places.cache,
    onProgress: places.onProgress,
  });
}

/** The fingerprints of a data set and its split. */
export function dataFingerprint(dataset: SegmentationDataset, split: Split): DataFingerprint {
  const ids = (indices: readonly number[]) => indices.map((index) => dataset.ids[index]);
  return {
    pixels: dataset.fingerprint,
    groups: sha256(JSON.stringify(dataset.groups)),
    members: sha256(JSON.stringify([ids(split.train), ids(split.validation), ids(split.test)])),
  };
}

/** The first 16 hexadecimal digits of the SHA-256 of an image's RGB values at the data set's size. */
export function contentOf({ images, size }: SegmentationDataset, index: number): string {
  const length = 3 * size ** 2;
  return createHash("sha256").update(images.subarray(index * length, (index + 1) * length)).digest("hex").slice(0, 16);
}

/** A data set as it is named on a command line or in a study: by its name, or by the path of images of one's own. */
export function datasetReference(text: string): { name: string; own?: string } {
  if ((DATASET_NAMES as readonly string[]).includes(text)) return { name: text };
  const name = basename(text).toLowerCase().replace(/\.csv$/, "").replaceAll(/[^a-z0-9.]+/g, "-").replace(/^[-.]+/, "");
  return { name: name || "own", own: text };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
