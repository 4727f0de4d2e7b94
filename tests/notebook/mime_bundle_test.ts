import { assertEquals, assertThrows } from "@std/assert";
import { checkedSize, OUTPUT_LIMIT, pictureBundle } from "../../lib/notebook/mime_bundle.ts";

Deno.test("pictureBundle() keeps all bytes and says the shown size", () => {
  const png = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
  const { data, metadata } = pictureBundle({ png, width: 30, height: 20, description: "bytes" });
  assertEquals(Uint8Array.from(atob(data["image/png"] as string), (sign) => sign.charCodeAt(0)), png);
  assertEquals(metadata, { "image/png": { width: 30, height: 20 } });
  assertEquals(data["text/plain"], "bytes");
});

Deno.test("checkedSize() counts bytes, not letters", () => {
  const size = (text: string) => checkedSize({ data: { "text/plain": text }, metadata: {} });
  assertEquals(size("ε") - size("e"), 1);
});

Deno.test("checkedSize() refuses what the kernel would break, and says what to do", () => {
  const bundle = { data: { "text/plain": "all images", "image/png": "A".repeat(OUTPUT_LIMIT) }, metadata: {} };
  const error = assertThrows(() => checkedSize(bundle), RangeError, 'Cannot show "all images"');
  assertEquals(error.message.includes("at most 4.0 MB"), true);
});
