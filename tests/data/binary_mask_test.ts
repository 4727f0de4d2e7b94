import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { binaryMask, foregroundCount, resizeMask } from "../../lib/data/binary_mask.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

const grey = (...values: number[]) => ({
  width: values.length,
  height: 1,
  channels: 3 as const,
  pixels: new Uint8Array(values.flatMap((value) => [value, value, value])),
});

Deno.test("binaryMask() takes 128 for polyp and 127 for background, and noise for nothing, but refuses labels", () => {
  assertEquals([...binaryMask(grey(0, 8, 127, 128, 246, 255))], [0, 0, 0, 1, 1, 1]);
  assertEquals([...binaryMask(grey(0, 3, 8, 1)), ...binaryMask(grey(0, 0))], [0, 0, 0, 0, 0, 0]);
  assertThrows(() => binaryMask(grey(0, 1, 1, 0)), Error, "found only 0 and 1");
});

// [mask rows, size, expected]
const resizing: [string, string[], number, string][] = [
  ["keeps a mask at its own size", ["10", "01"], 2, "1001"],
  ["averages over whole cells", ["1100", "1000", "0000", "0001"], 2, "1000"],
  ["takes half of a cell as polyp", ["10"], 1, "1"],
  ["counts parts of pixels by their area", ["110", "110", "000"], 2, "1000"],
  ["repeats pixels when it enlarges", ["10", "01"], 4, "1100110000110011"],
  ["keeps a polyp smaller than half a cell", ["0000", "0000", "0010", "0000"], 2, "0001"],
  ["keeps a full mask full", ["111", "111"], 5, "1".repeat(25)],
  ["keeps an empty mask empty", ["000", "000"], 2, "0000"],
];
Deno.test("resizeMask() takes what is half covered, and keeps what is small", () => {
  for (const [claim, rows, size, expected] of resizing) {
    const mask = new Uint8Array([...rows.join("")].map(Number));
    assertEquals([...resizeMask(mask, rows[0].length, rows.length, size)].join(""), expected, claim);
  }
});

Deno.test("resizeMask() keeps the share of area of a disc to within 2 %, for any proportions", () => {
  const stream = randomStream(1, "disc");
  for (let round = 0; round < 10; round++) {
    const width = stream.integer(150, 400), height = stream.integer(150, 400);
    const mask = new Uint8Array(width * height);
    for (let pixel = 0; pixel < mask.length; pixel++) {
      const x = (pixel % width) / width - 0.5, y = Math.floor(pixel / width) / height - 0.5;
      mask[pixel] = x * x + y * y < 0.09 ? 1 : 0;
    }
    const share = foregroundCount(resizeMask(mask, width, height, 64)) / 64 ** 2;
    assertAlmostEquals(share, foregroundCount(mask) / mask.length, 0.02 * share);
  }
});

Deno.test("resizeMask() commutes with mirroring", () => {
  const stream = randomStream(2, "mirror");
  const width = 37, height = 23, size = 8;
  const mask = Uint8Array.from({ length: width * height }, () => stream.integer(0, 1));
  const mirror = (values: Uint8Array, across: number) =>
    values.map((_, pixel) => values[pixel - pixel % across + across - 1 - pixel % across]);
  const resized = resizeMask(mask, width, height, size);
  assertEquals(resizeMask(mirror(mask, width), width, height, size), mirror(resized, size));
  assert(foregroundCount(resized) > 0);
});
