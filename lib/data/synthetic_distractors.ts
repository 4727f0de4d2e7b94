/**
 * Things in a synthetic image that look like polyps and are none: short folds, bubbles and residue.
 *
 * @module
 */
import type { RandomStream } from "../random/random_stream.ts";
import { blobDistance, type BlobShape, drawBlob } from "./synthetic_polyp.ts";
import { blend, forEachPixel, smoothStep, type SurfaceCanvas } from "./synthetic_canvas.ts";

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
      paintResidue(
        canvas,
        drawBlob({ x, y, radius, aspect: 0.5 + 0.5 * stream.uniform(), waviness: 0.3 }, stream),
        colour,
      );
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
