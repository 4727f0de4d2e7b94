/**
 * The experiment that the explorer's network comes from.
 *
 * @module
 */
import { defineExperiment, type Experiment } from "../lib/training/experiment.ts";

/**
 * The thesis' method on synthetic images of 128 pixels. Six channels in the first block, so that the weights travel in
 * well under a megabyte and ten stochastic passes take a moment in a browser.
 */
export const EXPLORER_EXPERIMENT: Experiment = defineExperiment({
  dataset: "synthetic",
  imageCount: 480,
  imageSize: 128,
  baseWidth: 6,
  depth: 4,
  loss: "polydice1",
  epsilonControl: "adaptive",
  epochs: 30,
  batchSize: 16,
  interval: 5,
});
