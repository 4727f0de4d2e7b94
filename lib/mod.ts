/**
 * Segmentation with losses that follow the uncertainty: PolyDice-1 with one ε an image, MC Dropout, the controller between
 * them, and what it takes to train, evaluate and store with them on TensorFlow through Deno.
 *
 * The defaults of all options are the settings of the thesis that this project reproduces.
 *
 * @example One step of the idea: uncertain images get steeper losses
 * ```ts
 * import { epsilonFromDifficulty, normalizeDifficulty } from "./mod.ts";
 * const difficulties = [0.01, 0.02, 0.20]; // D of three images, from MC Dropout
 * const epsilon = epsilonFromDifficulty(normalizeDifficulty(difficulties));
 * if (!(epsilon[2] > epsilon[0])) throw new Error("the harder image has the larger ε");
 * ```
 *
 * @module
 */
export { tf } from "./backend/tf.ts";
export { BACKEND_NAMES, type BackendInformation, type BackendName, useBackend } from "./backend/use_backend.ts";
export { capture, type CapturedFunction, type CaptureOptions } from "./backend/capture.ts";
export { seedTensor } from "./backend/stateless_uniform.ts";
export { disposeTree } from "./backend/tensor_tree.ts";

export { deriveSeed, type RandomStream, randomStream } from "./random/random_stream.ts";

export { type SegmentationDataset, segmentationDataset } from "./data/segmentation_dataset.ts";
export { DATASET_NAMES, findDatasets, loadDataset, type LoadOptions } from "./data/load_dataset.ts";
export { syntheticDataset } from "./data/synthetic_dataset.ts";
export { type Split } from "./data/split.ts";
export { splitDataset } from "./data/split_dataset.ts";

export { type UNetLayers, unetLayers, type UNetOptions, unetTable } from "./model/unet_layers.ts";
export { initializeWeights, parameterCount, type UNetWeights } from "./model/unet_weights.ts";
export { decode, encode, forward, lesionProbability } from "./model/unet.ts";
export { decodeSafetensors, encodeSafetensors } from "./model/safetensors.ts";

export { diceLoss } from "./loss/dice_loss.ts";
export { focalLoss } from "./loss/focal_loss.ts";
export { polyDiceLoss } from "./loss/polydice_loss.ts";
export { polyDice1Loss } from "./loss/polydice1_loss.ts";
export { tvmfDiceLoss } from "./loss/tvmf_dice_loss.ts";
export { lossCurve, type LossCurvePoint } from "./loss/loss_curve.ts";
export { decompositionResiduals } from "./loss/decomposition_residual.ts";
export { diceDecomposition } from "./loss/dice_decomposition.ts";
export { type LossFunction } from "./loss/loss_function.ts";

export { binaryEntropy } from "./uncertainty/binary_entropy.ts";
export { predictiveEntropy } from "./uncertainty/predictive_entropy.ts";
export { expectedEntropy } from "./uncertainty/expected_entropy.ts";
export { mutualInformation } from "./uncertainty/mutual_information.ts";
export { type McDropoutMaps, mcDropoutMaps, mcDropoutSamples, type StochasticPass } from "./uncertainty/mc_dropout.ts";
export { imageDifficulty } from "./uncertainty/image_difficulty.ts";

export { normalizeDifficulty } from "./control/normalize_difficulty.ts";
export { epsilonFromDifficulty } from "./control/epsilon_from_difficulty.ts";
export {
  type EpsilonControlOptions,
  type EpsilonState,
  initialEpsilonState,
  isUpdateEpoch,
  updateEpsilon,
} from "./control/epsilon_controller.ts";

export { type SegmentationMetrics, segmentationMetrics } from "./evaluation/segmentation_metrics.ts";
export { mean } from "./statistics/mean.ts";
export { pairedBootstrap } from "./statistics/paired_bootstrap.ts";
export { quantile } from "./statistics/quantile.ts";
export { spearmanCorrelation } from "./statistics/spearman_correlation.ts";
export { type ResultRow, resultsCsv, resultsMarkdown } from "./evaluation/results_table.ts";
export { THESIS_TABLE_2 } from "./evaluation/thesis_results.ts";

export { defineExperiment, type Experiment, experimentHash, THESIS_EXPERIMENT } from "./training/experiment.ts";
export { type Method, METHOD_NAMES, type MethodName, METHODS } from "./training/methods.ts";
export { methodExperiment, type Profile, PROFILE_NAMES, type ProfileName, PROFILES } from "./training/profiles.ts";
export { type AdamState, adamStep, initializeAdam } from "./training/adam.ts";
export { train, type TrainedNetwork, type TrainingEvent } from "./training/train.ts";
export { loadRun, loadWeights } from "./training/run_store.ts";
export { type RunEvent, trainOrLoad } from "./training/train_or_load.ts";
export type { EpochRow, EpsilonRow, Run, TestRow } from "./training/run.ts";
export { compareMethods, type ComparisonEvent, type MethodRun } from "./training/comparison.ts";
export { comparisonRows, type PairedScores, pairedScores } from "./training/comparison_rows.ts";
export { openStudy, type Study, studyMethods, type StudyOptions } from "./training/study.ts";
export { type InspectedImage, inspectImages, inspectPasses } from "./training/inspection.ts";
export { writeResults } from "./training/write_results.ts";
