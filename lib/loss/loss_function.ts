/**
 * The one signature that every loss of training has, so that a method is a value in a table and not a branch in the
 * trainer.
 *
 * @module
 */
import type { tf } from "../backend/tf.ts";

/**
 * A loss of training: probability ŷ and mask y, both `[batch, height, width]`, and one ε an image, `[batch]`, to one loss
 * an image, `[batch]`. The training loss of a batch is the mean of the result.
 *
 * The last argument is κ of the adaptive t-vMF Dice loss, `[batch]`: 32 · validation Dice of the epoch before, the same for
 * every image. A loss leaves out what it does not read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * import { LOSSES } from "./losses.ts";
 * const [probability, mask] = [tf.fill<tf.Rank.R3>([2, 3, 3], 0.5), tf.ones<tf.Rank.R3>([2, 3, 3])];
 * const [epsilon, kappa] = [tf.tensor1d([0, 0.5]), tf.tensor1d([16, 16])];
 * for (const loss of Object.values(LOSSES)) {
 *   assertEquals(loss({ focalGamma: 2 })(probability, mask, epsilon, kappa).shape, [2]);
 * }
 * ```
 */
export type LossFunction = (
  probability: tf.Tensor3D,
  mask: tf.Tensor3D,
  epsilon: tf.Tensor1D,
  kappa: tf.Tensor1D,
) => tf.Tensor1D;
