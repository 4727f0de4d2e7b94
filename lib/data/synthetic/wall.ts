/**
 * The wall of the synthetic colon: colour, haustral folds and the dark lumen, vessels that shine through, and things on it
 * that look like polyps and are none.
 *
 * @module
 */
import type { RandomStream } from "../../random/random_stream.ts";
import { blend, forEachPixel, fractalNoise, noiseField, smoothStep, type SurfaceCanvas } from "./canvas.ts";
import { blobDistance, type BlobShape, drawBlob } from "./polyp.ts";

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

/** Length of one step of a vessel's walk, half image widths. */
const VESSEL_STEP = 0.03;
/** How much a vessel turns in one step, radians (standard deviation). */
const VESSEL_TURN = 0.22;

interface VesselTip {
  x: number;
  y: number;
  heading: number;
  /** Half width, half image widths. */
  width: number;
  steps: number;
}

/**
 * The visibility of vessels at every pixel, [size, size] in [0, 1], with 1 in the middle of a wide vessel.
 *
 * Each vessel is a random walk that thins out and branches; its profile across is a Gaussian. Where a vessel is thinner
 * than a pixel, the profile is one pixel wide and paler by the same factor, as a camera would see it.
 */
export function drawVessels(size: number, stream: RandomStream): Float32Array {
  const visibility = new Float32Array(size * size);
  const tips: VesselTip[] = Array.from({ length: stream.integer(3, 8) }, () => ({
    x: 2 * stream.uniform() - 1,
    y: 2 * stream.uniform() - 1,
    heading: 2 * Math.PI * stream.uniform(),
    width: 0.008 + 0.012 * stream.uniform(),
    steps: stream.integer(15, 40),
  }));
  for (let tip = tips.pop(); tip !== undefined; tip = tips.pop()) {
    for (let step = 0; step < tip.steps; step++) {
      tip.heading += VESSEL_TURN * stream.normal();
      for (const part of [0, 1 / 3, 2 / 3]) {
        const along = part * VESSEL_STEP;
        const x = tip.x + along * Math.cos(tip.heading), y = tip.y + along * Math.sin(tip.heading);
        stamp(visibility, size, x, y, tip.width);
      }
      tip.x += VESSEL_STEP * Math.cos(tip.heading);
      tip.y += VESSEL_STEP * Math.sin(tip.heading);
      tip.width *= 0.985;
      if (tip.width > 0.006 && stream.uniform() < 0.07) {
        const side = stream.uniform() < 0.5 ? -1 : 1;
        tips.push({ ...tip, heading: tip.heading + 0.7 * side, width: 0.7 * tip.width, steps: tip.steps - step });
      }
    }
  }
  return visibility;
}

/** Raises the visibility around (x, y) to a Gaussian spot of standard deviation `width`, at least 0.6 pixels. */
function stamp(visibility: Float32Array, size: number, x: number, y: number, width: number): void {
  const pixel = 2 / size;
  const spread = Math.max(width, 0.6 * pixel);
  const strength = width / spread;
  const reach = 2 * spread;
  const indexOf = (position: number) => Math.round((position + 1) / pixel - 0.5);
  const firstRow = Math.max(0, indexOf(y - reach)), lastRow = Math.min(size - 1, indexOf(y + reach));
  const firstColumn = Math.max(0, indexOf(x - reach)), lastColumn = Math.min(size - 1, indexOf(x + reach));
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const dx = (column + 0.5) * pixel - 1 - x, dy = (row + 0.5) * pixel - 1 - y;
      const value = strength * Math.exp(-(dx * dx + dy * dy) / (2 * spread * spread));
      const entry = row * size + column;
      if (value > visibility[entry]) visibility[entry] = value;
    }
  }
}

/** Most distractors in one image. */
const MOST_DISTRACTORS = 4;
/** Colours of what is left in a bowel that is not quite clean (RGB, 0..1). */
const RESIDUE_COLOURS: readonly (readonly number[])[] = [[0.78, 0.62, 0.20], [0.55, 0.42, 0.14], [0.85, 0.75, 0.45]];

/**
 * Paints round(4 · distraction) distractors, each of a kind drawn at random: a short fold (a long narrow dome of the
 * wall's own colour), a group of bubbles (bright rims around clear middles) or residue (a flat yellow or brown patch).
 * Polyps are painted after them and lie above.
 */
export function paintDistractors(canvas: SurfaceCanvas, distraction: number, stream: RandomStream): void {
  const count = Math.round(MOST_DISTRACTORS * distraction);
  for (let index = 0; index < count; index++) {
    const kind = stream.integer(0, 2);
    const x = 1.5 * stream.uniform() - 0.75, y = 1.5 * stream.uniform() - 0.75;
    if (kind === 0) {
      const radius = 0.16 + 0.14 * stream.uniform();
      paintShortFold(canvas, drawBlob({ x, y, radius, aspect: 0.25 + 0.2 * stream.uniform(), waviness: 0.08 }, stream));
    } else if (kind === 1) {
      for (let bubble = stream.integer(2, 6); bubble > 0; bubble--) {
        const radius = 0.03 + 0.07 * stream.uniform();
        paintBubble(canvas, x + 0.16 * stream.normal(), y + 0.16 * stream.normal(), radius);
      }
    } else {
      const colour = RESIDUE_COLOURS[stream.integer(0, RESIDUE_COLOURS.length - 1)];
      const radius = 0.08 + 0.16 * stream.uniform();
      const blob = drawBlob({ x, y, radius, aspect: 0.5 + 0.5 * stream.uniform(), waviness: 0.3 }, stream);
      paintResidue(canvas, blob, colour);
    }
  }
}

function paintShortFold(canvas: SurfaceCanvas, shape: BlobShape): void {
  forEachPixel(canvas.size, (pixel, x, y) => {
    const distance = blobDistance(shape, x, y);
    if (distance < 1) canvas.height[pixel] += 0.3 * shape.radius * (1 - distance * distance);
  });
}

function paintBubble(canvas: SurfaceCanvas, centreX: number, centreY: number, radius: number): void {
  const rim = Math.max(0.2, 1.2 / (canvas.size * radius)); // at least 0.6 pixels
  forEachPixel(canvas.size, (pixel, x, y) => {
    const distance = Math.hypot(x - centreX, y - centreY) / radius;
    if (distance < 1.5) blend(canvas.albedo, pixel, [1, 0.97, 0.9], 0.55 * Math.exp(-(((distance - 1) / rim) ** 2)));
  });
}

function paintResidue(canvas: SurfaceCanvas, shape: BlobShape, colour: readonly number[]): void {
  forEachPixel(canvas.size, (pixel, x, y) => {
    const distance = blobDistance(shape, x, y);
    if (distance < 1.3) blend(canvas.albedo, pixel, colour, 0.8 * (1 - smoothStep(0.7, 1.3, distance)));
  });
}
