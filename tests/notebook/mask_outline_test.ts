import { assert, assertEquals } from "@std/assert";
import { OUTLINE, outlined } from "../../lib/notebook/mask_outline.ts";

const SIDE = 100;
const GREY = { side: SIDE, rgb: new Uint8Array(3 * SIDE * SIDE).fill(200) };

/** A mask of the pixels with `from` ≤ x, y < `to`. */
function square(from: number, to: number): Uint8Array {
  const within = (value: number) => value >= from && value < to;
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => within(i % SIDE) && within(Math.floor(i / SIDE)) ? 1 : 0);
}

function colour(rgb: Uint8Array, x: number, y: number): string {
  return "#" +
    [...rgb.subarray(3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3)].map((byte) =>
      byte.toString(16).padStart(2, "0").toUpperCase()
    ).join("");
}

Deno.test("outlined() draws the line inside the edge, a casing outside, and leaves the rest", async () => {
  const { rgb } = await outlined(GREY, square(20, 80), OUTLINE.mask);
  assertEquals(colour(rgb, 20, 50), OUTLINE.mask);
  assertEquals(colour(rgb, 79, 50), OUTLINE.mask);
  assertEquals(colour(rgb, 19, 50), "#5A5A5A");
  assertEquals([colour(rgb, 50, 50), colour(rgb, 5, 5)], ["#C8C8C8", "#C8C8C8"]);
  assertEquals(GREY.rgb[3 * (50 * SIDE + 20)], 200);
});

Deno.test("outlined() of an empty and of a full mask draws nothing", async () => {
  for (const mask of [square(0, 0), square(0, SIDE)]) {
    assertEquals((await outlined(GREY, mask, OUTLINE.mask)).rgb, GREY.rgb);
  }
});

Deno.test("outlined() brings a smaller mask to the picture's size", async () => {
  const { rgb } = await outlined(GREY, Uint8Array.from([1, 0, 1, 0]), OUTLINE.prediction);
  const drawn = Array.from({ length: SIDE * SIDE }, (_, i) => i).filter((i) => rgb[3 * i] !== 200).map((i) => i % SIDE);
  assert(drawn.length > 0 && drawn.every((x) => x > 40 && x < 60));
});
