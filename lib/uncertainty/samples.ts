/**
 * The shape of what MC Dropout returns: `[N, batch, height, width]`, one probability map a pass.
 *
 * @module
 */
import type { tf } from "../backend/tf.ts";

/**
 * Checks that samples have the shape `[N, batch, height, width]` and at least one pass.
 *
 * @param action what cannot be done otherwise, as the error says it: `"compute the mutual information"`
 * @throws {RangeError} if the samples have another rank or no pass
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { tf } from "../backend/tf.ts";
 * assertThrows(() => assertSamples("compute the mutual information", tf.zeros([2, 4, 4])), RangeError, "found [2, 4, 4]");
 * ```
 */
export function assertSamples(action: string, samples: tf.Tensor): void {
  if (samples.rank === 4 && samples.shape[0] > 0) return;
  throw new RangeError(
    `Cannot ${action}: expected samples of shape [N, batch, height, width] with at least one pass, ` +
      `found [${samples.shape.join(", ")}]`,
  );
}
