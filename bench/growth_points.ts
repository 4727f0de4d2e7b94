/**
 * How time and memory grow: the pieces of work that are measured for it.
 *
 * @module
 */
import type { Work, WorkSettings } from "./messages.ts";

/** What is varied. */
export const GROWTH_AXES = ["images", "passes", "imageSize"] as const;
export type GrowthAxis = typeof GROWTH_AXES[number];

/** One piece of work on an axis. */
export interface GrowthPoint {
  readonly axis: GrowthAxis;
  readonly value: number;
  readonly settings: WorkSettings;
}

/** What is held while one thing is varied. */
const CENTRE: WorkSettings = {
  work: "mc",
  precision: "float32",
  baseWidth: 16,
  imageSize: 96,
  batch: 8,
  images: 8,
  passes: 10,
  dropoutRate: 0.5,
};

const AXES: readonly [work: Work, axis: GrowthAxis, values: readonly number[]][] = [
  ["mc", "images", [8, 24, 72]],
  ["mc", "passes", [3, 10, 30]],
  ["mc", "imageSize", [48, 96, 192]],
  ["train", "imageSize", [48, 96, 192]],
];

/** All points; the centre of the axes stands in each of them. */
export function growthPoints(): GrowthPoint[] {
  return AXES.flatMap(([work, axis, values]) =>
    values.map((value) => ({ axis, value, settings: { ...CENTRE, work, [axis]: value } }))
  );
}

/**
 * The exponent p of y ∝ xᵖ between the first and the last point of an axis.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(growthExponent([[1, 5], [3, 100], [10, 500]]), 2);
 * ```
 */
export function growthExponent(points: readonly (readonly [x: number, y: number])[]): number {
  const [[x0, y0], [x1, y1]] = [points[0], points.at(-1)!];
  return Math.log(y1 / y0) / Math.log(x1 / x0);
}
