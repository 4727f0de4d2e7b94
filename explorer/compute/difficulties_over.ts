/**
 * D of uncertainty maps over one region.
 *
 * @module
 */
import { tf } from "../../lib/backend/tf.ts";
import { imageDifficulty } from "../../lib/uncertainty/image_difficulty.ts";

/**
 * D (eq. 8) of every map, nats. A region without a pixel gives 0.
 *
 * @param maps I, `[size · size]` each
 * @param region 1 where D is taken, `[size · size]`
 * @param size height = width, pixels
 */
export async function difficultiesOver(
  maps: readonly Float32Array[],
  region: Uint8Array,
  size: number,
): Promise<number[]> {
  if (maps.length === 0) return [];
  const difficulties = tf.tidy(() => {
    const shape: [number, number, number] = [1, size, size];
    const information = tf.concat(maps.map((map) => tf.tensor3d(map, shape)));
    const mask = tf.tile(tf.tensor3d(Float32Array.from(region), shape), [maps.length, 1, 1]);
    return imageDifficulty(information, mask);
  });
  const values = await difficulties.data();
  difficulties.dispose();
  return [...values];
}
