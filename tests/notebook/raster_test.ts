import { assertEquals, assertThrows } from "@std/assert";
import { resized, resizedMask, sideOf } from "../../lib/notebook/raster.ts";

Deno.test("resized() by nearest shows each pixel as a block", async () => {
  const rgb = Uint8Array.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]);
  const { rgb: large } = await resized({ side: 2, rgb }, 4, "nearest");
  const pixel = (x: number, y: number) => [...large.subarray(3 * (4 * y + x), 3 * (4 * y + x) + 3)];
  const red = [255, 0, 0];
  assertEquals([pixel(0, 0), pixel(1, 1), pixel(2, 0), pixel(3, 3)], [red, red, [0, 255, 0], [9, 9, 9]]);
  const raster = { side: 2, rgb };
  assertEquals(await resized(raster, 2, "cubic"), raster);
});

Deno.test("resizedMask() keeps the share of the foreground and is 0 or 1", async () => {
  const mask = Uint8Array.from({ length: 64 }, (_, i) => i % 8 < 4 ? 1 : 0);
  const large = await resizedMask(mask, 80);
  assertEquals(large.length, 6400);
  assertEquals(large.reduce((sum, value) => sum + value, 0) / 6400, 0.5);
  assertEquals([...new Set(large)].sort(), [0, 1]);
});

Deno.test("sideOf() refuses arrays that are no square picture", () => {
  assertEquals(sideOf(new Float32Array(9), 1, "map"), 3);
  assertThrows(() => sideOf(new Uint8Array(0), 1, "mask"), RangeError, "Cannot draw the mask");
  assertThrows(() => sideOf(new Uint8Array(16), 3, "image"), RangeError, "side × side × 3");
});
