import { assertEquals, assertThrows } from "@std/assert";
import { colourTable } from "../../lib/notebook/colour_map.ts";
import { valueMap, valueOverlay } from "../../lib/notebook/value_overlay.ts";

const IMAGE = new Uint8Array(12).fill(100);

Deno.test("valueOverlay() shows the image in grey where the value is 0", () => {
  const { side, rgb } = valueOverlay(IMAGE, [0, 0, 0, 0], { colours: "magma", maximum: 1 });
  assertEquals(side, 2);
  assertEquals(new Set(rgb), new Set([75]));
});

Deno.test("valueOverlay() shows nine tenths of the map's last colour where the value is highest", () => {
  const { rgb } = valueOverlay(IMAGE, [0.2, 0, 0, 0.4], { colours: "viridis", maximum: 0.2 });
  const last = colourTable("viridis").subarray(-3);
  const expected = [...last].map((byte) => Math.floor(0.1 * 75 + 0.9 * byte));
  assertEquals([...rgb.subarray(0, 3)], expected);
  assertEquals([...rgb.subarray(9, 12)], expected);
});

Deno.test("valueOverlay() refuses a map of another size than the image", () => {
  assertThrows(
    () => valueOverlay(IMAGE, [1, 2, 3], { colours: "magma", maximum: 1 }),
    RangeError,
    "expected 2 × 2 values as the image has pixels, found 3",
  );
});

Deno.test("valueMap() shows the map's own colours", () => {
  const { rgb } = valueMap([0, 0, 0, 1], { colours: "viridis", maximum: 1 });
  assertEquals([...rgb.subarray(0, 3), ...rgb.subarray(9, 12)], [68, 1, 84, 253, 231, 37]);
});
