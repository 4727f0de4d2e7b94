/**
 * The state of an unfinished training run as one file: tensors and progress together, so that they can't disagree.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import type { EpsilonState } from "../control/epsilon_controller.ts";
import { decodeSafetensors, encodeSafetensors } from "../model/safetensors.ts";
import type { NamedTensors, UNetWeights } from "../model/unet_weights.ts";
import type { EpochRow, EpsilonRow } from "./run.ts";
import type { TrainState } from "./train_step.ts";

/** Where training stands after an epoch, beside its tensors. */
export interface TrainingProgress {
  /** Epochs that are done. */
  readonly epoch: number;
  readonly history: readonly EpochRow[];
  readonly epsilonState: EpsilonState;
  readonly epsilons: readonly EpsilonRow[];
  readonly bestEpoch: number;
  readonly bestDice: number;
}

/** Everything that training needs to go on as if it had not been interrupted. */
export interface Checkpoint {
  readonly progress: TrainingProgress;
  readonly state: TrainState;
  readonly bestWeights: UNetWeights;
}

const FORMAT = "polydice-checkpoint-1";

/** Encodes a checkpoint; its tensors stay. */
export async function encodeCheckpoint(
  checkpoint: Checkpoint,
  experimentHash: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { state, bestWeights, progress } = checkpoint;
  const { weights, optimizer } = state;
  const tensors = {
    ...prefixed("trainable", weights.trainable),
    ...prefixed("statistics", weights.statistics),
    ...prefixed("first_moment", optimizer.firstMoment),
    ...prefixed("second_moment", optimizer.secondMoment),
    "optimizer/step": optimizer.step,
    ...prefixed("best_trainable", bestWeights.trainable),
    ...prefixed("best_statistics", bestWeights.statistics),
  };
  const metadata = { format: FORMAT, experiment: experimentHash, progress: JSON.stringify(progress) };
  return await encodeSafetensors(tensors, metadata);
}

/**
 * Decodes a checkpoint.
 *
 * @throws {Error} When it is damaged, of another format, or of another experiment.
 */
export function decodeCheckpoint(bytes: Uint8Array<ArrayBuffer>, experimentHash: string): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== FORMAT || metadata.experiment !== experimentHash) {
    tf.dispose(tensors);
    throw new Error(
      `Cannot resume from the checkpoint: expected ${FORMAT} of experiment ${experimentHash}, ` +
        `found ${metadata.format} of ${metadata.experiment}.`,
    );
  }
  const group = (prefix: string) =>
    Object.fromEntries(
      Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}/`))
        .map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]),
    );
  return {
    progress: JSON.parse(metadata.progress),
    state: {
      weights: { trainable: group("trainable"), statistics: group("statistics") },
      optimizer: {
        step: tensors["optimizer/step"],
        firstMoment: group("first_moment"),
        secondMoment: group("second_moment"),
      },
    },
    bestWeights: { trainable: group("best_trainable"), statistics: group("best_statistics") },
  };
}

function prefixed(prefix: string, tensors: NamedTensors): NamedTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}/${name}`, tensor]));
}
