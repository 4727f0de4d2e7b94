/**
 * Training with a loss whose ε may follow the uncertainty: Algorithm 1 of the thesis, to the letter.
 *
 * @module
 */
import { disposeTree } from "../backend/tensor_tree.ts";
import { tf } from "../backend/tf.ts";
import { augmentationTensors, drawAugmentation } from "../data/augment.ts";
import { batchIndices, epochOrder } from "../data/batches.ts";
import type { SegmentationDataset } from "../data/segmentation_dataset.ts";
import type { Split } from "../data/split.ts";
import { reorderEpsilon } from "../control/epsilon_order.ts";
import { initialEpsilonState, isUpdateEpoch, updateEpsilon } from "../control/epsilon_controller.ts";
import { mean } from "../statistics/mean.ts";
import { unetLayers } from "../model/unet_layers.ts";
import { initializeWeights, type UNetWeights } from "../model/unet_weights.ts";
import { randomStream } from "../random/random_stream.ts";
import { initializeAdam } from "./adam.ts";
import type { Checkpoint, TrainingProgress } from "./checkpoint.ts";
import { createEvaluate, evaluate } from "./evaluate.ts";
import type { Experiment } from "./experiment.ts";
import { batchTensors, createEstimateUncertainty, dropoutSeeds, estimateDifficulties } from "./inference.ts";
import { lossFunction, lossSteepness } from "./methods.ts";
import type { EpochRow, EpsilonRow, TestRow } from "./run.ts";
import { readLosses } from "./step_losses.ts";
import { createTrainStep, type TrainBatch } from "./train_step.ts";

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
  };

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
 * Trains a network, yielding what happens.
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
): AsyncGenerator<TrainingEvent, TrainedNetwork> {
  const layers = unetLayers(experiment);
  const trainStep = createTrainStep(layers, lossFunction(experiment), experiment);
  const evaluateBatch = createEvaluate(layers);
  const estimate = createEstimateUncertainty(layers, experiment.dropoutRate, experiment.difficulty);
  const select = (indices: readonly number[]) => ({ dataset, indices, batchSize: experiment.batchSize });
  let { progress, state, bestWeights } = options.resumeFrom ?? beforeFirstEpoch(experiment, split);
  let next: PreparedBatch | undefined;
  let finished = false;
  try {
    for (let epoch = progress.epoch + 1; epoch <= experiment.epochs && !hasStopped(progress, experiment); epoch++) {
      const { step: firstStep, lossSum: firstLossSum, seconds } = progress.partialEpoch ??
        { step: 0, lossSum: 0, seconds: 0 };
      const start = performance.now() - 1000 * seconds;
      let { epsilonState, epsilons, bestEpoch, bestDice } = progress;
      if (firstStep === 0 && experiment.epsilonControl === "adaptive" && isUpdateEpoch(epoch, experiment)) {
        const { passes, dropoutRate: rate, seed } = experiment;
        const settings = { passes, rate, seed, labels: ["mc", epoch] };
        const difficulties = await estimateDifficulties(estimate, state.weights, select(split.train), settings);
        const { epsilon: inOrder, lastUpdate } = updateEpsilon(epsilonState, epoch, difficulties, experiment);
        const { normalized } = lastUpdate!;
        const order = randomStream(seed, "epoch", epoch, "epsilon order");
        const epsilon = reorderEpsilon(inOrder, experiment.epsilonOrder, () => order.uniform());
        epsilonState = { epsilon, lastUpdate: { ...lastUpdate!, epsilon } };
        const rows = split.train.map((image, index) => ({
          epoch,
          id: dataset.ids[image],
          difficulty: difficulties[index],
          normalized: normalized[index],
          epsilon: epsilon[index],
        }));
        epsilons = [...epsilons, ...rows];
        yield { kind: "update", epoch, rows, checkpoint: { progress, state, bestWeights } };
      }

      const batches = batchIndices(epochOrder(split.train.length, experiment.seed, epoch), experiment.batchSize);
      const prepare = (step: number): PreparedBatch | undefined => {
        const positions = batches[step];
        if (!positions) return undefined;
        const validationDice = Math.max(0, progress.history.at(-1)?.valDice ?? 0);
        const steepness = positions.map((position) =>
          lossSteepness(experiment, epsilonState.epsilon[position], validationDice)
        );
        return prepareBatch(
          dataset,
          positions.map((position) => split.train[position]),
          steepness,
          experiment,
          epoch,
          step,
        );
      };
      let lossSum = firstLossSum;
      next = prepare(firstStep);
      for (let step = firstStep; next; step++) {
        const current = next;
        const running = trainStep.start({ state, batch: current.tensors });
        next = prepare(step + 1); // while the step runs
        const result = await running;
        disposeTree([current.tensors, state]);
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

      const validation = await evaluate(evaluateBatch, state.weights, select(split.validation));
      const row: EpochRow = {
        epoch,
        trainLoss: lossSum / split.train.length,
        valDice: mean(validation.dice),
        valIou: mean(validation.iou),
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
    const test = async (weights: "best" | "last"): Promise<TestRow[]> => {
      const metrics = await evaluate(
        evaluateBatch,
        weights === "best" ? bestWeights : state.weights,
        select(split.test),
      );
      return split.test.map((image, index) => ({
        id: dataset.ids[image],
        weights,
        dice: metrics.dice[index],
        iou: metrics.iou[index],
        precision: metrics.precision[index],
        recall: metrics.recall[index],
      }));
    };
    const rows = [...await test("best"), ...await test("last")];
    disposeTree(state.optimizer);
    finished = true;
    return { best: bestWeights, last: state.weights, progress, test: rows };
  } finally {
    // Also where a step fails, or nobody asks for the next event.
    if (!finished) disposeTree([state, bestWeights, ...(next ? [next.tensors] : [])]);
    for (const captured of [trainStep, evaluateBatch, estimate]) captured.dispose();
  }
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
  epsilon: readonly number[],
  { seed, augmentation }: Experiment,
  epoch: number,
  step: number,
): PreparedBatch {
  const stream = randomStream(seed, "epoch", epoch, "augmentation", step);
  const tensors = {
    ...batchTensors(dataset, images),
    epsilon: tf.tensor1d([...epsilon], "float32"),
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
