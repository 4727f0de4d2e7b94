/**
 * Outlines of masks over pictures.
 *
 * @module
 */
import { type Raster, resizedMask } from "./raster.ts";

/**
 * Colours of outlines. On red and brown tissue both stand out, and for every kind of colour blindness they differ from each
 * other in brightness or in blue.
 */
export const OUTLINE = {
  /** The true mask: cyan. */
  mask: "#35E0FF",
  /** The prediction: yellow. */
  prediction: "#FFD60A",
} as const;

/** Width of an outline as a share of the picture's side. */
const OUTLINE_WIDTH = 0.011;

/** What stays of the brightness beside an outline, so that it shows on bright ground as well. */
const CASING_BRIGHTNESS = 0.45;

/**
 * The picture with the outline of a mask: a coloured line just inside the edge and a dark casing just outside it.
 *
 * @param raster the picture; it is left as it is
 * @param mask `[n, n]`, 0 or 1, of any size; it is brought to the picture's with smooth edges
 * @param colour `#rrggbb`
 */
export async function outlined(raster: Raster, mask: Uint8Array, colour: string): Promise<Raster> {
  const { side } = raster;
  const inside = await resizedMask(mask, side);
  const width = Math.max(1, Math.round(side * OUTLINE_WIDTH));
  const casing = Math.max(1, Math.round(width / 2));
  const line = [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
  const rgb = raster.rgb.slice();
  for (let pixel = 0; pixel < inside.length; pixel++) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    if (inside[pixel]) {
      if (meets(inside, side, x, y, width, 0)) rgb.set(line, 3 * pixel);
    } else if (meets(inside, side, x, y, casing, 1)) {
      for (let i = 3 * pixel; i < 3 * pixel + 3; i++) rgb[i] *= CASING_BRIGHTNESS;
    }
  }
  return { side, rgb };
}

/** Whether a pixel of `value` lies within `radius` of (x, y). Beyond the border there is none. */
function meets(mask: Uint8Array, side: number, x: number, y: number, radius: number, value: 0 | 1): boolean {
  for (let v = Math.max(0, y - radius); v <= Math.min(side - 1, y + radius); v++) {
    for (let u = Math.max(0, x - radius); u <= Math.min(side - 1, x + radius); u++) {
      if (mask[v * side + u] === value && (u - x) ** 2 + (v - y) ** 2 <= radius ** 2) return true;
    }
  }
  return false;
}
