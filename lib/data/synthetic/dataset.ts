/**
 * A seeded synthetic colonoscopy data set whose images carry the difficulty that they were made with.
 *
 * @module
 */
import { type SegmentationDataset, segmentationDataset } from "../segmentation_dataset.ts";
import { syntheticImage } from "./image.ts";

/** Which synthetic images to make. */
export interface SyntheticOptions {
  /** Number of images. */
  readonly count: number;
  /** Height = width of every image, pixels. */
  readonly size: number;
  /** Seed of the data set; image i of a seed is the same whatever `count` is. */
  readonly seed: number;
}

/**
 * The synthetic data set of these options, named "synthetic", with ids "synthetic-0000", "synthetic-0001", … and the
 * true difficulty of every image. Every image is a group of its own.
 *
 * @throws If `count` or `size` is not a positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const three = syntheticDataset({ count: 3, size: 16, seed: 1 });
 * const two = syntheticDataset({ count: 2, size: 16, seed: 1 });
 * assertEquals(three.images.slice(0, two.images.length), two.images);
 * ```
 */
export function syntheticDataset({ count, size, seed }: SyntheticOptions): SegmentationDataset {
  const pixels = size * size;
  for (const [name, value] of Object.entries({ count, size })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`Cannot make the synthetic data set: expected a positive integer as ${name}, found ${value}`);
    }
  }
  const images = new Uint8Array(3 * count * pixels), masks = new Uint8Array(count * pixels);
  const trueDifficulty: number[] = [];
  for (let index = 0; index < count; index++) {
    const { image, mask, difficulty } = syntheticImage(seed, index, size);
    images.set(image, 3 * index * pixels);
    masks.set(mask, index * pixels);
    trueDifficulty.push(difficulty);
  }
  const ids = trueDifficulty.map((_, index) => `synthetic-${String(index).padStart(4, "0")}`);
  return segmentationDataset({ name: "synthetic", size, ids, images, masks, trueDifficulty });
}
