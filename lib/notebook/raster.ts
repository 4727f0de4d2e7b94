/**
 * Square pictures in memory, and their change of size.
 *
 * @module
 */
import sharp from "sharp";

/** An RGB picture, `[side, side, 3]` bytes, row by row. */
export interface Raster {
  readonly side: number;
  readonly rgb: Uint8Array;
}

/**
 * Checks that an array has one value (or `channels` values) for each pixel of a square picture and gives its side.
 *
 * @throws {RangeError} where the length is no square times `channels`
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * assertEquals(sideOf(new Uint8Array(12), 3, "image"), 2);
 * assertThrows(() => sideOf(new Uint8Array(12), 1, "mask"), RangeError, "Cannot draw the mask");
 * ```
 */
export function sideOf(values: ArrayLike<number>, channels: number, name: string): number {
  const side = Math.round(Math.sqrt(values.length / channels));
  if (side === 0 || side * side * channels !== values.length) {
    const shape = `side × side${channels > 1 ? ` × ${channels}` : ""}`;
    throw new RangeError(`Cannot draw the ${name}: expected ${shape} values, found ${values.length}`);
  }
  return side;
}

/** The three bytes of `#rrggbb`. */
export function bytesOf(colour: string): number[] {
  return [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
}

/** The picture at `side` × `side` pixels. */
export async function resized(raster: Raster, side: number): Promise<Raster> {
  if (raster.side === side) return raster;
  return { side, rgb: await resizedChannels(raster.rgb, raster.side, 3, side) };
}

/**
 * A mask at another size with smooth edges: 1 where the interpolated mask is above one half.
 *
 * @param mask `[side, side]`, 0 or 1
 */
export async function resizedMask(mask: Uint8Array, to: number): Promise<Uint8Array> {
  const side = sideOf(mask, 1, "mask");
  const bytes = Uint8Array.from(mask, (value) => value > 0 ? 255 : 0);
  const smooth = side === to ? bytes : await resizedChannels(bytes, side, 1, to);
  return Uint8Array.from(smooth, (value) => value > 128 ? 1 : 0);
}

/** Resizes bytes of a square picture: smoothly where it grows; what shrinks is averaged, so that nothing is skipped. */
async function resizedChannels(
  bytes: Uint8Array,
  from: number,
  channels: 1 | 3,
  to: number,
): Promise<Uint8Array> {
  const kernel = to < from ? "lanczos3" : "cubic";
  const { data, info } = await sharp(bytes, { raw: { width: from, height: from, channels } })
    .resize(to, to, { kernel })
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels === channels) return new Uint8Array(data);
  // sharp may give a one-channel picture back with its grey in three equal channels
  return Uint8Array.from({ length: to * to }, (_, pixel) => data[pixel * info.channels]);
}
