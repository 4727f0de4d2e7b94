/**
 * The guard on a training step's numbers.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import type { TrainStepResult } from "./train_step.ts";

/** Which step it was, for the message; epoch and step from 1. */
export interface StepPlace {
  readonly epoch: number;
  readonly step: number;
  /** Ids of the batch's images, in order. */
  readonly ids: readonly string[];
}

/**
 * The losses of a step's images, `[batch]`; frees what they are read from.
 *
 * @throws {Error} When a loss or a gradient is not finite: with epoch, step and the ids of the images.
 */
export async function readLosses(
  { losses, secondMomentSum }: Pick<TrainStepResult, "losses" | "secondMomentSum">,
  { epoch, step, ids }: StepPlace,
): Promise<number[]> {
  let values: number[], sum: number;
  try {
    values = [...await losses.data()];
    [sum] = await secondMomentSum.data();
  } finally {
    tf.dispose([losses, secondMomentSum]);
  }
  const bad = ids.filter((_, index) => !Number.isFinite(values[index]));
  if (bad.length === 0 && Number.isFinite(sum)) return values;
  const what = bad.length > 0 ? `the loss of ${bad.join(", ")}` : `the gradient of the batch ${ids.join(", ")}`;
  throw new Error(
    `Cannot go on training: ${what} is not finite in epoch ${epoch}, step ${step}. ` +
      "Try a smaller learning rate, and look at these images and masks.",
  );
}
