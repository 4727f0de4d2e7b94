/**
 * The wall of the synthetic colon: colour, slow changes of it, haustral folds and the dark lumen.
 *
 * @module
 */
import type { RandomStream } from "../random/random_stream.ts";
import { fractalNoise, noiseField } from "./synthetic_noise.ts";
import { forEachPixel, smoothStep, type SurfaceCanvas } from "./synthetic_canvas.ts";

/** Colours of healthy mucosa under white light (RGB, 0..1); an image's own lies between two of them. */
const MUCOSA_COLOURS: readonly (readonly number[])[] = [
  [0.90, 0.48, 0.39], // pink
  [0.92, 0.42, 0.25], // orange red
  [0.86, 0.57, 0.35], // tan
  [0.90, 0.58, 0.45], // pale
  [0.72, 0.40, 0.31], // dull red brown
];

/** How far a noise field of amplitude 1 moves red, green and blue: the wall varies in green and blue more than in red. */
const COLOUR_VARIATION: readonly number[] = [0.09, 0.11, 0.10];

/**
 * Paints the wall on an empty canvas and returns its mean colour (RGB, 0..1).
 *
 * The lumen is a dark hole at a random place in or near the view; folds are ridges that follow warped circles around it,
 * ρ + noise = const, each raised along a part of its circle only, as the semilunar folds of the colon are. Fine bumps
 * give the wet highlights something to break on.
 */
export function paintMucosa(canvas: SurfaceCanvas, stream: RandomStream): readonly number[] {
  const first = MUCOSA_COLOURS[stream.integer(0, MUCOSA_COLOURS.length - 1)];
  const second = MUCOSA_COLOURS[stream.integer(0, MUCOSA_COLOURS.length - 1)];
  const share = stream.uniform();
  const colour = first.map((value, channel) => value + share * (second[channel] - value));

  const direction = 2 * Math.PI * stream.uniform();
  const distance = 0.45 + 0.9 * stream.uniform();
  const lumenX = distance * Math.cos(direction), lumenY = distance * Math.sin(direction);
  const lumenRadius = 0.12 + 0.3 * stream.uniform();
  const foldsPerUnit = 1.6 + 1.8 * stream.uniform();
  const foldOffset = stream.uniform();
  const foldSharpness = 2 + 3 * stream.uniform();
  const foldHeight = 0.03 + 0.07 * stream.uniform();

  const warp = noiseField(3, stream), raised = noiseField(4, stream);
  const slow = fractalNoise(3, 2, stream), patches = fractalNoise(9, 2, stream), bumps = noiseField(22, stream);
  forEachPixel(canvas.size, (pixel, x, y) => {
    const rho = Math.hypot(x - lumenX, y - lumenY) + 0.22 * warp(x, y);
    const ridge = (0.5 + 0.5 * Math.cos(2 * Math.PI * (foldsPerUnit * rho + foldOffset))) ** foldSharpness;
    canvas.height[pixel] = foldHeight * ridge * smoothStep(-0.5, 0.6, raised(x, y)) + 0.006 * bumps(x, y);
    canvas.openness[pixel] = 0.1 + 0.9 * smoothStep(0.5 * lumenRadius, lumenRadius + 0.5, rho);
    const variation = 0.7 * slow(x, y) + 0.45 * patches(x, y);
    for (let channel = 0; channel < 3; channel++) {
      canvas.albedo[3 * pixel + channel] = colour[channel] + COLOUR_VARIATION[channel] * variation;
    }
  });
  return colour;
}
