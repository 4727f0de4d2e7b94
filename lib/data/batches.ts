/**
 * The order of images in an epoch and the batches that follow from it.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { randomStream, shuffled } from "../random/random_stream.ts";
import type { SegmentationDataset } from "./segmentation_dataset.ts";

/** The pixels of a batch, ready to become tensors. */
export interface Batch {
  /** [batch, size, size, 3] RGB, 0..1. */
  readonly image: Float32Array;
  /** [batch, size, size], 0 or 1. */
  readonly mask: Float32Array;
}

/** Images that a network is applied to. */
export interface ImageSelection {
  readonly dataset: SegmentationDataset;
  /** Which images, by index; what comes of them is in this order. */
  readonly indices: readonly number[];
  readonly batchSize: number;
}

/** 8-bit values as shares of white: entry v is v/255 in float32. */
const SHARE_OF_WHITE = Float32Array.from({ length: 256 }, (_, value) => value / 255);

/**
 * The order in which an epoch visits `count` images: the numbers 0..count − 1, shuffled by the stream (seed, "epoch",
 * epoch, "shuffle"), so that resuming at an epoch needs no saved generator.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(epochOrder(10, 1, 3), epochOrder(10, 1, 3));
 * assertEquals([...epochOrder(4, 1, 3)].sort(), [0, 1, 2, 3]);
 * ```
 */
export function epochOrder(count: number, seed: number, epoch: number): number[] {
  return shuffled(Array.from({ length: count }, (_, index) => index), randomStream(seed, "epoch", epoch, "shuffle"));
}

/**
 * An order of images cut into batches; the last one is smaller where the batch size does not divide their number.
 *
 * @throws If the batch size is not a positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(batchIndices([4, 2, 0, 1, 3], 2), [[4, 2], [0, 1], [3]]);
 * ```
 */
export function batchIndices(order: readonly number[], batchSize: number): number[][] {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new Error(`Cannot make batches: expected a positive integer as batch size, found ${batchSize}`);
  }
  return Array.from(
    { length: Math.ceil(order.length / batchSize) },
    (_, batch) => order.slice(batch * batchSize, (batch + 1) * batchSize),
  );
}

/**
 * Copies the images and masks with these indices into a batch, image values divided by 255.
 *
 * @throws If an index is not one of the data set's.
 */
export function gatherBatch(
  dataset: Pick<SegmentationDataset, "size" | "ids" | "images" | "masks">,
  indices: readonly number[],
): Batch {
  const pixels = dataset.size * dataset.size;
  const image = new Float32Array(3 * pixels * indices.length), mask = new Float32Array(pixels * indices.length);
  indices.forEach((index, position) => {
    if (!(index in dataset.ids)) {
      throw new Error(`Cannot make a batch: expected indices in 0..${dataset.ids.length - 1}, found ${index}`);
    }
    const from = 3 * pixels * index, to = 3 * pixels * position;
    for (let value = 0; value < 3 * pixels; value++) image[to + value] = SHARE_OF_WHITE[dataset.images[from + value]];
    mask.set(dataset.masks.subarray(pixels * index, pixels * (index + 1)), pixels * position);
  });
  return { image, mask };
}

/** Images and masks with these indices as tensors, `[batch, size, size, 3]` in [0, 1] and `[batch, size, size]`. */
export function imageBatch(
  dataset: Pick<SegmentationDataset, "size" | "ids" | "images" | "masks">,
  indices: readonly number[],
): { image: tf.Tensor4D; mask: tf.Tensor3D } {
  const { size } = dataset;
  const { image, mask } = gatherBatch(dataset, indices);
  return {
    image: tf.tensor4d(image, [indices.length, size, size, 3]),
    mask: tf.tensor3d(mask, [indices.length, size, size]),
  };
}
