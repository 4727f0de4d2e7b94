/**
 * Metrics of a network on images.
 *
 * @module
 */
import { capture, type CapturedFunction } from "../backend/capture.ts";
import { tf } from "../backend/tf.ts";
import { batchIndices } from "../data/batches.ts";
import { confusion, confusionRecords } from "../metrics/confusion.ts";
import { metricsOfConfusion, type SegmentationMetrics } from "../metrics/segmentation_metrics.ts";
import { forward, lesionProbability } from "../model/unet.ts";
import type { UNetLayers } from "../model/unet_layers.ts";
import type { UNetWeights } from "../model/unet_weights.ts";
import { batchTensors, type ImageSelection } from "./inference.ts";

/** A captured network that counts its hits and misses on a batch. */
export type Evaluate = CapturedFunction<{ weights: UNetWeights; image: tf.Tensor4D; mask: tf.Tensor3D }, tf.Tensor2D>;

/** The network in evaluation, followed by its confusion counts at probability 0.5. */
export function createEvaluate(layers: UNetLayers): Evaluate {
  return capture(
    ({ weights, image, mask }) => {
      const logits = forward(layers, weights, image, { batchNorm: "running" });
      return confusion(lesionProbability(logits), mask);
    },
    { name: "evaluate" },
  );
}

/** Dice, IoU, precision and recall of every image, in the order of the selection. */
export async function evaluate(
  evaluateBatch: Evaluate,
  weights: UNetWeights,
  selection: ImageSelection,
): Promise<SegmentationMetrics> {
  const counts = [];
  for (const indices of batchIndices(selection.indices, selection.batchSize)) {
    const batch = batchTensors(selection.dataset, indices);
    const confusions = evaluateBatch({ weights, ...batch });
    counts.push(...confusionRecords(await confusions.data()));
    tf.dispose([confusions, batch.image, batch.mask]);
  }
  return metricsOfConfusion(counts);
}
