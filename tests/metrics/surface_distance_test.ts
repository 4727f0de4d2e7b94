import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { surfaceMetrics } from "../../lib/metrics/surface_distance.ts";

const [WIDTH, HEIGHT] = [32, 24];

type Shape = (x: number, y: number) => boolean;
const disc = (cx: number, cy: number, r: number): Shape => (x, y) => (x - cx) ** 2 + (y - cy) ** 2 <= r * r;
const box = (l: number, t: number, r: number, b: number): Shape => (x, y) => x >= l && x <= r && y >= t && y <= b;
const either = (...parts: Shape[]): Shape => (x, y) => parts.some((part) => part(x, y));
const less = (whole: Shape, hole: Shape): Shape => (x, y) => whole(x, y) && !hole(x, y);

function draw(shape: Shape, width = WIDTH, height = HEIGHT): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => Number(shape(i % width, Math.floor(i / width))));
}

/*
 * Reference values: SciPy 1.17.1 and NumPy 2.4.6 with MONAI's definitions, on the same drawings.
 *
 *   edges = lambda m: m ^ scipy.ndimage.binary_erosion(m)
 *   directed = lambda a, b: scipy.ndimage.distance_transform_edt(~edges(b))[edges(a)]
 *   a, b = directed(p, m), directed(m, p)
 *   hd95 = max(numpy.percentile(a, 95), numpy.percentile(b, 95))
 *   nsd = (numpy.sum(a <= tolerance) + numpy.sum(b <= tolerance)) / (a.size + b.size)
 */
const CASES: readonly [name: string, prediction: Shape, mask: Shape, hd95: number, nsd: number, nsd1: number][] = [
  ["shifted discs", disc(12, 11, 7), disc(15, 12, 6), 4.030776406404415, 0.5735294117647058, 0.3382352941176471],
  ["a box in the corner and a disc", box(0, 0, 9, 6), disc(4, 5, 5), 3, 0.8103448275862069, 0.6896551724137931],
  ["single pixels", box(3, 4, 3, 4), box(28, 20, 28, 20), 29.68164415931166, 0, 0],
  ["a single pixel and the whole image", box(16, 12, 16, 12), box(0, 0, 31, 23), 18.867962264113206, 0, 0],
  [
    "several components",
    either(disc(6, 6, 4), disc(25, 17, 3), box(1, 22, 1, 22)),
    either(disc(7, 6, 4), disc(24, 8, 3)),
    8.646280023881506,
    0.547945205479452,
    0.547945205479452,
  ],
  [
    "a ring and its disc",
    less(disc(15, 12, 10), disc(15, 12, 5)),
    disc(15, 12, 10),
    4,
    0.7777777777777778,
    0.7777777777777778,
  ],
  ["lines that cross", box(0, 12, 31, 12), box(16, 0, 16, 23), 15, 0.17857142857142858, 0.10714285714285714],
  ["equal boxes", box(5, 5, 20, 15), box(5, 5, 20, 15), 0, 1, 1],
];

Deno.test("surfaceMetrics() equals SciPy's values, both ways round", () => {
  for (const [name, prediction, mask, hd95, nsd, nsd1] of CASES) {
    const [p, m] = [draw(prediction), draw(mask)];
    const found = surfaceMetrics(p, m, WIDTH, HEIGHT);
    assertAlmostEquals(found.hd95, hd95, 1e-12, name);
    assertAlmostEquals(found.nsd, nsd, 1e-12, name);
    assertAlmostEquals(surfaceMetrics(p, m, WIDTH, HEIGHT, { tolerance: 1 }).nsd, nsd1, 1e-12, name);
    assertEquals(surfaceMetrics(m, p, WIDTH, HEIGHT), found, name);
  }
});

Deno.test("surfaceMetrics() of two empty masks is perfect, of one empty mask the worst there can be", () => {
  const [empty, full] = [draw(() => false, 4, 3), draw(() => true, 4, 3)];
  assertEquals(surfaceMetrics(empty, empty, 4, 3), { hd95: 0, nsd: 1 });
  assertEquals(surfaceMetrics(empty, full, 4, 3), { hd95: 5, nsd: 0 });
  assertEquals(surfaceMetrics(full, empty, 4, 3), { hd95: 5, nsd: 0 });
});

Deno.test("surfaceMetrics() equals the definition, computed pixel by pixel, for random masks", () => {
  const masks = fc.integer({ min: 1, max: 9 }).chain((width) =>
    fc.array(fc.tuple(fc.constantFrom(0, 1, 255), fc.constantFrom(0, 1, 255)), { minLength: width, maxLength: 72 })
      .map((pixels) => ({ width, pixels: pixels.slice(0, pixels.length - pixels.length % width) }))
  );
  fc.assert(
    fc.property(masks, fc.constantFrom(0, 1, 1.5, 2, 5), ({ width, pixels }, tolerance) => {
      const height = pixels.length / width;
      const [p, m] = [0, 1].map((side) => Uint8Array.from(pixels, (pair) => pair[side]));
      const found = surfaceMetrics(p, m, width, height, { tolerance });
      const [a, b] = [outline(p, width, height), outline(m, width, height)];
      if (a.length === 0 || b.length === 0) return;
      const [there, back] = [directed(a, b), directed(b, a)];
      assertAlmostEquals(found.hd95, Math.max(percentile95(there), percentile95(back)), 1e-12);
      const near = [...there, ...back].filter((distance) => distance <= tolerance);
      assertAlmostEquals(found.nsd, near.length / (a.length + b.length), 1e-12);
      assert(found.hd95 <= Math.hypot(width, height));
    }),
    { numRuns: 300, seed: 15 },
  );
});

Deno.test("surfaceMetrics() refuses masks of another size than the image, and a negative tolerance", () => {
  const mask = new Uint8Array(12);
  assertThrows(() => surfaceMetrics(mask, new Uint8Array(11), 4, 3), RangeError, "found one of 11 pixels");
  assertThrows(
    () => surfaceMetrics(mask, mask, 4, 3, { tolerance: -1 }),
    RangeError,
    "a tolerance of 0 pixels or more",
  );
  assertThrows(() => surfaceMetrics(mask, mask, 4, 3, { tolerance: NaN }), RangeError, "found NaN");
});

function outline(mask: Uint8Array, width: number, height: number): [number, number][] {
  const isIn = (x: number, y: number) => x >= 0 && x < width && y >= 0 && y < height && mask[y * width + x] !== 0;
  const points: [number, number][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const neighbours = [[x - 1, y], [x + 1, y], [x, y - 1], [x, y + 1]];
      if (isIn(x, y) && !neighbours.every(([x, y]) => isIn(x, y))) points.push([x, y]);
    }
  }
  return points;
}

function directed(from: [number, number][], to: [number, number][]): number[] {
  return from.map(([x, y]) => Math.min(...to.map(([u, v]) => Math.hypot(x - u, y - v))));
}

function percentile95(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = 0.95 * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(position)], sorted[Math.ceil(position)]];
  return low + (high - low) * (position - Math.floor(position));
}
