/**
 * Where the axes of a NIfTI volume point in the patient.
 *
 * @module
 */
import type { NIFTI1, NIFTI2 } from "nifti-reader-js";

/** x, y and z: to the right, the front and the top of the patient, of length 1. */
type Direction = readonly [number, number, number];

/** Directions of the first, second and third axis. */
export type Axes = readonly [Direction, Direction, Direction];

/** Least cosine between two directions that are the same but for oblique scans: that of 45°. */
const SAME = Math.SQRT1_2;

/**
 * The axes by the header's sform, else by its qform, nothing where it has neither or they are damaged.
 *
 * Not the library's own matrix, which prefers a qform of the greater code, and is NaN for rotations by 180° that were
 * rounded.
 *
 * @param head The bytes of the header.
 */
export function axesOf(header: NIFTI1 | NIFTI2, head: Uint8Array): Axes | undefined {
  const sform = header.sform_code > 0 ? unitAxes(sformOf(header, head)) : undefined;
  return sform ?? (header.qform_code > 0 ? unitAxes(qformOf(header)) : undefined);
}

/** Whether axes of more than one voxel point to the same sides. */
export function haveSameAxes(one: Axes, other: Axes, size: readonly number[]): boolean {
  const cosine = (axis: number) => one[axis].reduce((sum, value, index) => sum + value * other[axis][index], 0);
  return size.every((voxels, axis) => voxels === 1 || cosine(axis) > SAME);
}

/** The side to which each axis points, as in "LPS": left or right, posterior or anterior, superior or inferior. */
export function axesText(axes: Axes): string {
  return axes.map((direction) => {
    const sizes = direction.map(Math.abs), main = sizes.indexOf(Math.max(...sizes));
    return (direction[main] < 0 ? "LPI" : "RAS")[main];
  }).join("");
}

/** Rows x, y and z of the affine matrix, without the offset. */
function sformOf({ littleEndian }: NIFTI1 | NIFTI2, head: Uint8Array): number[][] {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength), isLong = head.length > 400;
  const value = (index: number) =>
    isLong ? view.getFloat64(400 + 8 * index, littleEndian) : view.getFloat32(280 + 4 * index, littleEndian);
  return [0, 1, 2].map((row) => [0, 1, 2].map((axis) => value(4 * row + axis)));
}

/** The rotation of the unit quaternion a + bi + cj + dk (nifti1.h, method 2); `pixDims[0]` of -1 turns the third axis. */
function qformOf({ quatern_b: b, quatern_c: c, quatern_d: d, pixDims }: NIFTI1 | NIFTI2): number[][] {
  const a = Math.sqrt(Math.max(0, 1 - b * b - c * c - d * d)), third = pixDims[0] < 0 ? -1 : 1;
  return [
    [a * a + b * b - c * c - d * d, 2 * (b * c - a * d), third * 2 * (b * d + a * c)],
    [2 * (b * c + a * d), a * a + c * c - b * b - d * d, third * 2 * (c * d - a * b)],
    [2 * (b * d - a * c), 2 * (c * d + a * b), third * (a * a + d * d - b * b - c * c)],
  ];
}

/** The matrix' columns at length 1; nothing where one has none. */
function unitAxes(rows: number[][]): Axes | undefined {
  const axes = [0, 1, 2].map((axis): Direction => {
    const [x, y, z] = rows.map((row) => row[axis]), length = Math.hypot(x, y, z);
    return [x / length, y / length, z / length];
  });
  return axes.flat().every(Number.isFinite) ? axes as unknown as Axes : undefined;
}
