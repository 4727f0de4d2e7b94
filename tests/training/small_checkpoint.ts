/**
 * A checkpoint of a network of two tensors: for tests.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import type { Checkpoint } from "../../lib/training/checkpoint.ts";

/** A checkpoint whose tensors have this value; they are the caller's. */
export function smallCheckpoint(value: number): Checkpoint {
  const weights = () => ({
    trainable: { "outc.weight": tf.fill([2, 3], value), "outc.bias": tf.tensor1d([value, -0]) },
    statistics: { "bn.running_mean": tf.tensor1d([1e-38, 3e38]) },
  });
  return {
    progress: {
      epoch: 1,
      partialEpoch: { step: 1, lossSum: 1 / 3, seconds: 0.1 },
      history: [{ epoch: 1, trainLoss: 0.1 + 0.2, valDice: 0, valIou: 0, meanEpsilon: 0, seconds: 1 }],
      epsilonState: { epsilon: [value, 1 / 7] },
      epsilons: [{ epoch: 1, id: "ä", difficulty: 1e-9, normalized: 0, epsilon: value }],
      bestEpoch: 1,
      bestDice: 0,
    },
    state: {
      weights: weights(),
      optimizer: {
        step: tf.scalar(7),
        firstMoment: { small: tf.tensor1d([value]) },
        secondMoment: { small: tf.tensor1d([value]) },
      },
    },
    bestWeights: weights(),
  };
}
