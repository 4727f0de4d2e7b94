/**
 * Training with a loss whose ε may follow the uncertainty: Algorithm 1 of the thesis, to the letter.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import { tf } from "../backend/tf.ts";
import { augmentationTensors, drawAugmentation } from "../data/augment.ts";
import { batchIndices, epochOrder, imageBatch, type ImageSelection } from "../data/batches.ts";
import type { SegmentationDataset } from "../data/segmentation_dataset.ts";
import type { Split } from "../data/split.ts";
import { reorderEpsilon } from "../control/epsilon_order.ts";
import { initialEpsilonState, isUpdateEpoch, updateEpsilon } from "../control/epsilon_controller.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { LOSSES } from "../loss/losses.ts";
import { adaptiveKappa } from "../loss/tvmf_dice_loss.ts";
import { dropoutSeeds } from "../model/dropout.ts";
import { mean } from "../statistics/mean.ts";
import { unetLayers } from "../model/unet_layers.ts";
import { initializeWeights, type UNetWeights } from "../model/unet_weights.ts";
import { randomStream } from "../random/random_stream.ts";
import { initializeAdam } from "./adam.ts";
import type { Checkpoint, TrainingProgress } from "./checkpoint.ts";
import { measureDifficulties, type MeasuredSignal } from "./estimate_uncertainty.ts";
import type { WeightsName } from "../results/run_record.ts";
import type { EpochRow, EpsilonRow, TestRow } from "./run.ts";
import { createScorer, scoreImages, type Scorer } from "./score_images.ts";
import { createTrainStep, readLosses, type TrainBatch } from "./train_step.ts";

/** What happens while a network is trained. */
export type TrainingEvent =
  | {
    readonly kind: "step";
    readonly epoch: number;
    readonly step: number;
    readonly steps: number;
    readonly loss: number;
    /** The state after the step; its tensors are valid until the next event is asked for. */
    readonly checkpoint: Checkpoint;
  }
  | {
    readonly kind: "update";
    readonly epoch: number;
    readonly rows: readonly EpsilonRow[];
    /** The state before the update; its tensors are valid until the next event is asked for. */
    readonly checkpoint: Checkpoint;
  }
  | {
    readonly kind: "epoch";
    readonly row: EpochRow;
    /** The state after the epoch; its tensors are valid until the next event is asked for. */
    readonly checkpoint: Checkpoint;
  }
  /** The last event. */
  | { readonly kind: "trained"; readonly network: TrainedNetwork };

/** What training leaves. The weights are the caller's to dispose. */
export interface TrainedNetwork {
  /** Weights of the epoch with the highest mean validation Dice, the earlier one of equals. */
  readonly best: UNetWeights;
  /** Weights of the last epoch. */
  readonly last: UNetWeights;
  /** History, ε and best epoch. */
  readonly progress: TrainingProgress;
  /** Scores of every test image under both weights. */
  readonly test: readonly TestRow[];
}

/**
 * Trains a network, yielding what happens; the last event has the network.
 *
 * For e = 1 … E: where e ≥ E₀ and (e − E₀) mod τ = 0 and ε is adaptive, every training image gets a new ε from its D under
 * the current weights; then one pass over the training images in batches. Every random choice has a stream of its own,
 * named by seed, epoch and step, so a run that goes on from a checkpoint, of any step, equals one that was not interrupted.
 *
 * @param resumeFrom A checkpoint to go on from; its tensors become the run's.
 * @throws {Error} When a loss or a gradient is not finite: with epoch, step and the images' ids. The checkpoints of the
 * events so far are those from before that step.
 */
export async function* train(
  dataset: SegmentationDataset,
  split: Split,
  experiment: Experiment,
  options: { readonly resumeFrom?: Checkpoint } = {},
): AsyncGenerator<TrainingEvent, void> {
  const { batchSize, epochs, seed, difficulty } = experiment;
  const layers = unetLayers(experiment);
  const trainStep = createTrainStep(layers, LOSSES[experiment.loss].make(experiment), experiment);
  const scorer = createScorer(layers, { rate: experiment.dropoutRate, signals: [signalOf(difficulty)] });
  const select = (indices: readonly number[]): ImageSelection => ({ dataset, indices, batchSize });
  let { progress, state, bestWeights } = options.resumeFrom ?? beforeFirstEpoch(experiment, split);
  let next: PreparedBatch | undefined;
  let finished = false;
  try {
    for (let epoch = progress.epoch + 1; epoch <= epochs && !hasStopped(progress, experiment); epoch++) {
      const { step: firstStep, lossSum: firstLossSum, seconds } = progress.partialEpoch ??
        { step: 0, lossSum: 0, seconds: 0 };
      const start = performance.now() - 1000 * seconds;
      let { epsilonState, epsilons, bestEpoch, bestDice } = progress;
      if (firstStep === 0 && experiment.epsilonControl === "adaptive" && isUpdateEpoch(epoch, experiment)) {
        const passes = { count: experiment.passes, seed, labels: ["mc", epoch] };
        const { estimate } = scorer;
        const told = await measureDifficulties(
          estimate,
          state.weights,
          select(split.train),
          passes,
          signalOf(difficulty),
        );
        const measured = difficulty === "oracle"
          ? { ...told, difficulties: split.train.map((image) => dataset.trueDifficulty![image]) }
          : told;
        const { epsilon: inOrder, lastUpdate } = updateEpsilon(epsilonState, epoch, measured.difficulties, experiment);
        const order = randomStream(seed, "epoch", epoch, "epsilon order");
        const epsilon = reorderEpsilon(inOrder, experiment.epsilonOrder, () => order.uniform());
        epsilonState = { epsilon, lastUpdate: { ...lastUpdate!, epsilon } };
        const rows = split.train.map((image, index) => ({
          epoch,
          id: dataset.ids[image],
          difficulty: measured.difficulties[index],
          normalized: lastUpdate!.normalized[index],
          epsilon: epsilon[index],
          error: measured.errors[index],
        }));
        epsilons = [...epsilons, ...rows];
        yield { kind: "update", epoch, rows, checkpoint: { progress, state, bestWeights } };
      }

      const batches = batchIndices(epochOrder(split.train.length, seed, epoch), batchSize);
      const kappa = adaptiveKappa(Math.max(0, progress.history.at(-1)?.valDice ?? 0));
      const prepare = (step: number): PreparedBatch | undefined => {
        const positions = batches[step];
        if (!positions) return undefined;
        const images = positions.map((position) => split.train[position]);
        const epsilon = positions.map((position) => epsilonState.epsilon[position]);
        return prepareBatch(dataset, images, { epsilon, kappa }, experiment, epoch, step);
      };
      let lossSum = firstLossSum;
      next = prepare(firstStep);
      for (let step = firstStep; next; step++) {
        const current: PreparedBatch = next;
        next = undefined;
        let result;
        try {
          const running = trainStep.start({ state, batch: current.tensors });
          try {
            next = prepare(step + 1); // while the step runs
          } catch (error) {
            disposeTree(await running);
            throw error;
          }
          result = await running;
        } finally {
          disposeTree(current.tensors);
        }
        disposeTree(state);
        state = result.state;
        const losses = await readLosses(result, { ids: current.ids, epoch, step: step + 1 });
        lossSum += losses.reduce((sum, loss) => sum + loss, 0);
        const partialEpoch = { step: step + 1, lossSum, seconds: (performance.now() - start) / 1000 };
        yield {
          kind: "step",
          epoch,
          step: step + 1,
          steps: batches.length,
          loss: mean(losses),
          checkpoint: { progress: { ...progress, epsilonState, epsilons, partialEpoch }, state, bestWeights },
        };
      }

      const validation = await scoreImages(scorer, state.weights, select(split.validation));
      const row: EpochRow = {
        epoch,
        trainLoss: lossSum / split.train.length,
        valDice: mean(validation.map(({ dice }) => dice)),
        valIou: mean(validation.map(({ iou }) => iou)),
        meanEpsilon: mean(epsilonState.epsilon),
        seconds: (performance.now() - start) / 1000,
      };
      if (row.valDice > bestDice) {
        disposeTree(bestWeights);
        bestWeights = copyWeights(state.weights);
        [bestEpoch, bestDice] = [epoch, row.valDice];
      }
      progress = { epoch, history: [...progress.history, row], epsilonState, epsilons, bestEpoch, bestDice };
      yield { kind: "epoch", row, checkpoint: { progress, state, bestWeights } };
    }
    const test: TestRow[] = [];
    for (const [name, weights] of [["best", bestWeights], ["last", state.weights]] as const) {
      test.push(...await testRows(scorer, weights, select(split.test), name));
    }
    disposeTree(state.optimizer);
    finished = true;
    yield { kind: "trained", network: { best: bestWeights, last: state.weights, progress, test } };
  } finally {
    // Also where a step fails, or nobody asks for the next event.
    if (!finished) disposeTree([state, bestWeights, ...(next ? [next.tensors] : [])]);
    trainStep.dispose();
    scorer[Symbol.dispose]();
  }
}

/** What the passes are asked for; the oracle's D comes with the images. */
function signalOf(difficulty: Experiment["difficulty"]): MeasuredSignal {
  return difficulty === "oracle" ? "mutual-information" : difficulty;
}

async function testRows(
  scorer: Scorer,
  weights: UNetWeights,
  selection: ImageSelection,
  name: WeightsName,
): Promise<TestRow[]> {
  const scores = await scoreImages(scorer, weights, selection);
  return scores.map(({ id, dice, iou, precision, recall }) => ({ id, weights: name, dice, iou, precision, recall }));
}

/** Whether the validation Dice has not risen for as many epochs as the experiment has patience. */
function hasStopped({ epoch, bestEpoch }: TrainingProgress, { patience }: Pick<Experiment, "patience">): boolean {
  return patience > 0 && epoch - bestEpoch >= patience;
}

/** The state before epoch 1 (Algorithm 1, lines 1 and 2). */
function beforeFirstEpoch(experiment: Experiment, split: Split): Checkpoint {
  const weights = initializeWeights(experiment, experiment.seed);
  return {
    progress: {
      epoch: 0,
      history: [],
      epsilonState: initialEpsilonState(split.train.length, { epsilon: experiment.epsilon }),
      epsilons: [],
      bestEpoch: 0,
      bestDice: -1,
    },
    state: { weights, optimizer: initializeAdam(weights.trainable) },
    bestWeights: copyWeights(weights),
  };
}

/** A batch on the device, and which images it is. */
interface PreparedBatch {
  readonly tensors: TrainBatch;
  readonly ids: readonly string[];
}

function prepareBatch(
  dataset: SegmentationDataset,
  images: readonly number[],
  { epsilon, kappa }: { readonly epsilon: readonly number[]; readonly kappa: number },
  { seed, augmentation }: Experiment,
  epoch: number,
  step: number,
): PreparedBatch {
  const stream = randomStream(seed, "epoch", epoch, "augmentation", step);
  const tensors = {
    ...imageBatch(dataset, images),
    epsilon: tf.tensor1d([...epsilon], "float32"),
    kappa: tf.fill<tf.Rank.R1>([images.length], kappa),
    dropout: dropoutSeeds(seed, "epoch", epoch, "dropout", step),
    ...(augmentation ? { augmentation: augmentationTensors(drawAugmentation(images.length, stream)) } : {}),
  };
  return { tensors, ids: images.map((image) => dataset.ids[image]) };
}

function copyWeights({ trainable, statistics }: UNetWeights): UNetWeights {
  const copy = (tensors: UNetWeights["trainable"]) =>
    Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]));
  return { trainable: copy(trainable), statistics: copy(statistics) };
}
