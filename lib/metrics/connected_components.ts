/**
 * How many separate regions a mask has.
 *
 * @module
 */

/**
 * Counts the 8-connected components of a binary mask: pixels that touch at a side or a corner belong together. Pixels are
 * joined with their neighbours before them in a forest (union-find with path halving, Hoshen & Kopelman's scan); each tree
 * that is left is a component.
 *
 * @param mask `[height, width]`; pixels that are not 0 belong to the mask
 * @param width of the image, pixels
 * @param height of the image, pixels
 * @throws {RangeError} if the mask has not width · height pixels
 */
export function connectedComponents(mask: Uint8Array, width: number, height: number): number {
  if (mask.length !== width * height) {
    throw new RangeError(
      `Cannot count components: expected a mask of ${width} × ${height} pixels, found ${mask.length} pixels`,
    );
  }
  const parents = new Int32Array(mask.length);
  const root = (position: number) => {
    while (parents[position] !== position) position = parents[position] = parents[parents[position]];
    return position;
  };
  let count = 0;
  for (let y = 0, position = 0; y < height; y++) {
    for (let x = 0; x < width; x++, position++) {
      if (!mask[position]) continue;
      parents[position] = position;
      count++;
      const join = (neighbour: number) => {
        if (!mask[neighbour]) return;
        const [from, to] = [root(position), root(neighbour)];
        if (from === to) return;
        parents[from] = to;
        count--;
      };
      if (x > 0) join(position - 1);
      if (y === 0) continue;
      if (x > 0) join(position - width - 1);
      join(position - width);
      if (x < width - 1) join(position - width + 1);
    }
  }
  return count;
}
