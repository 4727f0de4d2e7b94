/**
 * Lines of equal value.
 *
 * @module
 */
import { contours } from "d3-contour";

/**
 * The line on which a square of numbers has a value, as the path of an SVG with one unit a pixel.
 *
 * @param values `[side · side]`, rows from the top
 */
export function contourPath(values: ArrayLike<number>, level: number): string {
  const side = Math.sqrt(values.length);
  const [{ coordinates }] = contours().size([side, side]).thresholds([level])(Array.from(values));
  return coordinates.flat().map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join("L")}Z`)
    .join("");
}
