/**
 * Which shapes TensorFlow can make: its C interface ends the process for any other.
 *
 * @module
 */

/** `TensorShape::MaxDimensions()`. */
const MOST_AXES = 254;

/**
 * What is wrong with a shape, or undefined. The product of its axes, those of length 0 left out, must be a safe integer:
 * TensorFlow multiplies them in their order, so that a zero at the end does not help.
 *
 * @param shortest 0, or −1 where that stands for an unknown length.
 */
export function shapeFault(shape: readonly (number | bigint)[], shortest: 0 | -1 = 0): string | undefined {
  if (!Array.isArray(shape)) return "it is no array";
  if (shape.length > MOST_AXES) return `it has ${shape.length} axes, and TensorFlow takes ${MOST_AXES}`;
  let product = 1;
  for (const axis of shape) {
    const length = typeof axis === "bigint" ? Number(axis) : axis;
    if (!Number.isSafeInteger(length) || length < shortest) return `${Deno.inspect(axis)} is not the length of an axis`;
    product *= Math.abs(length) || 1;
  }
  if (!Number.isSafeInteger(product)) return "it has too many elements";
}
