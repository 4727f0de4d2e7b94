/**
 * The surface that a synthetic scene is painted on before it is lit, and the smooth random fields that it is painted with.
 *
 * @module
 */
import type { RandomStream } from "../../random/random_stream.ts";

/** A surface being painted: one entry a pixel, rows from top to bottom. Lengths are in half image widths. */
export interface SurfaceCanvas {
  readonly size: number;
  /** [size, size, 3] share of red, green and blue light that the surface gives back, 0..1. */
  readonly albedo: Float32Array;
  /** [size, size] height above the wall towards the camera, in half image widths. */
  readonly height: Float32Array;
  /** [size, size] share of the lamp's light that arrives, 0 (depth of the lumen, deep shadow) to 1. */
  readonly openness: Float32Array;
}

/** An unpainted surface: black, flat and in full light. */
export function surfaceCanvas(size: number): SurfaceCanvas {
  const pixels = size * size;
  return {
    size,
    albedo: new Float32Array(3 * pixels),
    height: new Float32Array(pixels),
    openness: new Float32Array(pixels).fill(1),
  };
}

/**
 * Calls `paint` for every pixel with its index and the scene coordinates of its centre, (2i + 1)/size − 1 ∈ (−1, 1), so
 * that one scene painted at two sizes shows the same things at the same places.
 */
export function forEachPixel(size: number, paint: (pixel: number, x: number, y: number) => void): void {
  for (let row = 0, pixel = 0; row < size; row++) {
    const y = (2 * row + 1) / size - 1;
    for (let column = 0; column < size; column++, pixel++) paint(pixel, (2 * column + 1) / size - 1, y);
  }
}

/** Moves the colour of a pixel towards `colour` (RGB, 0..1) by the share `amount` in [0, 1]. */
export function blend(albedo: Float32Array, pixel: number, colour: readonly number[], amount: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const entry = 3 * pixel + channel;
    albedo[entry] += amount * (colour[channel] - albedo[entry]);
  }
}

/** 0 at or below `from`, 1 at or above `to`, 3t² − 2t³ between. */
export function smoothStep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** A scalar field over the scene plane; x and y run from −1 to 1 across the image, whatever its size in pixels. */
export type ScalarField = (x: number, y: number) => number;

/**
 * A random field with values in [−1, 1]: uniform values on a lattice of `cells` × `cells` cells over the image, between
 * them interpolated by 3t² − 2t³, so that value and slope are continuous.
 *
 * The lattice belongs to the scene and not to the pixels: the same stream gives the same field at every image size.
 * Outside [−1, 1]² the field keeps the value of the nearest border.
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
