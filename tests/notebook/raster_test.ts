import { assertEquals, assertThrows } from "@std/assert";
import { resized, resizedMask, sideOf } from "../../lib/notebook/raster.ts";

Deno.test("resized() enlarges smoothly, and keeps a picture of the wanted size", async () => {
  const rgb = Uint8Array.from([255, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 0]);
  const { side, rgb: large } = await resized({ side: 2, rgb }, 8);
  const reds = Array.from({ length: 8 }, (_, x) => large[3 * x]);
  assertEquals([side, reds], [8, reds.toSorted((a, b) => b - a)]);
  assertEquals(new Set(reds).size > 2, true);
  const raster = { side: 2, rgb };
  assertEquals(await resized(raster, 2), raster);
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
