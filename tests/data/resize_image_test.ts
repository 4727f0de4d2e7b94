import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { tf } from "../../lib/backend/tf.ts";
import { findDatasets } from "../../lib/data/load_dataset.ts";
import { binaryMask, foregroundCount } from "../../lib/data/mask_rule.ts";
import { decodePicture } from "../../lib/data/decode/decode_picture.ts";
import { rgbOf } from "../../lib/data/picture.ts";
import { fittedBox, nativeMap, resizeMask, thresholded } from "../../lib/data/resize_image.ts";
import { randomStream } from "../../lib/random/random_stream.ts";
import { realDataTest } from "../real_data.ts";

function randomMap(size: number): Float32Array {
  const stream = randomStream(1, "map");
  return Float32Array.from({ length: size * size }, () => stream.uniform());
}

Deno.test("nativeMap() is TensorFlow's bilinear resizing with pixels' centres", () => {
  for (const [width, height] of [[8, 8], [20, 13], [5, 31], [1, 1], [3, 2]]) {
    const map = randomMap(8);
    const expected = tf.tidy(() =>
      tf.image.resizeBilinear(tf.tensor4d(map, [1, 8, 8, 1]), [height, width], false, true).dataSync()
    );
    nativeMap(map, 8, width, height).forEach((value, pixel) => assertAlmostEquals(value, expected[pixel], 1e-6));
  }
});

Deno.test("nativeMap() of a padded square gives the image's part of it, and nothing of the bars", () => {
  assertEquals(fittedBox(200, 100, 64, "pad"), { left: 0, top: 16, width: 64, height: 32 });
  for (const [width, height] of [[40, 20], [20, 40], [33, 7]]) {
    const box = fittedBox(width, height, 16, "pad"), map = new Float32Array(256).fill(9);
    for (let y = 0; y < box.height; y++) {
      for (let x = 0; x < box.width; x++) map[(box.top + y) * 16 + box.left + x] = x / box.width;
    }
    const native = nativeMap(map, 16, width, height, "pad");
    assert(native.every((value) => value <= 1));
    assertEquals(native[0], 0);
    assertAlmostEquals(native[width * height - 1], (box.width - 1) / box.width, 1e-6);
  }
});

Deno.test("thresholded() takes what is above the threshold in float32, as the network's scores do", () => {
  assertEquals([...thresholded(Float32Array.of(0.5, 0.50001, 0.1, 1), 0.5)], [0, 1, 0, 1]);
  assertEquals([...thresholded(Float32Array.of(0.35), 0.35)], [0]); // which is above 0.35 as a double
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

const roundTrip = "Kvasir masks resized to 64 × 64 and back by nearest neighbours keep a mean Dice of 0.97";
Deno.test(realDataTest("kvasir-seg", roundTrip, async (directory) => {
  const { masks } = findDatasets(directory).find(({ name }) => name === "kvasir-seg")!;
  const names = [...Deno.readDirSync(masks)].map(({ name }) => name).sort().filter((_, index) => index % 20 === 0);
  let sum = 0;
  for (const name of names) {
    const image = await decodePicture(join(masks, name));
    const native = binaryMask({ ...image, pixels: rgbOf(image).pixels }),
      small = resizeMask(native, image.width, image.height, 64);
    let both = 0, total = 0;
    native.forEach((value, pixel) => {
      const column = pixel % image.width, row = (pixel - column) / image.width;
      const back = small[Math.floor(64 * row / image.height) * 64 + Math.floor(64 * column / image.width)];
      both += value & back;
      total += value + back;
    });
    sum += 2 * both / total;
  }
  assertGreater(sum / names.length, 0.97);
}));

Deno.test("resizeMask() sums what each new pixel covers, with empty rows above, between and below", () => {
  const [width, height, columns, rows] = [13, 17, 5, 4];
  const mask = Uint8Array.from({ length: width * height }, (_, pixel) => {
    const row = Math.floor(pixel / width), column = pixel % width;
    return [1, 2, 3, 4, 5, 9, 10, 11, 12].includes(row) && (row * 7 + column * 5) % 4 > 0 ? 1 : 0;
  });
  const covered = (from: number, to: number, pixel: number) =>
    Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel));
  const expected = Array.from({ length: columns * rows }, (_, cell) => {
    const [x, y, w, h] = [
      cell % columns * width / columns,
      Math.floor(cell / columns) * height / rows,
      width / columns,
      height / rows,
    ];
    const area = mask.reduce(
      (sum, value, pixel) =>
        sum + value * covered(x, x + w, pixel % width) * covered(y, y + h, Math.floor(pixel / width)),
      0,
    );
    return area / (w * h) >= 0.5 ? 1 : 0;
  });
  assert(expected.includes(1) && expected.includes(0));
  assertEquals([...resizeMask(mask, width, height, columns, rows)], expected);
});
