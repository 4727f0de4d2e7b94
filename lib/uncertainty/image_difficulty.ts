/**
 * The difficulty of an image, eq. 8 of the thesis: its uncertainty where the object is.
 *
 * @module
 */
import { tf } from "../backend/tf.ts";
import { assertImageShapes } from "../backend/image_shape.ts";

/** Options of {@linkcode imageDifficulty}. */
export interface ImageDifficultyOptions {
  /**
   * The difficulty of an image whose mask has no positive pixel: `"zero"` (default) or the mean over the whole `"image"`.
   * The thesis allows both (§3.2.1).
   */
  readonly emptyMask?: "zero" | "image";
}

/**
 * Computes the difficulty of every image: the mean mutual information over the mask's positive pixels, in nats.
 *
 * ```text
 * D = (1/|P|) Σ over P of I,   P = pixels with y = 1                  (8)
 * ```
 *
 * Only the object's pixels count, because the background of a medical image is large and easy.
 *
 * @param information I, the mutual information, `[batch, height, width]`, nats
 * @param mask y, 0 or 1, same shape; a pixel is positive above ½
 * @returns `[batch]`, in [0, ln 2]
 * @throws {RangeError} if the shapes differ or are not `[batch, height, width]`, or the option is unknown
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * const information = tf.tensor3d([[[0.2, 0.4, 0.6]]]);
 * const [found] = imageDifficulty(information, tf.tensor3d([[[1, 1, 0]]])).dataSync();
 * const [empty] = imageDifficulty(information, tf.zeros<tf.Rank.R3>([1, 1, 3])).dataSync();
 * assertAlmostEquals(found, 0.3, 1e-6);
 * assertAlmostEquals(empty, 0);
 * ```
 */
export function imageDifficulty(
  information: tf.Tensor3D,
  mask: tf.Tensor3D,
  options: ImageDifficultyOptions = {},
): tf.Tensor1D {
  const { emptyMask = "zero" } = options;
  assertImageShapes("compute the difficulty", { information, mask });
  if (emptyMask !== "zero" && emptyMask !== "image") {
    throw new RangeError(`Cannot compute the difficulty: expected emptyMask "zero" or "image", found "${emptyMask}"`);
  }
  return tf.tidy(() => {
    const positive = tf.greater(tf.cast(mask, "float32"), 0.5);
    const inside = tf.where(positive, information, tf.zerosLike(information));
    const count = tf.sum<tf.Tensor1D>(tf.cast(positive, "float32"), [1, 2]); // |P|
    const overMask = tf.div<tf.Tensor1D>(tf.sum(inside, [1, 2]), tf.maximum(count, 1)); // 0 where P is empty
    if (emptyMask === "zero") return overMask;
    return tf.where(tf.greater(count, 0), overMask, tf.mean<tf.Tensor1D>(information, [1, 2]));
  });
}
