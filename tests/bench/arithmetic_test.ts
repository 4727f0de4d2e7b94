import { assertEquals } from "@std/assert";
import { imageArithmetic, workArithmetic } from "../../bench/arithmetic.ts";
import type { WorkSettings } from "../../bench/messages.ts";

const SETTINGS: WorkSettings = {
  work: "mc",
  precision: "float32",
  baseWidth: 16,
  imageSize: 96,
  batch: 8,
  images: 16,
  passes: 10,
  dropoutRate: 0.5,
};

Deno.test("imageArithmetic() counts a network of base width 2 as done by hand", () => {
  // Per level 0..4 of a 16-pixel image: 256, 64, 16, 4, 1 pixels; channels 2, 4, 8, 16, 16.
  const encoder = 9 * (256 * (3 * 2 + 2 * 2) + 64 * (2 * 4 + 4 * 4) + 16 * (4 * 8 + 8 * 8) + 4 * (8 * 16 + 16 * 16) +
    1 * (16 * 16 + 16 * 16));
  // Decoder blocks: [level pixels, skip, raised, inner, out].
  const blocks = [[4, 16, 16, 16, 8], [16, 8, 8, 8, 4], [64, 4, 4, 4, 2], [256, 2, 2, 2, 2]];
  const skips = blocks.reduce((sum, [pixels, skip, , inner]) => sum + 9 * pixels * skip * inner, 0);
  const rest = blocks.reduce((sum, [pixels, , raised, inner, out]) => sum + 9 * pixels * inner * (raised + out), 0);
  assertEquals(imageArithmetic(2, 16), {
    shared: encoder + skips,
    pass: rest + 256 * 2 * 2,
    first: 9 * 256 * 3 * 2,
  });
});

Deno.test("workArithmetic() grows with images and passes, and sharing saves all but one of what is shared", () => {
  const { shared, pass } = imageArithmetic(16, 96);
  assertEquals(workArithmetic(SETTINGS, false), 160 * (shared + pass));
  assertEquals(workArithmetic(SETTINGS, false) - workArithmetic(SETTINGS, true), 16 * 9 * shared);
  assertEquals(workArithmetic({ ...SETTINGS, passes: 1 }, true), workArithmetic({ ...SETTINGS, passes: 1 }, false));
});

Deno.test("workArithmetic() takes a training step as three forward passes without the image's gradient", () => {
  const { shared, pass, first } = imageArithmetic(16, 96);
  assertEquals(workArithmetic({ ...SETTINGS, work: "train" }, true), 8 * (3 * (shared + pass) - first));
});
