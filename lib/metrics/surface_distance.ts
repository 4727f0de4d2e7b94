/**
 * How far the outlines of a predicted and a true mask lie apart: Hausdorff 95 % and normalised surface Dice.
 *
 * The conventions are those of MONAI (`compute_hausdorff_distance(percentile=95)` and `compute_surface_dice`), which
 * Metrics Reloaded (Maier-Hein et al., Nature Methods 2024) recommends as well.
 *
 * @module
 */
import { quantile } from "../statistics/quantile.ts";
import { distancesTo } from "./distance_transform.ts";

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
