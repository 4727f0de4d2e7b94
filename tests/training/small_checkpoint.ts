/**
 * A checkpoint of a small network: for tests.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import { initializeWeights, type NamedTensors } from "../../lib/model/unet_weights.ts";
import { initializeAdam } from "../../lib/training/adam.ts";
import type { Checkpoint, CheckpointOwner } from "../../lib/training/checkpoint.ts";
import { DATA, smallExperiment } from "./small_run.ts";

/** What {@linkcode smallCheckpoint} belongs to. */
export const owner: CheckpointOwner = { experiment: smallExperiment(), data: DATA.fingerprint, backend: "tensorflow" };

/** A checkpoint whose tensors have this value, or hard ones; they are the caller's. */
export function smallCheckpoint(value: number): Checkpoint {
  const filled = (tensors: NamedTensors) =>
    Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, tf.fill(shape, value)]));
  const shapes = initializeWeights(owner.experiment, 1);
  const adam = initializeAdam(shapes.trainable);
  const hard = tf.tensor1d([1e-38, 3e38, -0, value].slice(0, shapes.statistics["inc.bn1.running_mean"]?.size));
  const weights = () => ({ trainable: filled(shapes.trainable), statistics: { ...filled(shapes.statistics) } });
  const [last, best] = [weights(), weights()];
  last.statistics["inc.bn1.running_mean"].dispose();
  last.statistics["inc.bn1.running_mean"] = hard;
  const { firstMoment, secondMoment } = adam;
  const optimizer = { step: tf.scalar(7), firstMoment: filled(firstMoment), secondMoment: filled(secondMoment) };
  tf.dispose([shapes.trainable, shapes.statistics, firstMoment, secondMoment]);
  adam.step.dispose();
  return {
    progress: {
      epoch: 1,
      partialEpoch: { step: 1, lossSum: 1 / 3, seconds: 0.1 },
      history: [{ epoch: 1, trainLoss: 0.1 + 0.2, valDice: 0, valIou: 0, meanEpsilon: 0, seconds: 1 }],
      epsilonState: { epsilon: [value, 1 / 7] },
      epsilons: [{ epoch: 1, id: "ä", difficulty: 1e-9, normalized: 0, epsilon: value, error: 1 }],
      bestEpoch: 1,
      bestDice: 0,
    },
    state: { weights: last, optimizer },
    bestWeights: best,
  };
}
