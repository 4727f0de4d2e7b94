import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { connectedComponents } from "../../lib/metrics/connected_components.ts";

const CASES: readonly [name: string, rows: string[], components: number][] = [
  ["an empty mask", ["...", "..."], 0],
  ["a full mask", ["###", "###"], 1],
  ["pixels that touch at corners", ["#.#", ".#.", "#.#"], 1],
  ["pixels with a gap", ["#.#", "...", "#.#"], 4],
  ["arms that meet below", ["#.#.#", "#.#.#", "#####"], 1],
  ["arms that meet at the lower left corner", ["..#", ".#.", "#.."], 1],
  ["a ring and its middle", ["#####", "#...#", "#.#.#", "#...#", "#####"], 2],
  ["ends of two rows, which are no neighbours", ["...#", "#..."], 2],
];

Deno.test("connectedComponents() of hand-made masks, and none of a mask of another size than the image", () => {
  for (const [name, rows, components] of CASES) {
    const mask = Uint8Array.from(rows.join(""), (pixel) => pixel === "#" ? 255 : 0);
    assertEquals(connectedComponents(mask, rows[0].length, rows.length), components, name);
  }
  assertThrows(() => connectedComponents(new Uint8Array(5), 2, 3), RangeError, "2 × 3 pixels, found 5 pixels");
});

Deno.test("connectedComponents() equals a flood fill for random masks", () => {
  const pixels = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(pixels, fc.constantFrom(1, 4, 6, 10, 60), (pixels, width) => {
      const mask = Uint8Array.from(pixels, Number);
      assertEquals(connectedComponents(mask, width, 60 / width), floodFills(mask.slice(), width));
    }),
    { numRuns: 300, seed: 15 },
  );
});

function floodFills(mask: Uint8Array, width: number): number {
  const height = mask.length / width;
  let count = 0;
  for (let start = mask.indexOf(1); start >= 0; start = mask.indexOf(1), count++) {
    for (const open = [start]; open.length > 0;) {
      const [x, y] = [open[0] % width, Math.floor(open[0] / width)];
      mask[open.shift()!] = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          if (mask[v * width + u]) open.push(v * width + u);
        }
      }
    }
  }
  return count;
}
