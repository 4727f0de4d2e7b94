/**
 * The network that the explorer ships: its weights, and the record that says what they are.
 *
 * @module
 */
import { loadUNetWeights } from "../../lib/model/unet_weights_file.ts";
import { type UNetLayers, unetLayers } from "../../lib/model/unet_layers.ts";
import type { UNetWeights } from "../../lib/model/unet_weights.ts";

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
  /** What it was trained with. */
  readonly experiment: {
    readonly imageSize: number;
    readonly baseWidth: number;
    readonly depth: number;
    readonly imageCount: number;
    readonly splitSeed: number;
    readonly dropoutRate: number;
    readonly passes: number;
    readonly percentile: number;
    readonly slope: number;
    readonly epsilonMin: number;
    readonly epsilonMax: number;
  };
  /** Means over the test images. */
  readonly test: { readonly images: number; readonly dice: number; readonly iou: number };
  /** N and the threshold that the difficulties were computed with. */
  readonly referencePasses: number;
  readonly referenceThreshold: number;
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
 * @param weights The bytes of the safetensors file.
 * @throws {Error} When the file is damaged, or is not of the network that the record describes.
 */
export function openNetwork(weights: Uint8Array<ArrayBuffer>, record: ModelRecord): Network {
  const { baseWidth, depth } = record.experiment;
  const loaded = loadUNetWeights(weights, { baseWidth, depth });
  return { layers: unetLayers(loaded.options), weights: loaded.weights, record };
}

/** The reference difficulties of the dropout rate that is nearest to this one. */
export function referenceAt(record: Pick<ModelRecord, "references">, rate: number): ReferenceDifficulties {
  return record.references.reduce((best, other) =>
    Math.abs(other.rate - rate) < Math.abs(best.rate - rate) ? other : best
  );
}
