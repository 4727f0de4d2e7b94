/**
 * A network that the explorer shows, the record that says what it is, and one image through it.
 *
 * @module
 */
import { loadUNetWeights } from "../../lib/model/unet_weights_file.ts";
import { type UNetLayers, unetLayers } from "../../lib/model/unet_layers.ts";
import type { UNetWeights } from "../../lib/model/unet_weights.ts";
import { tf } from "../../lib/backend/tf.ts";
import { decode, encode, lesionProbability } from "../../lib/model/unet.ts";

/** D of the training images at one dropout rate: what a visitor's image is compared with. */
export interface ReferenceDifficulties {
  /** p */
  readonly rate: number;
  /** D (eq. 8) of every training image over its predicted lesion, nats. */
  readonly difficulties: readonly number[];
}

/** What is known of the network. */
export interface ModelRecord {
  readonly format: 1;
  /** What the user's own network is called; the one that comes with the explorer has no name. */
  readonly name?: string;
  /** What it was trained with. */
  readonly experiment: {
    /** Absent where it isn't known. */
    readonly dataset?: string;
    /** Height = width of its images, pixels. */
    readonly imageSize: number;
    readonly baseWidth: number;
    readonly depth: number;
    readonly dropoutRate: number;
    readonly passes: number;
    readonly percentile: number;
    readonly slope: number;
    readonly epsilonMin: number;
    readonly epsilonMax: number;
  };
  /** Settings of the experiment that nothing tells, so that they are the thesis'. */
  readonly assumed?: readonly string[];
  /** Means over the test images, where they are known. */
  readonly test?: { readonly images: number; readonly dice: number; readonly iou: number };
  /** N and the threshold that the difficulties were computed with. */
  readonly referencePasses: number;
  readonly referenceThreshold: number;
  /** None where the training images are not at hand. */
  readonly references: readonly ReferenceDifficulties[];
}

/** A network ready to run. */
export interface Network {
  readonly layers: UNetLayers;
  readonly weights: UNetWeights;
  readonly record: ModelRecord;
}

/**
 * Opens the network.
 *
 * @param weights the bytes of the safetensors file
 * @throws {Error} where the file is damaged, or is not of the network that the record describes
 */
export function openNetwork(weights: Uint8Array<ArrayBuffer>, record: ModelRecord): Network {
  const { baseWidth, depth } = record.experiment;
  const loaded = loadUNetWeights(weights, { baseWidth, depth });
  return { layers: unetLayers(loaded.options), weights: loaded.weights, record };
}

/** Dropout rates this near count as one: half a step of the page's slider. */
const SAME_RATE = 0.05;

/** The reference difficulties of a dropout rate; undefined where none are known, since D depends on it strongly. */
export function referenceAt(
  { references }: Pick<ModelRecord, "references">,
  rate: number,
): ReferenceDifficulties | undefined {
  return references.find((reference) => Math.abs(reference.rate - rate) < SAME_RATE);
}

/** What the network makes of an image. The caller disposes the tensors. */
export interface Segmentation {
  /** The encoder's features, which all stochastic passes share. */
  readonly features: tf.Tensor4D[];
  /** ŷ, `[1, size, size]` */
  readonly probability: tf.Tensor3D;
}

/**
 * Segments an image.
 *
 * @param image `[size, size, 3]` flat, RGB in [0, 1]
 * @param size height = width, pixels
 */
export function segmentImage({ layers, weights }: Network, image: Float32Array, size: number): Segmentation {
  return tf.tidy(() => {
    const features = encode(layers, weights, tf.tensor4d(image, [1, size, size, 3]), { batchNorm: "running" });
    return { features, probability: lesionProbability(decode(layers, weights, features, { batchNorm: "running" })) };
  });
}
