import { assertEquals, assertExists, assertThrows } from "@std/assert";
import { checkedSize, OUTPUT_LIMIT, pictureBundle } from "../../lib/notebook/mime_bundle.ts";
import { frameworkPicture } from "../../lib/notebook/plots/framework_diagram.ts";
import { approximationError } from "../../lib/notebook/plots/loss_geometry.ts";
import { bundleOf, show, showProgress } from "../../lib/notebook/show.ts";
import { table } from "../../lib/notebook/tables.ts";

Deno.test("bundleOf() sends a chart as specification, picture and words", async () => {
  const chart = approximationError([{ order: 1, error: 0.1 }, { order: 2, error: 0.01 }]);
  const { data, metadata } = await bundleOf(chart);
  assertEquals(Object.keys(data).sort(), ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]);
  assertEquals(data["application/vnd.vegalite.v5+json"], chart);
  assertExists((metadata["image/png"] as { width?: number }).width);
});

Deno.test("bundleOf() tells pictures, tables and text apart", async () => {
  const kinds = async (item: Parameters<typeof bundleOf>[0]) => Object.keys((await bundleOf(item)).data).sort();
  assertEquals(await kinds(frameworkPicture()), ["image/png", "text/plain"]);
  assertEquals(await kinds({ markdown: "**D**" }), ["text/markdown", "text/plain"]);
  const cells = table([{ x: 1 }], [{ field: "x", heading: "x" }]);
  assertEquals(await kinds(cells), ["text/html", "text/markdown", "text/plain"]);
});

Deno.test("pictureBundle() keeps all bytes and says the shown size", () => {
  const png = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const { data, metadata } = pictureBundle({ png, width: 30, height: 20, description: "bytes" });
  assertEquals(Uint8Array.fromBase64(data["image/png"] as string), png);
  assertEquals([metadata, data["text/plain"]], [{ "image/png": { width: 30, height: 20 } }, "bytes"]);
});

Deno.test("checkedSize() counts bytes, not letters, and refuses what the kernel would break", () => {
  const size = (text: string) => checkedSize({ data: { "text/plain": text }, metadata: {} });
  assertEquals(size("ε") - size("e"), 1);
  const bundle = { data: { "text/plain": "all images", "image/png": "A".repeat(OUTPUT_LIMIT) }, metadata: {} };
  const message = 'Cannot show "all images": expected at most 4.0 MB';
  assertThrows(() => checkedSize(bundle), RangeError, message);
});

Deno.test("show() and showProgress() print words outside a kernel", async () => {
  const lines: string[] = [];
  const { log } = console;
  console.log = (line: string) => lines.push(line);
  try {
    await show({ markdown: "hello" });
    const progress = showProgress({ label: "Dice", total: 2 });
    for (const done of [1, 2]) await progress.update({ done });
    await progress.finish();
  } finally {
    console.log = log;
  }
  assertEquals([lines.length, lines[0], lines[2].includes("epoch 2/2")], [3, "hello", true]);
});
