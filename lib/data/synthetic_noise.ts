/**
 * Smooth random fields over the scene plane, from which the synthetic images take their slow changes of colour, the
 * bend of their folds and their fine texture.
 *
 * @module
 */
import type { RandomStream } from "../random/random_stream.ts";

/** A scalar field over the scene plane; x and y run from −1 to 1 across the image, whatever its size in pixels. */
export type ScalarField = (x: number, y: number) => number;

/**
 * A random field with values in [−1, 1]: uniform values on a lattice of `cells` × `cells` cells over the image, between
 * them interpolated by 3t² − 2t³, so that value and slope are continuous.
 *
 * The lattice belongs to the scene and not to the pixels: the same stream gives the same field at every image size.
 * Outside [−1, 1]² the field keeps the value of the nearest border.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { randomStream } from "../random/random_stream.ts";
 * const field = noiseField(4, randomStream(1, "noise"));
 * assertEquals(field(0.3, -0.2), noiseField(4, randomStream(1, "noise"))(0.3, -0.2));
 * ```
 */
export function noiseField(cells: number, stream: RandomStream): ScalarField {
  const side = cells + 1;
  const lattice = Float32Array.from({ length: side * side }, () => 2 * stream.uniform() - 1);
  const cellOf = (position: number) => Math.min(cells, Math.max(0, (position + 1) / 2 * cells));
  return (x, y) => {
    const column = cellOf(x), row = cellOf(y);
    const left = Math.min(cells - 1, Math.floor(column)), top = Math.min(cells - 1, Math.floor(row));
    const s = column - left, t = row - top;
    const across = s * s * (3 - 2 * s), down = t * t * (3 - 2 * t);
    const corner = top * side + left;
    const upper = lattice[corner] + across * (lattice[corner + 1] - lattice[corner]);
    const lower = lattice[corner + side] + across * (lattice[corner + side + 1] - lattice[corner + side]);
    return upper + down * (lower - upper);
  };
}

/**
 * The sum of `octaves` noise fields, each with twice the cells and half the amplitude of the one before, divided by the
 * sum of the amplitudes, so that its values stay in [−1, 1].
 */
export function fractalNoise(cells: number, octaves: number, stream: RandomStream): ScalarField {
  const fields = Array.from({ length: octaves }, (_, octave) => noiseField(cells * 2 ** octave, stream));
  const total = 2 - 2 ** (1 - octaves);
  return (x, y) => fields.reduce((sum, field, octave) => sum + field(x, y) / 2 ** octave, 0) / total;
}
