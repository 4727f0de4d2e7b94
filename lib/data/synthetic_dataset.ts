/**
 * A seeded synthetic colonoscopy data set whose images carry the difficulty that they were made with.
 *
 * @module
 */
import { randomStream } from "../random/random_stream.ts";
import { type SegmentationDataset, segmentationDataset } from "./segmentation_dataset.ts";
import { drawFieldOfView, light, takePicture, visibleMask } from "./synthetic_camera.ts";
import { blend, surfaceCanvas } from "./synthetic_canvas.ts";
import { difficultyOf, type DifficultyTraits, drawPolyps, drawTraits, paintPolyps } from "./synthetic_polyp.ts";
import { drawVessels, paintDistractors, paintMucosa } from "./synthetic_wall.ts";

/** Which synthetic images to make. */
export interface SyntheticOptions {
  /** Number of images. */
  readonly count: number;
  /** Height = width of every image, pixels. */
  readonly size: number;
  /** Seed of the data set; image i of a seed is the same whatever `count` is. */
  readonly seed: number;
}

/**
 * The synthetic data set of these options, named "synthetic", with ids "synthetic-0000", "synthetic-0001", … and the
 * true difficulty of every image. Every image is a group of its own.
 *
 * @throws If `count` or `size` is not a positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const three = syntheticDataset({ count: 3, size: 16, seed: 1 });
 * const two = syntheticDataset({ count: 2, size: 16, seed: 1 });
 * assertEquals(three.images.slice(0, two.images.length), two.images);
 * ```
 */
export function syntheticDataset({ count, size, seed }: SyntheticOptions): SegmentationDataset {
  const pixels = size * size;
  for (const [name, value] of Object.entries({ count, size })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new Error(`Cannot make the synthetic data set: expected a positive integer as ${name}, found ${value}`);
    }
  }
  const images = new Uint8Array(3 * count * pixels), masks = new Uint8Array(count * pixels);
  const trueDifficulty: number[] = [];
  for (let index = 0; index < count; index++) {
    const { image, mask, difficulty } = syntheticImage(seed, index, size);
    images.set(image, 3 * index * pixels);
    masks.set(mask, index * pixels);
    trueDifficulty.push(difficulty);
  }
  const ids = trueDifficulty.map((_, index) => `synthetic-${String(index).padStart(4, "0")}`);
  return segmentationDataset({ name: "synthetic", size, ids, images, masks, trueDifficulty });
}

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
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const { image, mask } = syntheticImage(7, 0, 32);
 * assertEquals([image.length, mask.length], [3 * 32 * 32, 32 * 32]);
 * ```
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
