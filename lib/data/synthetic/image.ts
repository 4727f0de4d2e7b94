/**
 * One synthetic colonoscopy image, rendered from a seed: the painted wall, its light and the camera; runs in browsers, too.
 *
 * @module
 */
import { type RandomStream, randomStream } from "../../random/random_stream.ts";
import {
  blend,
  forEachPixel,
  noiseField,
  type ScalarField,
  smoothStep,
  type SurfaceCanvas,
  surfaceCanvas,
} from "./canvas.ts";
import { difficultyOf, type DifficultyTraits, drawPolyps, drawTraits, paintPolyps } from "./polyp.ts";
import { drawVessels, paintDistractors, paintMucosa } from "./wall.ts";

/** One synthetic image, its mask and what it was made from. */
export interface SyntheticImage {
  /** [size, size, 3] RGB, 0..255. */
  readonly image: Uint8Array;
  /** [size, size], 0 or 1. */
  readonly mask: Uint8Array;
  readonly traits: DifficultyTraits;
  /** The difficulty in [0, 1] that follows from the traits. */
  readonly difficulty: number;
}

/** Colour that a vessel shining through gives to the wall (RGB, 0..1) and how strongly it covers the wall's own. */
const VESSEL_COLOUR: readonly number[] = [0.5, 0.14, 0.14], VESSEL_COVER = 0.5;

/**
 * Renders image `index` of the data set with this seed at `size` × `size` pixels: wall, distractors, polyps, vessels,
 * light and camera in turn, each with a random stream of its own (seed, "synthetic", index, part).
 *
 * The mask holds the pixels whose centre lies inside a polyp's outline and inside the field of view.
 */
export function syntheticImage(seed: number, index: number, size: number): SyntheticImage {
  const part = (name: string) => randomStream(seed, "synthetic", index, name);
  const traits = drawTraits(part("traits"));
  const canvas = surfaceCanvas(size);
  const colour = paintMucosa(canvas, part("mucosa"));
  paintDistractors(canvas, traits.distraction, part("distractors"));
  const vessels = drawVessels(size, part("vessels"));
  const mask = paintPolyps(canvas, drawPolyps(traits, part("outlines")), traits, { colour, vessels }, part("polyps"));
  vessels.forEach((visibility, pixel) => blend(canvas.albedo, pixel, VESSEL_COLOUR, VESSEL_COVER * visibility));
  const lit = light(canvas, part("light"));

  const fieldOfView = drawFieldOfView(part("view"));
  const image = new Uint8Array(3 * size * size);
  takePicture(lit, fieldOfView, image, size, part("sensor"));
  return { image, mask: visibleMask(mask, fieldOfView, size), traits, difficulty: difficultyOf(traits) };
}

/** Height of the lamp above the wall, half image widths. */
const LAMP_HEIGHT = 1.5;
/** Share of the light that reaches a slope turned away from the lamp, mirrored by the walls around. */
const AMBIENT = 0.35;
/** Width of the highlight's lobe in units of slope. */
const HIGHLIGHT_SPREAD = 0.16;

/**
 * Lights a painted surface with a lamp near the camera; returns the colour at every pixel, [size, size, 3], 1 = white,
 * brighter values being left for the camera to clip.
 *
 * With the slope ∇h by central differences, the normal n ∝ (−∇h, 1) and the unit vector l towards the lamp, the diffuse
 * part is albedo · openness · (a + (1 − a) n·l) · fall-off, a being the ambient share. A wet surface mirrors the lamp where its slope equals the slope m halfway
 * between camera and lamp: highlight = exp(−|∇h − m|²/2σ²), broken up by a field of moisture.
 */
function light(canvas: SurfaceCanvas, stream: RandomStream): Float32Array {
  const { size, height } = canvas;
  const lampAngle = 2 * Math.PI * stream.uniform();
  const lampX = 0.35 * Math.cos(lampAngle), lampY = 0.35 * Math.sin(lampAngle);
  const mirrorAngle = lampAngle + Math.PI, mirrorSlope = 0.4;
  const mirrorX = mirrorSlope * Math.cos(mirrorAngle), mirrorY = mirrorSlope * Math.sin(mirrorAngle);
  const exposure = 0.95 + 0.4 * stream.uniform();
  const fallOff = 0.25 + 0.45 * stream.uniform();
  const moisture = noiseField(12, stream);

  const colour = new Float32Array(3 * size * size);
  const perUnit = size / 2;
  forEachPixel(size, (pixel, x, y) => {
    const column = pixel % size, row = (pixel - column) / size;
    const left = column > 0 ? 1 : 0, right = column < size - 1 ? 1 : 0;
    const above = row > 0 ? size : 0, below = row < size - 1 ? size : 0;
    const slopeX = (height[pixel + right] - height[pixel - left]) * perUnit / (left + right || 1);
    const slopeY = (height[pixel + below] - height[pixel - above]) * perUnit * size / (above + below || 1);

    const toLampX = lampX - x, toLampY = lampY - y, toLampZ = LAMP_HEIGHT - height[pixel];
    const cosine = (toLampZ - slopeX * toLampX - slopeY * toLampY) /
      Math.sqrt((toLampX ** 2 + toLampY ** 2 + toLampZ ** 2) * (slopeX ** 2 + slopeY ** 2 + 1));
    const diffuse = exposure * canvas.openness[pixel] * (AMBIENT + (1 - AMBIENT) * Math.max(0, cosine)) *
      (1 - fallOff * Math.min(1, 0.5 * (x * x + y * y)));

    const missX = slopeX - mirrorX, missY = slopeY - mirrorY;
    const highlight = Math.exp(-(missX * missX + missY * missY) / (2 * HIGHLIGHT_SPREAD * HIGHLIGHT_SPREAD));
    const mirrored = 1.1 * canvas.openness[pixel] * highlight * Math.max(0, moisture(x, y) + 0.2);
    for (let channel = 0; channel < 3; channel++) {
      colour[3 * pixel + channel] = diffuse * canvas.albedo[3 * pixel + channel] + mirrored;
    }
  });
  return colour;
}

/**
 * Draws a field of view: how far a point lies inside the visible part, positive inside, in half image widths.
 *
 * Endoscopes show a circle or a square with cut corners on black; some processors draw a black box into the lower left
 * corner as well.
 */
function drawFieldOfView(stream: RandomStream): ScalarField {
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
function takePicture(
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
function visibleMask(mask: Uint8Array, fieldOfView: ScalarField, size: number): Uint8Array {
  const visible = mask.slice();
  forEachPixel(size, (pixel, x, y) => {
    if (fieldOfView(x, y) <= 0) visible[pixel] = 0;
  });
  return visible;
}
