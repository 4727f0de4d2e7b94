import "../backend.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { openImages } from "../../lib/data/open_data.ts";
import { nativeMask } from "../../lib/data/read_pairs.ts";
import type { Fit } from "../../lib/data/resize_image.ts";
import { nativeMeans, scoreNative, scoreNativeOverlap } from "../../lib/training/native_scores.ts";
import { drawnFolder, HEIGHT, WIDTH } from "../data/drawings.ts";
import { dataset as synthetic } from "./small_run.ts";

const SIZE = 64;

/** Drawings, and as predictions their own masks at working size. */
async function opened(fit: Fit = "stretch") {
  const folder = await drawnFolder(4);
  const choice = { dataset: "own", imageCount: 0, imageSize: SIZE, fit, maskValues: "", splitSeed: 0 };
  const dataset = await openImages(choice, { own: folder.path });
  const probability = Float32Array.from(dataset.masks);
  return { folder, dataset, batch: { indices: [0, 1, 2, 3], probability } };
}

for (const fit of ["stretch", "pad"] as const) {
  Deno.test(`scoreNative() of the masks themselves is nearly perfect at native size, ${fit}`, async () => {
    const { folder, dataset, batch } = await opened(fit);
    using _folder = folder;
    for (const { dice, iou, precision, recall, hd95, nsd } of await scoreNative(dataset, batch, { fit })) {
      assert(dice > 0.94 && precision > 0.9 && recall > 0.9 && hd95 < 2 && nsd === 1, `${dice} ${hd95} ${nsd}`);
      assertAlmostEquals(iou, dice / (2 - dice), 1e-12);
    }
  });
}

Deno.test("scoreNative() punishes an empty prediction by the image's diagonal, and a full one by its precision", async () => {
  const { folder, dataset } = await opened();
  using _folder = folder;
  const score = async (value: number) => {
    const probability = new Float32Array(SIZE * SIZE).fill(value);
    return (await scoreNative(dataset, { indices: [2], probability }, { threshold: 0.3 }))[0];
  };
  const none = { dice: 0, iou: 0, precision: 0, recall: 0, hd95: Math.hypot(WIDTH, HEIGHT), nsd: 0 };
  assertEquals(await score(0.2), none);
  const share = (await nativeMask(dataset.native![2], dataset.maskRule!)).reduce((a, b) => a + b, 0) / WIDTH / HEIGHT;
  const { precision, recall } = await score(0.4);
  assertAlmostEquals(precision, share, 1e-12);
  assertEquals(recall, 1);
});

Deno.test("scoreNativeOverlap() gives the same without outlines, and nativeMeans() their means", async () => {
  const { folder, dataset, batch } = await opened();
  using _folder = folder;
  const whole = await scoreNative(dataset, batch);
  const overlaps = whole.map(({ hd95: _hd95, nsd: _nsd, ...overlap }) => overlap);
  assertEquals(await scoreNativeOverlap(dataset, batch), overlaps);
  assertAlmostEquals(nativeMeans(whole).dice, whole.reduce((sum, { dice }) => sum + dice, 0) / 4, 1e-12);
});

Deno.test("scoreNative() refuses images that are no files", async () => {
  const batch = { indices: [0], probability: new Float32Array(synthetic.size ** 2) };
  await assertRejects(() => scoreNative(synthetic, batch), Error, "expected images from files, found synthetic ones");
});
