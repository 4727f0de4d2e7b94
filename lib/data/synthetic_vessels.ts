/**
 * The submucosal vessels of the synthetic colon: a thin branching net that shines through the wall.
 *
 * @module
 */
import type { RandomStream } from "../random/random_stream.ts";

/** Length of one step of a vessel's walk, half image widths. */
const STEP = 0.03;
/** How much a vessel turns in one step, radians (standard deviation). */
const TURN = 0.22;

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
      tip.heading += TURN * stream.normal();
      for (const part of [0, 1 / 3, 2 / 3]) {
        const along = part * STEP;
        stamp(
          visibility,
          size,
          tip.x + along * Math.cos(tip.heading),
          tip.y + along * Math.sin(tip.heading),
          tip.width,
        );
      }
      tip.x += STEP * Math.cos(tip.heading);
      tip.y += STEP * Math.sin(tip.heading);
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
