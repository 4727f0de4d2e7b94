/**
 * The shape that everything which compares images agrees on: `[batch, height, width]`.
 *
 * @module
 */
import type { tf } from "./tf.ts";

/**
 * Checks that all these tensors have one and the same shape `[batch, height, width]` with at least one pixel. Only shapes
 * are looked at, so the check reads no data and costs nothing in a captured graph.
 *
 * @param action what cannot be done otherwise, as the error says it: `"compute the Dice loss"`
 * @param images the tensors by the name that the caller knows them by
 * @throws {RangeError} if a tensor has another rank, has no pixel or differs in shape from the first
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { tf } from "./tf.ts";
 * const [probability, mask] = [tf.zeros([2, 4, 4]), tf.zeros([2, 4, 5])];
 * assertThrows(
 *   () => assertImageShapes("compute the Dice loss", { probability, mask }),
 *   RangeError,
 *   "Cannot compute the Dice loss: expected mask of shape [2, 4, 4] as probability has, found [2, 4, 5]",
 * );
 * ```
 */
export function assertImageShapes(action: string, images: Record<string, tf.Tensor>): void {
  const [[firstName, first], ...others] = Object.entries(images);
  if (first.rank !== 3 || first.size === 0) {
    throw new RangeError(
      `Cannot ${action}: expected ${firstName} of shape [batch, height, width] with at least one pixel, ` +
        `found [${first.shape.join(", ")}]`,
    );
  }
  for (const [name, image] of others) {
    if (image.rank !== 3 || image.shape.some((size, axis) => size !== first.shape[axis])) {
      throw new RangeError(
        `Cannot ${action}: expected ${name} of shape [${first.shape.join(", ")}] as ${firstName} has, ` +
          `found [${image.shape.join(", ")}]`,
      );
    }
  }
}
