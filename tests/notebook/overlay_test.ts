import { assert, assertEquals, assertThrows } from "@std/assert";
import { colourTable } from "../../lib/notebook/colour_map.ts";
import { errorOverlay, OUTLINE, outlined, valueOverlay } from "../../lib/notebook/overlay.ts";

const IMAGE = new Uint8Array(12).fill(100);
const SIDE = 100;
const GREY = { side: SIDE, rgb: new Uint8Array(3 * SIDE * SIDE).fill(200) };

/** A mask of the pixels with `from` ≤ x, y < `to`. */
function square(from: number, to: number): Uint8Array {
  const within = (value: number) => value >= from && value < to;
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) => within(i % SIDE) && within(Math.floor(i / SIDE)) ? 1 : 0);
}

Deno.test("outlined() draws the line inside the edge, a casing outside, and leaves the rest", async () => {
  const { rgb } = await outlined(GREY, square(20, 80), OUTLINE.mask);
  const colour = (x: number, y: number) => `#${rgb.subarray(3 * (y * SIDE + x)).slice(0, 3).toHex().toUpperCase()}`;
  assertEquals([colour(20, 50), colour(79, 50), colour(19, 50)], [OUTLINE.mask, OUTLINE.mask, "#5A5A5A"]);
  assertEquals([colour(50, 50), colour(5, 5)], ["#C8C8C8", "#C8C8C8"]);
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

Deno.test("errorOverlay() is blue where lesion is missed, orange at false alarm, bright where found, else the picture", () => {
  const { side, rgb } = errorOverlay(IMAGE, Uint8Array.of(1, 0, 1, 0), Float32Array.of(0.2, 0.7, 0.6, 0.5)); // a tie is no lesion
  assertEquals(side, 2);
  const [missed, falseAlarm, found, nothing] = [0, 3, 6, 9].map((from) => [...rgb.subarray(from, from + 3)]);
  assert(missed[2] > missed[0] + 50);
  assert(falseAlarm[0] > falseAlarm[2] + 50);
  assert(found.every((value) => value > 100));
  assertEquals(nothing, [75, 75, 75]);
});

Deno.test("valueOverlay() is the image in grey where the value is 0, nine tenths the last colour where it is highest", () => {
  const { side, rgb } = valueOverlay(IMAGE, [0.2, 0, 0, 0.4], { colours: "viridis", maximum: 0.2 });
  const last = [...colourTable("viridis").subarray(-3)].map((byte) => Math.floor(0.1 * 75 + 0.9 * byte));
  assertEquals([side, [...rgb]], [2, [...last, ...Array(6).fill(75), ...last]]);
});

Deno.test("overlays refuse maps of another size than the image", () => {
  const [three, four, nine] = [3, 4, 9].map((length) => new Float32Array(length));
  assertThrows(() => errorOverlay(IMAGE, new Uint8Array(3), four), RangeError, "the mask");
  assertThrows(() => errorOverlay(IMAGE, new Uint8Array(4), nine), RangeError, "the probability");
  assertThrows(
    () => valueOverlay(IMAGE, three, { colours: "magma", maximum: 1 }),
    RangeError,
    "expected 2 × 2 values as it has pixels, found 3",
  );
});
