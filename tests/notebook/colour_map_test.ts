import { assert, assertEquals } from "@std/assert";
import { colourAt, colourIndex, type ColourMapName, COLOURS, colourTable } from "../../lib/notebook/colour_map.ts";

/** Relative luminance of an sRGB colour (WCAG 2). */
function luminance(rgb: ArrayLike<number>): number {
  const linear = Array.from(rgb, (byte) => byte / 255).map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  );
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

for (const name of ["viridis", "magma"] satisfies ColourMapName[]) {
  Deno.test(`${name} gets brighter with the value all the way`, () => {
    const table = colourTable(name);
    assertEquals(table.length, 3 * COLOURS);
    const bright = Array.from({ length: COLOURS }, (_, i) => luminance(table.subarray(3 * i, 3 * i + 3)));
    for (let i = 8; i < COLOURS; i++) assert(bright[i] > bright[i - 8], `${name} at ${i}`);
    assert(bright[COLOURS - 1] - bright[0] > 0.5);
  });
}

Deno.test("colourIndex() and colourAt() span the map, and values outside take its ends", () => {
  assertEquals([0, 0.5, 1, 2, -1, NaN].map((value) => colourIndex(value, 1)), [0, 128, 255, 255, 0, 0]);
  assertEquals(colourIndex(0.3, 0), 0); // a map of nothing but zeros
  assertEquals([colourAt("viridis", 0), colourAt("viridis", 1)], ["#440154", "#fde725"]);
});
