import { assert, assertEquals, assertThrows } from "@std/assert";
import { errorOverlay } from "../../lib/notebook/error_overlay.ts";

const IMAGE = new Uint8Array(12).fill(100);

Deno.test("errorOverlay() is blue where lesion is missed, orange at false alarm, bright where found, else the picture", () => {
  const { side, rgb } = errorOverlay(IMAGE, Uint8Array.of(1, 0, 1, 0), Float32Array.of(0.2, 0.7, 0.5, 0.4));
  assertEquals(side, 2);
  const [missed, falseAlarm, found, nothing] = [0, 3, 6, 9].map((from) => [...rgb.subarray(from, from + 3)]);
  assert(missed[2] > missed[0] + 50);
  assert(falseAlarm[0] > falseAlarm[2] + 50);
  assert(found.every((value) => value > 100));
  assertEquals(nothing, [75, 75, 75]);
});

Deno.test("errorOverlay() refuses maps of another size", () => {
  assertThrows(() => errorOverlay(IMAGE, new Uint8Array(3), new Float32Array(4)), RangeError, "of the mask");
  assertThrows(() => errorOverlay(IMAGE, new Uint8Array(4), new Float32Array(9)), RangeError, "of the probability");
});
