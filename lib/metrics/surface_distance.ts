/**
 * How far the outlines of a predicted and a true mask lie apart: Hausdorff 95 % and normalised surface Dice.
 *
 * The conventions are those of MONAI (`compute_hausdorff_distance(percentile=95)` and `compute_surface_dice`), which
 * Metrics Reloaded (Maier-Hein et al., Nature Methods 2024) recommends as well.
 *
 * @module
 */
import { quantile } from "../statistics/quantile.ts";

/** Distances of two outlines. */
export interface SurfaceMetrics {
  /** Hausdorff 95 %, pixels; 0 is best. */
  readonly hd95: number;
  /** Normalised surface Dice, in [0, 1]; 1 is best. */
  readonly nsd: number;
}

/** Part of the distances that Hausdorff 95 % keeps: the farthest twentieth is left out. */
const KEPT = 0.95;

/** Distance, in pixels, up to which two outlines count as the same. */
const DEFAULT_TOLERANCE = 2;

/**
 * Compares the outlines of two masks. The outline S of a mask is the mask without its erosion by the 4-neighbourhood;
 * outside of the image is background, so that a mask's pixels at the image's edge are outline.
 *
 * ```text
 * d(p, S) = min_{q ∈ S} |p − q|                                          distance of the pixels' centres
 * HD95 = max( P95 { d(p, S_y) : p ∈ S_ŷ },  P95 { d(p, S_ŷ) : p ∈ S_y } )       P95 interpolates as NumPy does
 * NSD  = ( |{p ∈ S_ŷ : d(p, S_y) ≤ τ}| + |{p ∈ S_y : d(p, S_ŷ) ≤ τ}| ) / ( |S_ŷ| + |S_y| )
 * ```
 *
 * Where both masks are empty they agree: HD95 = 0, NSD = 1. Where one is, the penalty is the worst there can be: HD95 is
 * the image's diagonal √(width² + height²), NSD = 0.
 *
 * @param prediction `[height, width]`; pixels that are not 0 belong to the mask
 * @param mask the true one, in the same form
 * @param width of the image, pixels
 * @param height of the image, pixels
 * @param options.tolerance τ, pixels, at least 0; default 2
 * @throws {RangeError} if a mask has not width · height pixels, or the tolerance is negative
 */
export function surfaceMetrics(
  prediction: Uint8Array,
  mask: Uint8Array,
  width: number,
  height: number,
  { tolerance = DEFAULT_TOLERANCE }: { readonly tolerance?: number } = {},
): SurfaceMetrics {
  for (const { length } of [prediction, mask]) {
    if (length !== width * height) {
      throw new RangeError(
        `Cannot compare outlines: expected masks of ${width} × ${height} pixels, found one of ${length} pixels`,
      );
    }
  }
  if (!(tolerance >= 0)) {
    throw new RangeError(`Cannot compare outlines: expected a tolerance of 0 pixels or more, found ${tolerance}`);
  }
  const [predicted, true_] = [outline(prediction, width, height), outline(mask, width, height)];
  if (predicted.length === 0 && true_.length === 0) return { hd95: 0, nsd: 1 };
  if (predicted.length === 0 || true_.length === 0) return { hd95: Math.hypot(width, height), nsd: 0 };
  const directed = [distancesTo(true_, predicted, width, height), distancesTo(predicted, true_, width, height)];
  const near = directed.map((distances) => distances.filter((distance) => distance <= tolerance).length);
  return {
    hd95: Math.max(...directed.map((distances) => quantile(distances, KEPT))),
    nsd: (near[0] + near[1]) / (predicted.length + true_.length),
  };
}

/** Positions in the image, row by row, of the mask's pixels that have a 4-neighbour outside of the mask. */
function outline(mask: Uint8Array, width: number, height: number): number[] {
  const positions: number[] = [];
  for (let y = 0, position = 0; y < height; y++) {
    for (let x = 0; x < width; x++, position++) {
      if (!mask[position]) continue;
      const isInner = x > 0 && x < width - 1 && y > 0 && y < height - 1 &&
        mask[position - 1] && mask[position + 1] && mask[position - width] && mask[position + width];
      if (!isInner) positions.push(position);
    }
  }
  return positions;
}

/**
 * Distances of some pixels of an image to the nearest pixel of a set: the exact Euclidean distance transform (Felzenszwalb &
 * Huttenlocher, Theory of Computing 2012), evaluated only where it is asked for.
 *
 * ```text
 * g(x, y) = min { |y − v| : (x, v) ∈ set }                          along each column, by two passes
 * d²(x, y) = min_u (x − u)² + g(u, y)²                              along each row: the lower envelope of parabolas
 * ```
 *
 * Time is linear in the number of pixels. Squared distances are integers, so that no rounding changes which is nearest.
 *
 * @param set positions `y · width + x` of the set, at least one, ascending
 * @param pixels positions of the pixels that are asked for, ascending
 * @returns a distance for each of `pixels`, in pixels
 */
function distancesTo(
  set: readonly number[],
  pixels: readonly number[],
  width: number,
  height: number,
): number[] {
  const columns = columnDistances(set, width, height);
  const envelope = {
    centres: new Int32Array(width),
    heights: new Float64Array(width),
    starts: new Float64Array(width),
  };
  const distances: number[] = [];
  for (let next = 0; next < pixels.length;) {
    const y = Math.floor(pixels[next] / width);
    const parabolas = lowerEnvelope(columns.subarray(y * width, (y + 1) * width), width + height, envelope);
    for (let index = 0; next < pixels.length && pixels[next] < (y + 1) * width; next++) {
      const x = pixels[next] - y * width;
      while (index + 1 < parabolas && envelope.starts[index + 1] < x) index++;
      distances.push(Math.sqrt((x - envelope.centres[index]) ** 2 + envelope.heights[index]));
    }
  }
  return distances;
}

/** g of every pixel; `width + height` in columns without a pixel of the set. */
function columnDistances(set: readonly number[], width: number, height: number): Int32Array {
  const none = width + height;
  const distances = new Int32Array(width * height).fill(none);
  for (const position of set) distances[position] = 0;
  for (let position = width; position < distances.length; position++) {
    const above = distances[position - width] + 1;
    if (above < distances[position]) distances[position] = above;
  }
  for (let position = distances.length - width - 1; position >= 0; position--) {
    const below = distances[position + width] + 1;
    if (below < distances[position]) distances[position] = below;
  }
  return distances;
}

/** Room for the parabolas (x − centre)² + height of a row; each is the lowest from its start on. */
interface Envelope {
  readonly centres: Int32Array;
  readonly heights: Float64Array;
  readonly starts: Float64Array;
}

/** Fills the envelope of a row's parabolas and returns how many they are. */
function lowerEnvelope(row: Int32Array, none: number, { centres, heights, starts }: Envelope): number {
  let count = 0;
  for (let centre = 0; centre < row.length; centre++) {
    if (row[centre] >= none) continue;
    const height = row[centre] ** 2;
    let start = -Infinity;
    for (; count > 0; count--) {
      const last = centres[count - 1];
      start = (height + centre * centre - heights[count - 1] - last * last) / (2 * (centre - last));
      if (start > starts[count - 1]) break;
      start = -Infinity;
    }
    centres[count] = centre;
    heights[count] = height;
    starts[count++] = start;
  }
  return count;
}
