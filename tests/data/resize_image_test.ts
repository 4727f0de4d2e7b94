import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { tf } from "../../lib/backend/tf.ts";
import { fittedBox, nativeMap, thresholded } from "../../lib/data/resize_image.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

function randomMap(size: number): Float32Array {
  const stream = randomStream(1, "map");
  return Float32Array.from({ length: size * size }, () => stream.uniform());
}

for (const [width, height] of [[8, 8], [20, 13], [5, 31], [1, 1], [3, 2]]) {
  Deno.test(`nativeMap() to ${width} × ${height} is TensorFlow's bilinear resizing with pixels' centres`, () => {
    const map = randomMap(8);
    const expected = tf.tidy(() =>
      tf.image.resizeBilinear(tf.tensor4d(map, [1, 8, 8, 1]), [height, width], false, true).dataSync()
    );
    nativeMap(map, 8, width, height).forEach((value, pixel) => assertAlmostEquals(value, expected[pixel], 1e-6));
  });
}

Deno.test("nativeMap() of a padded square gives the image's part of it, and nothing of the bars", () => {
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
