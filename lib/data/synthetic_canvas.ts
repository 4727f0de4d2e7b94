/**
 * The surface that a synthetic scene is painted on before it is lit: colour, height and openness at every pixel.
 *
 * @module
 */

/** A surface being painted: one entry a pixel, rows from top to bottom. Lengths are in half image widths. */
export interface SurfaceCanvas {
  /** Height = width of the image, pixels. */
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
