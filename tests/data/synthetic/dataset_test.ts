import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { difficultyOf, type DifficultyTraits, drawTraits } from "../../../lib/data/synthetic/polyp.ts";
import { syntheticDataset } from "../../../lib/data/synthetic/dataset.ts";
import { type SyntheticImage, syntheticImage } from "../../../lib/data/synthetic/image.ts";
import { randomStream } from "../../../lib/random/random_stream.ts";

const SIZE = 48;
const images = Array.from({ length: 80 }, (_, index) => syntheticImage(11, index, SIZE));

// [images, size, seed, start of the SHA-256 of images and masks]; the first is what the committed runs were trained on.
const bytes: [number, number, number, string][] = [[12, 32, 1, "3f815796f8607d45"], [80, 48, 11, "281c1cf90383ab83"]];
Deno.test("syntheticDataset() has the very bytes that the committed runs were trained on", async () => {
  for (const [count, size, seed, expected] of bytes) {
    const { images, masks } = syntheticDataset({ count, size, seed });
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from([...images, ...masks])));
    assertEquals(hash.toHex().slice(0, 16), expected);
  }
});

Deno.test("image i of a seed does not depend on the number of images", () => {
  const few = syntheticDataset({ count: 2, size: 16, seed: 1 }),
    many = syntheticDataset({ count: 5, size: 16, seed: 1 });
  assertEquals(many.images.slice(0, few.images.length), few.images);
  assertEquals(many.masks.slice(0, few.masks.length), few.masks);
  assertEquals([many.ids.slice(0, 2), many.trueDifficulty?.slice(0, 2)], [few.ids, few.trueDifficulty]);
});

Deno.test("syntheticDataset() refuses a count or size that is not a positive integer", () => {
  assertThrows(() => syntheticDataset({ count: 0, size: 16, seed: 1 }), Error, "as count, found 0");
  assertThrows(() => syntheticDataset({ count: 1, size: 1.5, seed: 1 }), Error, "as size, found 1.5");
});

Deno.test("an image of one pixel is still an image", () => {
  assertEquals(syntheticImage(1, 0, 1).image.length, 3);
});

Deno.test("one scene at two sizes shows the same: averaged to 16 pixels, images differ by a few grey levels", () => {
  for (let index = 0; index < 6; index++) {
    const small = averaged(syntheticImage(3, index, 32), 32), large = averaged(syntheticImage(3, index, 96), 96);
    assertLess(meanDifference(small.image, large.image), 8);
    assertLess(meanDifference(small.mask, large.mask), 0.02);
    assertGreater(meanDifference(small.image, averaged(syntheticImage(3, index + 6, 32), 32).image), 16);
  }
});

Deno.test("every image shows a polyp of 0.5 to 40 % of its area and has a black surround", () => {
  for (const { image, mask } of images) {
    const share = mask.reduce((sum, value) => sum + value, 0) / mask.length;
    assert(share > 0.005 && share < 0.4, `found ${share}`);
    assertLess(Math.max(...image.slice(0, 3)), 40);
  }
});

Deno.test("the true difficulty lies in [0, 1] and spreads from easy to hard", () => {
  const difficulties = Array.from(
    { length: 500 },
    (_, index) => difficultyOf(drawTraits(randomStream(index, "traits"))),
  );
  assert(difficulties.every((difficulty) => difficulty >= 0 && difficulty <= 1));
  assertGreater(difficulties.filter((difficulty) => difficulty < 0.3).length, 50);
  assertGreater(difficulties.filter((difficulty) => difficulty > 0.7).length, 50);
});

const easiest: DifficultyTraits = { faintness: 0, smallness: 0, softness: 0, camouflage: 0, distraction: 0 };
Deno.test("the true difficulty is the weighted sum of its traits, from 0 to 1 over all of them", () => {
  const weights = [0.35, 0.2, 0.15, 0.15, 0.15];
  assertEquals(difficultyOf(easiest), 0);
  for (const [index, trait] of (Object.keys(easiest) as (keyof DifficultyTraits)[]).entries()) {
    assertAlmostEquals(difficultyOf({ ...easiest, [trait]: 1 }), weights[index]);
  }
});

/** Image and mask averaged over 16 × 16 cells. */
function averaged({ image, mask }: SyntheticImage, size: number): { image: number[]; mask: number[] } {
  const cell = size / 16, result = { image: new Array(768).fill(0), mask: new Array(256).fill(0) };
  for (let pixel = 0; pixel < size * size; pixel++) {
    const to = Math.floor(pixel / size / cell) * 16 + Math.floor(pixel % size / cell);
    result.mask[to] += mask[pixel] / cell ** 2;
    for (let channel = 0; channel < 3; channel++) {
      result.image[3 * to + channel] += image[3 * pixel + channel] / cell ** 2;
    }
  }
  return result;
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanDifference(first: number[], second: number[]): number {
  return mean(first.map((value, entry) => Math.abs(value - second[entry])));
}
