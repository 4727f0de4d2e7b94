import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { drawFieldOfView, light, visibleMask } from "../../lib/data/synthetic_camera.ts";
import { fractalNoise, noiseField, surfaceCanvas } from "../../lib/data/synthetic_canvas.ts";
import { drawVessels, paintDistractors } from "../../lib/data/synthetic_wall.ts";
import { blobDistance, drawPolyps, paintPolyps } from "../../lib/data/synthetic_polyp.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

const traits = { faintness: 0.5, smallness: 0.5, softness: 0.5, camouflage: 0.5, distraction: 0.5 };

Deno.test("noiseField() and fractalNoise() stay in [−1, 1], use the range and have no jumps", () => {
  for (const field of [noiseField(6, randomStream(1, "n")), fractalNoise(3, 3, randomStream(1, "n"))]) {
    const values: number[] = [];
    for (let step = 0; step <= 2000; step++) values.push(field(step / 1000 - 1, 0.31));
    assert(values.every((value) => value >= -1 && value <= 1));
    assertGreater(Math.max(...values) - Math.min(...values), 0.3);
    for (let step = 1; step < values.length; step++) assertLess(Math.abs(values[step] - values[step - 1]), 0.02);
  }
});

Deno.test("noiseField() keeps the border's value outside the image", () => {
  const field = noiseField(4, randomStream(2, "n"));
  assertEquals([field(1.3, 0.2), field(-2, 0.2)], [field(1, 0.2), field(-1, 0.2)]);
});

Deno.test("blobDistance() of an ellipse is 0 in the middle and 1 on the ends of both axes", () => {
  const shape = { x: 0.1, y: -0.2, radius: 0.3, aspect: 0.25, angle: Math.PI / 2, waves: [] };
  assertAlmostEquals(blobDistance(shape, 0.1, -0.2), 0);
  assertAlmostEquals(blobDistance(shape, 0.1, -0.2 + 0.6), 1);
  assertAlmostEquals(blobDistance(shape, 0.1 + 0.15, -0.2), 1);
});

Deno.test("a polyp's outline shrinks with the smallness, and its mask with the outline", () => {
  const area = (smallness: number) => {
    const given = { ...traits, smallness };
    const canvas = surfaceCanvas(64), wall = { colour: [0.8, 0.4, 0.3], vessels: new Float32Array(4096) };
    const shapes = drawPolyps(given, randomStream(5, "outlines"));
    return paintPolyps(canvas, shapes, given, wall, randomStream(5, "polyps")).reduce((sum, value) => sum + value, 0);
  };
  assertGreater(area(0), 2 * area(0.5));
  assertGreater(area(0.5), 2 * area(1));
});

Deno.test("paintPolyps() hides the vessels under a polyp unless it is camouflaged", () => {
  const left = (camouflage: number) => {
    const wall = { colour: [0.8, 0.4, 0.3], vessels: new Float32Array(4096).fill(1) };
    const shape = { x: 0, y: 0, radius: 0.5, aspect: 1, angle: 0, waves: [] };
    paintPolyps(surfaceCanvas(64), [shape], { ...traits, camouflage }, wall, randomStream(1, "polyps"));
    return wall.vessels[32 * 64 + 32];
  };
  assertAlmostEquals(left(0), 0);
  assertAlmostEquals(left(1), 1);
});

Deno.test("paintDistractors() paints nothing without distraction and something with it", () => {
  const canvas = surfaceCanvas(32);
  paintDistractors(canvas, 0.1, randomStream(1, "distractors"));
  assert(canvas.albedo.every((value) => value === 0) && canvas.height.every((value) => value === 0));
  paintDistractors(canvas, 1, randomStream(1, "distractors"));
  assert(canvas.albedo.some((value) => value > 0));
});

Deno.test("drawVessels() gives visibilities in [0, 1], thin: under a quarter of the image", () => {
  const vessels = drawVessels(64, randomStream(1, "vessels"));
  assert(vessels.every((value) => value >= 0 && value <= 1));
  const share = vessels.filter((value) => value > 0.3).length / vessels.length;
  assert(share > 0.005 && share < 0.25, `found ${share}`);
});

Deno.test("light() is brighter on a slope towards the lamp than on one away from it, and dark in the lumen", () => {
  const canvas = surfaceCanvas(33);
  canvas.albedo.fill(0.5);
  const flat = light(canvas, randomStream(1, "light"));
  const middle = 3 * (16 * 33 + 16), corner = 0;
  assertGreater(flat[middle], flat[corner]);
  for (let pixel = 0; pixel < 33 * 33; pixel++) canvas.height[pixel] = 0.8 * Math.abs(pixel % 33 - 16) / 16;
  const valley = light(canvas, randomStream(1, "light"));
  for (let pixel = 0; pixel < 33 * 33; pixel++) canvas.height[pixel] *= -1;
  const ridge = light(canvas, randomStream(1, "light"));
  assertGreater(valley[3 * (16 * 33 + 4)], ridge[3 * (16 * 33 + 4)]);
  canvas.openness.fill(0);
  assert(light(canvas, randomStream(1, "light")).every((value) => value === 0));
});

Deno.test("visibleMask() cuts a mask at the border of the field of view", () => {
  const view = drawFieldOfView(randomStream(1, "view"));
  const visible = visibleMask(new Uint8Array(64 * 64).fill(1), view, 64);
  assertEquals([visible[0], visible[32 * 64 + 32]], [0, 1]);
  visible.forEach((value, pixel) => {
    assertEquals(value === 1, view((2 * (pixel % 64) + 1) / 64 - 1, (2 * Math.floor(pixel / 64) + 1) / 64 - 1) > 0);
  });
});
