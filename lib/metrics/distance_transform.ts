/**
 * The exact Euclidean distance transform (Felzenszwalb & Huttenlocher, Theory of Computing 2012), evaluated only where it
 * is asked for.
 *
 * @module
 */

/**
 * Distances of some pixels of an image to the nearest pixel of a set.
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
export function distancesTo(
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
