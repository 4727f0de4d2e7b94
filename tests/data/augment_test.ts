import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { augment, type Augmentation, augmentationTensors, drawAugmentation } from "../../lib/data/augment.ts";
import { tf } from "../../lib/backend/tf.ts";
import { randomStream } from "../../lib/random/random_stream.ts";

/** Two 2 × 3 images whose red value is 0.1 · (pixel number) + 0.05, each with one mask pixel where red is 0.25. */
const red = [0.05, 0.15, 0.25, 0.35, 0.45, 0.55];
const values = [...red, ...red].flatMap((value) => [value, 0.5, 0]);
const maskValues = [...red, ...red].map((value) => value === 0.25 ? 1 : 0);
const same: Augmentation = { flipLeftRight: [0, 0], flipUpDown: [0, 0], contrast: [1, 1], brightness: [0, 0] };

/** Red values and mask after an augmentation, one string of digits an image. */
function augmented(change: Partial<Augmentation>): { red: number[]; mask: number[]; image: number[] } {
  return tf.tidy(() => {
    const image = tf.tensor4d(values, [2, 2, 3, 3]), mask = tf.tensor3d(maskValues, [2, 2, 3]);
    const result = augment(image, mask, augmentationTensors({ ...same, ...change }));
    assertEquals([result.image.shape, result.mask.shape], [[2, 2, 3, 3], [2, 2, 3]]);
    const flat = [...result.image.dataSync()];
    return { red: flat.filter((_, entry) => entry % 3 === 0), mask: [...result.mask.dataSync()], image: flat };
  });
}
const float32 = (numbers: readonly number[]) => [...new Float32Array(numbers)];
const at = (order: number[]) => order.map((pixel) => red[pixel]);

// [what, the order of pixels in the first image and in the second]
const flips: [Partial<Augmentation>, number[], number[]][] = [
  [{}, [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5]],
  [{ flipLeftRight: [1, 0] }, [2, 1, 0, 5, 4, 3], [0, 1, 2, 3, 4, 5]],
  [{ flipUpDown: [0, 1] }, [0, 1, 2, 3, 4, 5], [3, 4, 5, 0, 1, 2]],
  [{ flipLeftRight: [1, 1], flipUpDown: [1, 0] }, [5, 4, 3, 2, 1, 0], [2, 1, 0, 5, 4, 3]],
];
Deno.test("augment() mirrors exactly, only the images that are told to be, mask with image", () => {
  for (const [change, first, second] of flips) {
    const { red: moved, mask } = augmented(change);
    assertEquals(moved, float32([...at(first), ...at(second)]));
    assertEquals(mask, moved.map((value) => value === 0.25 ? 1 : 0));
  }
  assertEquals(augmented({}).image, float32(values));
});

Deno.test("augment() multiplies by the contrast, adds the brightness, clips to [0, 1] and leaves the mask", () => {
  const { image, mask } = augmented({ contrast: [1.2, 0.8], brightness: [0.2, -0.2] });
  const expected = values.map((value, entry) => entry < 18 ? 1.2 * value + 0.2 : 0.8 * value - 0.2);
  image.forEach((value, entry) => assertAlmostEquals(value, Math.min(1, Math.max(0, expected[entry])), 1e-6));
  assert(image.includes(0) && Math.max(...image) <= 1);
  assertEquals(mask, maskValues);
});

Deno.test("drawAugmentation() makes each of the three changes with probability ½, within ±0.2", () => {
  const count = 4000;
  const { flipLeftRight, flipUpDown, contrast, brightness } = drawAugmentation(count, randomStream(1, "augment"));
  const share = (hits: boolean[]) => hits.filter(Boolean).length / count;
  // Five standard deviations of a fair coin over 4000 throws: 0.04.
  assertAlmostEquals(share(flipLeftRight.map((flip) => flip === 1)), 0.5, 0.04);
  assertAlmostEquals(share(flipUpDown.map((flip) => flip === 1)), 0.5, 0.04);
  assertAlmostEquals(share(contrast.map((factor) => factor !== 1)), 0.5, 0.04);
  assertEquals(contrast.map((factor) => factor !== 1), brightness.map((added) => added !== 0));
  assertAlmostEquals(share(flipLeftRight.map((flip, image) => flip === flipUpDown[image])), 0.5, 0.04);
  assert(contrast.every((factor) => factor >= 0.8 && factor <= 1.2) && Math.max(...contrast) > 1.19);
  assert(brightness.every((added) => added >= -0.2 && added <= 0.2) && Math.min(...brightness) < -0.19);
});

Deno.test("drawAugmentation() repeats for one stream and differs for another step", () => {
  const drawn = (step: number) => drawAugmentation(8, randomStream(1, "epoch", 1, "augment", step));
  assertEquals(drawn(1), drawn(1));
  assert(JSON.stringify(drawn(1)) !== JSON.stringify(drawn(2)));
});
