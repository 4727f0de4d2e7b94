import { assert, assertEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { contactSheet, LARGEST_TILE, SHEET_WIDTH, type Tile } from "../../lib/notebook/contact_sheet.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

const RED: Tile = { picture: { side: 2, rgb: Uint8Array.from([200, 0, 0, 200, 0, 0, 200, 0, 0, 200, 0, 0]) } };

function rows(count: number, columns: number, tile: Tile = RED): Tile[][] {
  return Array.from({ length: count }, () => Array(columns).fill(tile));
}

Deno.test("contactSheet() has room for its tiles and nothing else", async () => {
  const sheet = await contactSheet(rows(2, 3), { description: "red", tileSide: 50 });
  assertEquals([sheet.width, sheet.height], [8 + 3 * 58, 8 + 2 * 58]);
  const { width, height } = await sharp(sheet.png).metadata();
  assertEquals([width, height], [2 * sheet.width, 2 * sheet.height]);
});

Deno.test("contactSheet() adds room for headings, captions and the legend", async () => {
  const options = { description: "red", tileSide: 50 };
  const plain = await contactSheet(rows(2, 3), options);
  const captions = await contactSheet(rows(2, 3, { ...RED, caption: "D" }), options);
  const headings = await contactSheet(rows(2, 3), { ...options, headings: ["a", "b", "c"] });
  const legend = await contactSheet(rows(2, 3), { ...options, legend: [{ label: "mask", colour: "#ff0000" }] });
  for (const sheet of [captions, headings, legend]) {
    assertEquals(sheet.width, plain.width);
    assert(sheet.height > plain.height);
  }
});

Deno.test("contactSheet() breaks a legend that is wider than the sheet", async () => {
  const entry = { label: "probability", colours: "viridis", from: "0", to: "1" } as const;
  const height = async (count: number) =>
    (await contactSheet(rows(1, 2), { description: "red", tileSide: 120, legend: Array(count).fill(entry) })).height;
  assertEquals(await height(2) - await height(1), 26);
});

Deno.test("contactSheet() fits any number of columns into its width", async () => {
  for (const columns of [1, 3, 5, 10]) {
    const { width } = await contactSheet(rows(1, columns), { description: "red" });
    assert(width <= SHEET_WIDTH && width <= columns * (LARGEST_TILE + 8) + 8);
  }
});

Deno.test("contactSheet() of many noisy pictures stays far below what an output may hold", async () => {
  const stream = randomStream(1, "noise");
  const noise = { side: 96, rgb: Uint8Array.from({ length: 3 * 96 * 96 }, () => stream.integer(0, 255)) };
  const options = { description: "noise" };
  const { png } = await contactSheet(rows(6, 5, { picture: noise }), options);
  assert(png.length < 2_500_000, `${png.length} bytes`);
});

Deno.test("contactSheet() of nothing is an error", async () => {
  await assertRejects(() => contactSheet([], { description: "none" }), RangeError, "expected pictures, found none");
});
