/**
 * The one signature that every loss of training has, so that a method is a value in a table and not a branch in the
 * trainer.
 *
 * @module
 */
import type { tf } from "../backend/tf.ts";

/**
 * A loss of training: probability ŷ and mask y, both `[batch, height, width]`, and one ε an image, `[batch]`, to one loss
 * an image, `[batch]`. Losses that have no ε ignore it; t-vMF Dice takes it for its κ. The training loss of a batch is the mean of the result.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * import { diceLoss } from "./dice_loss.ts";
 * import { focalLoss } from "./focal_loss.ts";
 * import { polyDice1Loss } from "./polydice1_loss.ts";
 * const losses: Record<string, LossFunction> = {
 *   dice: diceLoss,
 *   focal: (probability, mask) => focalLoss(probability, mask),
 *   polydice1: polyDice1Loss,
 * };
 * const [probability, mask] = [tf.fill<tf.Rank.R3>([2, 3, 3], 0.5), tf.ones<tf.Rank.R3>([2, 3, 3])];
 * for (const loss of Object.values(losses)) {
 *   assertEquals(loss(probability, mask, tf.zeros<tf.Rank.R1>([2])).shape, [2]);
 * }
 * ```
 */
export type LossFunction = (probability: tf.Tensor3D, mask: tf.Tensor3D, epsilon: tf.Tensor1D) => tf.Tensor1D;
