/**
 * One synthetic colonoscopy image, rendered from a seed; runs in browsers, too.
 *
 * @module
 */
import { randomStream } from "../random/random_stream.ts";
import { drawFieldOfView, light, takePicture, visibleMask } from "./synthetic_camera.ts";
import { blend, surfaceCanvas } from "./synthetic_canvas.ts";
import { difficultyOf, type DifficultyTraits, drawPolyps, drawTraits, paintPolyps } from "./synthetic_polyp.ts";
import { drawVessels, paintDistractors, paintMucosa } from "./synthetic_wall.ts";

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
