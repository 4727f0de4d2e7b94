import { assert, assertEquals } from "@std/assert";
import { corrupted, corruptedImages, CORRUPTION_CASES, CORRUPTIONS } from "../../lib/data/corruptions.ts";
import { syntheticDataset } from "../../lib/data/synthetic/dataset.ts";

const SIZE = 32, LENGTH = 3 * SIZE * SIZE;
const dataset = syntheticDataset({ count: 3, size: SIZE, seed: 5 });
const image = dataset.images.subarray(0, LENGTH);
const grey = new Uint8Array(LENGTH).fill(100);

/** Root mean square of the changes. */
function distance(one: Uint8Array, other: Uint8Array): number {
  return Math.sqrt(one.reduce((sum, value, index) => sum + (value - other[index]) ** 2, 0) / one.length);
}

Deno.test("every corruption changes an image, the more the stronger, repeats itself, and leaves its argument", async () => {
  const before = Uint8Array.from(image);
  for (const corruption of Object.keys(CORRUPTIONS) as (keyof typeof CORRUPTIONS)[]) {
    const changes = await Promise.all(
      ([1, 2, 3] as const).map((strength) => corrupted(image, SIZE, corruption, strength, "a")),
    );
    const distances = changes.map((changed) => distance(changed, image));
    assert(
      0 < distances[0] && distances[0] < distances[1] && distances[1] < distances[2],
      `${corruption} ${distances}`,
    );
    assertEquals(await corrupted(image, SIZE, corruption, 2, "a"), changes[1]);
  }
  assertEquals(image, before);
});

Deno.test("corruptions are as strong as they say: blur keeps a plain image, noise has its deviation, darkness its share", async () => {
  assertEquals(await corrupted(grey, SIZE, "blur", 3, "a"), grey);
  for (const strength of [1, 2, 3] as const) {
    const noise = distance(await corrupted(grey, SIZE, "noise", strength, "a"), grey) / 255;
    assert(Math.abs(noise / CORRUPTIONS.noise[strength - 1] - 1) < 0.05, `${noise}`);
  }
  assertEquals(await corrupted(grey, SIZE, "brightness", 2, "a"), new Uint8Array(LENGTH).fill(50));
  // An impulse of one column spreads with the stated deviation, 0.04 · 32 pixels.
  const line = Uint8Array.from({ length: LENGTH }, (_, entry) => Math.floor(entry / 3) % SIZE === 16 ? 255 : 0);
  const row = (await corrupted(line, SIZE, "blur", 3, "a")).filter((_, entry) => entry % 3 === 0).slice(0, SIZE);
  const total = row.reduce((sum, value) => sum + value, 0);
  const variance = row.reduce((sum, value, column) => sum + value * (column - 16) ** 2, 0) / total;
  assert(Math.abs(Math.sqrt(variance) / (0.04 * SIZE) - 1) < 0.1, `${Math.sqrt(variance)}`);
});

Deno.test("specular spots only brighten, and noise and spots differ from image to image", async () => {
  const spots = await corrupted(grey, SIZE, "specular", 2, "a");
  assert(spots.every((value) => value >= 100) && spots.includes(255));
  for (const corruption of ["noise", "specular"] as const) {
    assert(
      distance(await corrupted(grey, SIZE, corruption, 2, "b"), await corrupted(grey, SIZE, corruption, 2, "a")) > 1,
    );
  }
});

Deno.test("corruptedImages() takes the chosen images with their masks, whatever their order", async () => {
  const [first] = CORRUPTION_CASES.filter(({ corruption }) => corruption === "noise");
  const changed = await corruptedImages(dataset, [2, 0], first);
  assertEquals([changed.ids, changed.name], [[dataset.ids[2], dataset.ids[0]], dataset.name]);
  assertEquals(changed.masks.subarray(SIZE * SIZE), dataset.masks.subarray(0, SIZE * SIZE));
  assertEquals(changed.images.subarray(LENGTH), await corrupted(image, SIZE, "noise", 1, dataset.ids[0]));
  assertEquals(CORRUPTION_CASES.length, 15);
});
