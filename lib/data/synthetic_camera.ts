/**
 * The camera of the synthetic endoscope: field of view with its black surround, sensor noise and eight bits.
 *
 * @module
 */
import type { RandomStream } from "../random/random_stream.ts";
import { forEachPixel, smoothStep } from "./synthetic_canvas.ts";
import type { ScalarField } from "./synthetic_noise.ts";

/**
 * Draws a field of view: how far a point lies inside the visible part, positive inside, in half image widths.
 *
 * Endoscopes show a circle or a square with cut corners on black; some processors draw a black box into the lower left
 * corner as well.
 */
export function drawFieldOfView(stream: RandomStream): ScalarField {
  const round = stream.uniform() < 0.35;
  const half = round ? 1 + 0.25 * stream.uniform() : 0.9 + 0.12 * stream.uniform();
  const corner = 1.3 + 0.35 * stream.uniform();
  const box = stream.uniform() < 0.3 ? 0.45 + 0.15 * stream.uniform() : 0;
  return (x, y) => {
    const inside = round
      ? half - Math.hypot(x, y)
      : Math.min(half - Math.abs(x), half - Math.abs(y), (corner - Math.abs(x) - Math.abs(y)) / Math.SQRT2);
    return Math.min(inside, Math.max(x - (box - 1), (1 - box) - y));
  };
}

/**
 * Takes the picture: `colour` ([size, size, 3], 1 = white) inside the field of view, near black outside, plus sensor
 * noise, clipped and rounded to 0..255, into `image` ([size, size, 3]).
 *
 * Noise is normal, its deviation drawn per image between 0.006 and 0.022 of white, the same for the three channels of a
 * pixel. It belongs to the pixels and not to the scene, so it differs between image sizes.
 */
export function takePicture(
  colour: Float32Array,
  fieldOfView: ScalarField,
  image: Uint8Array,
  size: number,
  stream: RandomStream,
): void {
  const deviation = 0.006 + 0.016 * stream.uniform();
  const edge = Math.max(0.02, 1.5 / size);
  forEachPixel(size, (pixel, x, y) => {
    const visible = smoothStep(-edge, edge, fieldOfView(x, y));
    const noise = deviation * stream.normal() * (0.2 + 0.8 * visible);
    for (let channel = 0; channel < 3; channel++) {
      const value = 0.03 * (1 - visible) + visible * colour[3 * pixel + channel] + noise;
      image[3 * pixel + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
    }
  });
}

/** A copy of a mask ([size, size], 0 or 1) without the pixels whose centre lies outside the field of view. */
export function visibleMask(mask: Uint8Array, fieldOfView: ScalarField, size: number): Uint8Array {
  const visible = mask.slice();
  forEachPixel(size, (pixel, x, y) => {
    if (fieldOfView(x, y) <= 0) visible[pixel] = 0;
  });
  return visible;
}
