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
 * @example Your own data, model and loss: a tfjs model whose images get an ε of their own
 * ```ts
 * import {
 *   imageDifficulty,
 *   initialEpsilonState,
 *   isUpdateEpoch,
 *   layersModelProbability,
 *   mcDropoutMaps,
 *   mean,
 *   polyDice1Loss,
 *   randomStream,
 *   segmentationMetrics,
 *   tf,
 *   updateEpsilon,
 *   useBackend,
 * } from "./mod.ts";
 *
 * await useBackend("cpu"); // useBackend() is TensorFlow, hundreds of times faster
 *
 * // Your data: images [count, height, width, channels] in [0, 1], masks [count, height, width] of 0 and 1.
 * // Here discs in noise, the later the fainter.
 * const [count, size] = [12, 12];
 * const noise = randomStream(1);
 * const disc = Array.from(
 *   { length: size * size },
 *   (_, i) => Number(Math.hypot(i % size - 4, i / size - 6) < 3),
 * );
 * const values = Array.from(
 *   { length: count },
 *   (_, n) => disc.map((y) => 0.3 + (0.5 - n / 40) * y + 0.4 * (noise.uniform() - 0.5)),
 * );
 * const images = tf.tensor4d(values.flat(), [count, size, size, 1]);
 * const masks = tf.tensor3d(Array(count).fill(disc).flat(), [count, size, size]);
 *
 * // Your model: any tf.LayersModel with Dropout layers, or a function (image, dropoutSeed?) => ŷ of your own.
 * const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 });
 * const convolution = { kernelSize: 5, padding: "same", kernelInitializer } as const;
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.conv2d({ ...convolution, filters: 6, activation: "relu", inputShape: [size, size, 1] }),
 *     tf.layers.dropout({ rate: 0.5 }),
 *     tf.layers.conv2d({ ...convolution, filters: 1, activation: "sigmoid" }),
 *   ],
 * });
 * const probability = layersModelProbability(model);
 *
 * const control = { interval: 10, passes: 10 };
 * const optimizer = tf.train.adam(0.01);
 * let state = initialEpsilonState(count); // ε = 0 for every image
 * const dice = () => mean(segmentationMetrics(probability(images), masks).dice);
 * const before = dice();
 * for (let epoch = 1; epoch <= 40; epoch++) {
 *   if (isUpdateEpoch(epoch, control)) {
 *     const difficulties = tf.tidy(() => { // Algorithm 1: passes → mutual information → D → ε
 *       const maps = mcDropoutMaps(
 *         (pass) => probability(images, control.passes * epoch + pass),
 *         control.passes,
 *       );
 *       return imageDifficulty(maps.mutualInformation, masks).arraySync();
 *     });
 *     state = updateEpsilon(state, epoch, difficulties, control);
 *   }
 *   optimizer.minimize(() => { // one batch here; with batch norm lesionChannel(model.apply(images, { training: true }))
 *     const predicted = probability(images, -epoch);
 *     return tf.mean(polyDice1Loss(predicted, masks, state.epsilon)); // or a loss of your own
 *   });
 * }
 * const [clear, faint] = [mean(state.epsilon.slice(0, 6)), mean(state.epsilon.slice(6))];
 * if (!(before < 0.5 && dice() > 0.8)) throw new Error("it has learnt");
 * if (!(faint > clear)) throw new Error("ε is larger where the network is less sure");
 * ```
 *
 * @module
 */
export { tf } from "./backend/tf.ts";
export { BACKEND_NAMES, type BackendInformation, type BackendName, useBackend } from "./backend/use_backend.ts";
export { capture, type CapturedFunction, type CaptureOptions, type Precision } from "./backend/capture.ts";
export type { OperationTime } from "./backend/tensorflow/operation_times.ts";
export { seedTensor } from "./backend/stateless_uniform.ts";
export { disposeTree } from "./backend/tensor_tree.ts";

export { deriveSeed, type RandomStream, randomStream } from "./random/random_stream.ts";

export { type SegmentationDataset, segmentationDataset } from "./data/segmentation_dataset.ts";
export { DATASET_NAMES } from "./data/dataset_reference.ts";
export { findDatasets, loadDataset, type LoadOptions } from "./data/load_dataset.ts";
export { syntheticDataset } from "./data/synthetic/dataset.ts";
export { ownSplit } from "./data/image_source.ts";
export { type Split, splitDataset } from "./data/split.ts";
export { batchIndices, epochOrder, imageBatch } from "./data/batches.ts";
export { type Check, type CheckChoice, checkImages } from "./data/check_images.ts";
export { checkRows } from "./data/check_page.ts";

export { type UNetLayers, unetLayers, type UNetOptions, unetTable } from "./model/unet_layers.ts";
export { initializeWeights, parameterCount, type UNetWeights } from "./model/unet_weights.ts";
export { updateRunningStatistics } from "./model/batch_norm.ts";
export { dropoutSeeds } from "./model/dropout.ts";
export { decode, encode, forward, lesionProbability } from "./model/unet.ts";
export { decodeSafetensors, encodeSafetensors } from "./model/safetensors.ts";
export { loadUNetWeights, saveUNetWeights } from "./model/unet_weights_file.ts";
export { unetLayersModel } from "./model/unet_layers_model.ts";
export { loadLayersModel, saveLayersModel } from "./model/layers_model_files.ts";
export { layersModelProbability, lesionChannel } from "./model/layers_model_probability.ts";

export { diceLoss } from "./loss/dice_loss.ts";
export { focalLoss } from "./loss/focal_loss.ts";
export { polyDice1Loss, polyDiceLoss } from "./loss/polydice_loss.ts";
export { tvmfDiceLoss } from "./loss/tvmf_dice_loss.ts";
export { lossCurve, type LossCurvePoint } from "./loss/loss_curve.ts";
export { decompositionResiduals, diceDecomposition } from "./loss/dice_decomposition.ts";
export type { LossFunction } from "./loss/losses.ts";

export { binaryEntropy, expectedEntropy, mutualInformation, predictiveEntropy } from "./uncertainty/entropy.ts";
export { type McDropoutMaps, mcDropoutMaps, mcDropoutSamples, type StochasticPass } from "./uncertainty/mc_dropout.ts";
export { imageDifficulty } from "./uncertainty/image_difficulty.ts";

export { epsilonFromDifficulty, normalizeDifficulty } from "./control/epsilon_from_difficulty.ts";
export {
  type EpsilonControlOptions,
  type EpsilonState,
  initialEpsilonState,
  isUpdateEpoch,
  updateEpsilon,
} from "./control/epsilon_controller.ts";

export { type SegmentationMetrics, segmentationMetrics } from "./metrics/segmentation_metrics.ts";
export { mean } from "./statistics/mean.ts";
export { pairedBootstrap } from "./statistics/bootstrap.ts";
export { type PairedTTest, pairedTTest } from "./statistics/paired_t_test.ts";
export { quantile } from "./statistics/quantile.ts";
export { spearmanCorrelation } from "./statistics/correlation.ts";
export { type SignedRankTest, wilcoxonSignedRank } from "./statistics/wilcoxon_signed_rank.ts";
export { holmCorrection } from "./statistics/holm_correction.ts";
export { changedStudy, parseStudy, type Study, type StudyChange } from "./experiment/study.ts";
export { runsOf, type StudyRun } from "./experiment/study_runs.ts";
export {
  defineExperiment,
  type Experiment,
  experimentHash,
  runHash,
  THESIS_EXPERIMENT,
} from "./experiment/experiment.ts";
export { type Method, METHOD_NAMES, METHODS } from "./experiment/methods.ts";
export { type Profile, PROFILE_NAMES, type ProfileName, PROFILES } from "./experiment/profiles.ts";
export { type ExperimentChoice, resolveExperiment } from "./experiment/resolve_experiment.ts";

export { decodeRecord, encodeRecord } from "./results/record_encoding.ts";
export type { RunRecord } from "./results/run_record.ts";
export { packRecords, readRecords, readStudyRecords, writeRecord } from "./results/record_store.ts";
export { type Results, resultsOf } from "./results/results_of.ts";
export { pairedScores } from "./results/method_comparison.ts";
export { resultsBlock, resultsPage } from "./results/results_page.ts";
export { resultsTable, writeResults } from "./results/write_results.ts";
export { fewSeedsTexts, knownResults } from "./results/few_seeds.ts";
export { committedResults } from "./results/committed_results.ts";
export { decisionOf, type ExploredMethod, exploredMethods } from "./results/decision.ts";
export * from "./results/decision_section.ts";
export { exclusionOf, exclusionText } from "./results/exclusion.ts";
export { epsilonResponses, signalUpdates } from "./results/epsilon_response.ts";
export { FURTHER_KINDS, furtherPivot, furtherResults, furtherTable } from "./results/further_results.ts";
export { THESIS_TABLE_2 } from "./results/result_texts.ts";

export { type AdamState, adamStep, initializeAdam } from "./training/adam.ts";
export { train, type TrainedNetwork, type TrainingEvent } from "./training/train.ts";
export { loadRun, loadWeights } from "./training/run_store.ts";
export { type RunEvent, trainOrLoad } from "./training/train_or_load.ts";
export { bestValidationDice, type EpochRow, type EpsilonRow, type Run, type TestRow } from "./training/run.ts";
export { openSession, type Session, type SessionOptions, sessionStudy } from "./training/session.ts";
export { trainMethods } from "./training/train_methods.ts";
export { recordRun, recordRuns } from "./training/record_run.ts";
export { type InspectedImage, inspectImages, inspectPasses } from "./training/inspection.ts";
export { type PredictedImage, predictFiles } from "./training/predict_files.ts";

// What the signatures above name.
export type { EpsilonUpdate, UpdateScheduleOptions } from "./control/epsilon_controller.ts";
export type { EpsilonRangeOptions, NormalizeDifficultyOptions } from "./control/epsilon_from_difficulty.ts";
export type { EpsilonOrder } from "./control/epsilon_order.ts";
export type { DatasetName } from "./data/dataset_reference.ts";
export type { FileFinding, ImagePair, ReadProgress, SplitPart } from "./data/image_pairs.ts";
export type { InputImage } from "./data/input_images.ts";
export type { FoundDataset } from "./data/load_dataset.ts";
export type { Colour, MaskRule } from "./data/mask_rule.ts";
export type { MaskReading } from "./data/mask_values.ts";
export type { DataChoice, DataFingerprint, DataPlaces, RunData } from "./data/open_data.ts";
export type { NativeImage } from "./data/read_pairs.ts";
export type { DatasetFolders } from "./data/real_dataset.ts";
export type { Fit } from "./data/resize_image.ts";
export type { DatasetParts } from "./data/segmentation_dataset.ts";
export { SPLIT_KINDS, type SplitFractions, type SplitKind } from "./data/split.ts";
export type { SyntheticOptions } from "./data/synthetic/dataset.ts";
export { DIFFICULTY_SIGNALS, type DifficultySignal } from "./experiment/experiment.ts";
export type { MadeChoice, StudyBlock, StudyChoice, StudyData } from "./experiment/study.ts";
export type { Choice, FinishedRun, StudyRunOptions } from "./experiment/study_runs.ts";
export type { DecompositionResidualRow, DiceDecomposition } from "./loss/dice_decomposition.ts";
export type { FocalOptions } from "./loss/focal_loss.ts";
export type { LossCurveOptions } from "./loss/loss_curve.ts";
export { EPSILON_LOSSES, LOSS_NAMES, type LossName } from "./loss/losses.ts";
export type { PolyDiceOptions } from "./loss/polydice_loss.ts";
export type { TvmfDiceOptions } from "./loss/tvmf_dice_loss.ts";
export { METRIC_NAMES, type MetricName } from "./metrics/metric_names.ts";
export type { ThresholdOptions } from "./metrics/segmentation_metrics.ts";
export type { BatchNormMode } from "./model/batch_norm.ts";
export type { Dropout, DropoutSeeds } from "./model/dropout.ts";
export type { ModelFiles } from "./model/layers_model_files.ts";
export type { ProbabilityFunction } from "./model/layers_model_probability.ts";
export type { Safetensors, SafetensorsMetadata } from "./model/safetensors.ts";
export { STATE_DICT_NAMES, type StateDictNames } from "./model/state_dict_names.ts";
export type { ForwardMode } from "./model/unet.ts";
export type { DoubleConvLayer, UNetTableRow } from "./model/unet_layers.ts";
export type { UNetLayersModelOptions } from "./model/unet_layers_model.ts";
export type { NamedTensors } from "./model/unet_weights.ts";
export type { LoadedUNet, SaveUNetWeightsOptions } from "./model/unet_weights_file.ts";
export type { StreamLabel } from "./random/random_stream.ts";
export type { CommittedOptions } from "./results/committed_results.ts";
export type { ControlComparison, Decision, DecisionOptions, ScoredSize } from "./results/decision.ts";
export type { EpsilonResponse, SignalUpdateResult } from "./results/epsilon_response.ts";
export type { Exclusion } from "./results/exclusion.ts";
export type { FurtherKind, FurtherNumbers, FurtherResult } from "./results/further_results.ts";
export type { GroupDice, ImageGrouping } from "./results/image_groups.ts";
export type { DifferenceSummary, MethodComparison, PairedScore } from "./results/method_comparison.ts";
export type {
  MethodResults,
  MethodRuns,
  MetricSummaries,
  SeedSummary,
  UncertaintyResults,
} from "./results/method_results.ts";
export type { FoundRecord, FoundRecords } from "./results/record_store.ts";
export type { GroupResults, SharedSettings } from "./results/results_of.ts";
export type {
  CalibrationBins,
  EpochRecord,
  EpsilonRecord,
  ExternalRecord,
  NativeRecord,
  RecordEnvironment,
  SignalRecord,
  TestRecord,
  UncertaintyBins,
  WeightsName,
} from "./results/run_record.ts";
export type { DifferenceInterval, MeanInterval, PairedBootstrapOptions } from "./statistics/bootstrap.ts";
export type { AdamOptions } from "./training/adam.ts";
export type { Checkpoint, PartialEpoch, TrainingProgress } from "./training/checkpoint.ts";
export type { ExternalImages } from "./training/external_scores.ts";
export type { InspectionOptions } from "./training/inspection.ts";
export type { PredictFilesOptions, Prediction, PredictionNumbers } from "./training/predict_files.ts";
export type { RunImage, RunParts } from "./training/run.ts";
export type { PlainRunEvent, SessionEvent, SessionListener, SessionRun } from "./training/session.ts";
export type { RunListener, RunOptions } from "./training/train_or_load.ts";
export type { TrainState } from "./training/train_step.ts";
export type { ImageDifficultyOptions } from "./uncertainty/image_difficulty.ts";
